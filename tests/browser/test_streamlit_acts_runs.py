"""One act, one call, where many calls are made: compare, studies, batches and calls made again."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

import emulators
from tests.browser.acts import LONG, LONGER, Provider, double_click, until, words
from tests.browser.conftest import Serve, Visit

pytestmark = pytest.mark.usefixtures("mended")

SPEED = "qianfan/ernie-speed-8k"


@pytest.fixture(scope="module")
def provider(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    received: list[dict[str, Any]] = []
    store = tmp_path_factory.mktemp("acts") / "store.db"
    with emulators.start(
        ["qianfan"], tokens_per_second=20, answer=words, log=received.append
    ) as running:
        given = {**running.environment, **running.keys, "TUNEDESK_DB": f"sqlite:///{store}"}
        yield Provider(serve("streamlit", **given), running, received, store)


def count(provider: Provider, query: str) -> int:
    with sqlite3.connect(f"file:{provider.store}?mode=ro", uri=True) as reading:
        return int(reading.execute(query).fetchone()[0])


def runs(provider: Provider, kind: str) -> int:
    return count(provider, f"select count(*) from runs where kind = '{kind}'")


def box(page: Page) -> Locator:
    return page.get_by_test_id("stChatInputTextArea")


def pane(page: Page, position: int) -> Locator:
    return page.locator(f".st-key-compare-pane-{position}")


class FarAway:
    """A page whose browser hears of what the server did only when it comes back."""

    def __init__(self, page: Page) -> None:
        self._page, self._held = page, list[str | bytes]()
        self._away = False
        page.route_web_socket(re.compile(".*"), self._join)

    def _join(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        socket.connect_to_server().on_message(self._came)

    def _came(self, message: str | bytes) -> None:
        if self._away:
            self._held.append(message)
        else:
            self._socket.send(message)

    def click_twice(self, button: Locator) -> None:
        """Both halves are sent before the browser hears what the first led to."""
        self._away = True
        for half in (1, 2):
            button.click()
            while self._runs_ended() < half:
                self._page.wait_for_timeout(20)
        self._away = False
        for message in self._held:
            self._socket.send(message)
        self._held.clear()

    def _runs_ended(self) -> int:
        told = [ForwardMsg.FromString(each) for each in self._held if isinstance(each, bytes)]
        ends = [each.script_finished for each in told if each.HasField("script_finished")]
        return ends.count(ForwardMsg.FINISHED_SUCCESSFULLY)


@pytest.mark.parametrize("how", ["enter twice", "double click"])
def test_a_compared_question_is_asked_once_of_each(
    visit: Visit, provider: Provider, how: str
) -> None:
    page = visit(f"{provider.address}/compare?models={SPEED},{SPEED}")
    question = f"Compared by {how}?"
    expect(box(page)).to_be_enabled()
    box(page).fill(question)
    if how == "enter twice":
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
    else:
        double_click(page.get_by_test_id("stChatInputSubmitButton"))
    for position in (0, 1):
        expect(pane(page, position)).to_contain_text("word15")
    until(lambda: provider.states(question) == ["ok"] * 2, 10)
    assert len(provider.ended(question)) == 2


def test_a_comparison_goes_on_while_its_page_is_away(visit: Visit, provider: Provider) -> None:
    page = visit(f"{provider.address}/compare?models={SPEED},{SPEED}")
    question = f"Two {LONG} answers, please."
    expect(box(page)).to_be_enabled()
    box(page).fill(question)
    box(page).press("Enter")
    for position in (0, 1):
        expect(pane(page, position)).to_contain_text("word3")
    page.reload()
    for position in (0, 1):
        expect(pane(page, position)).to_contain_text("word3")
    page.goto("about:blank")
    page.go_back()
    for position in (0, 1):
        expect(pane(page, position)).to_contain_text(question)
    page.context.set_offline(True)
    page.wait_for_timeout(2000)  # a viewer without a network
    page.context.set_offline(False)
    assert len(provider.states(question)) == 2
    for position in (0, 1):
        expect(pane(page, position)).to_contain_text("word220")
    until(lambda: provider.states(question) == ["ok"] * 2, 10)
    assert len(provider.ended(question)) == 2


def test_a_page_that_is_loaded_anew_asks_on_blind(visit: Visit, provider: Provider) -> None:
    page = visit(f"{provider.address}/compare?models={SPEED},{SPEED}")
    blind = page.get_by_role("switch", name="Blind")
    page.locator(".st-key-compare-blind label").first.click()
    expect(blind).to_be_checked()
    expect(box(page)).to_be_enabled()
    box(page).fill("Who says this?")
    box(page).press("Enter")
    expect(pane(page, 1)).to_contain_text("word15")
    page.reload()
    expect(pane(page, 1)).to_contain_text("word15")
    expect(blind).to_be_checked()


def test_a_study_that_is_started_by_a_double_click_runs_once_whoever_looks(
    visit: Visit, provider: Provider
) -> None:
    before = len(provider.received)
    page = visit(provider.address + "/tune")
    page.get_by_role("button", name="Fill in an example").click()
    models = page.locator(".st-key-tune-models input")
    models.click()
    models.press_sequentially("ERNIE-Speed-8K")
    page.get_by_role("option", name="Baidu Qianfan · ERNIE-Speed-8K", exact=True).click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Next: before it runs").click()
    double_click(page.get_by_role("button", name="Start"))
    page.wait_for_url(lambda url: "run=" in url)
    until(lambda: len(provider.received) > before, 20)
    page.reload()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    address = page.url
    page.close()
    # It is the server's, not the tab's: another one finds it done, each cell asked once.
    other = visit(address)
    expect(other.get_by_text("finished", exact=True)).to_be_visible(timeout=120_000)
    assert runs(provider, "study") == 1
    asked = count(provider, "select count(*) from calls where run is not null")
    cells = count(provider, "select count(*) from cells where state = 'done'")
    assert asked == cells > 0
    # Of Qianfan, the warmer half is refused before anything is sent.
    sent = "select count(*) from calls where run is not null and provider = 'qianfan'"
    assert len(provider.received) - before == count(provider, sent + " and state = 'ok'")
    assert count(provider, "select count(*) from calls where state in ('reserved', 'sent')") == 0


def test_a_batch_that_is_started_by_a_double_click_asks_each_row_once(
    visit: Visit, provider: Provider, tmp_path: Path
) -> None:
    table = tmp_path / "rows.csv"
    rows = [f"Row {number} of the batch" for number in range(30)]
    table.write_text("\n".join(["text", *rows]))
    page = visit(provider.address + "/batch")
    page.locator("input[type=file]").set_input_files(table)
    page.locator(".st-key-batch-field").get_by_text("{text}", exact=True).click()
    page.get_by_role("button", name="Next: before it runs").click()
    double_click(page.get_by_role("button", name="Start ("))
    page.wait_for_url(lambda url: "run=" in url)
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.context.set_offline(True)
    page.wait_for_timeout(1000)  # a viewer without a network
    page.context.set_offline(False)
    address = page.url
    page.close()
    other = visit(address)
    expect(other.get_by_text("Answered 30")).to_be_visible(timeout=60_000)
    assert runs(provider, "batch") == 1
    asked = Counter(entry["body"]["messages"][-1]["content"] for entry in provider.received)
    assert {row: asked[row] for row in rows} == dict.fromkeys(rows, 1)
    # Failures asked again, by a double click: none is asked twice.
    provider.running.fault = "quota"
    table.write_text("\n".join(["text", "fails 1", "fails 2"]))
    page = visit(provider.address + "/batch")
    page.locator("input[type=file]").set_input_files(table)
    page.locator(".st-key-batch-field").get_by_text("{text}", exact=True).click()
    page.get_by_role("button", name="Next: before it runs").click()
    page.get_by_role("button", name="Start (").click()
    again = page.get_by_role("button", name="Retry the failed ones (2)")
    expect(again).to_be_visible()
    provider.running.fault = None
    double_click(again)
    expect(page.get_by_text("Answered 2")).to_be_visible(timeout=60_000)
    until(lambda: sum("fails" in str(entry["body"]) for entry in provider.received) >= 4, 10)
    assert sum("fails" in str(entry["body"]) for entry in provider.received) == 4


def test_a_call_that_is_made_again_by_a_double_click_is_made_once(
    visit: Visit, provider: Provider
) -> None:
    question = f"A {LONGER} one, to be asked again."
    page = visit(f"{provider.address}?model={SPEED}")
    expect(box(page)).to_be_enabled()
    box(page).fill(question)
    box(page).press("Enter")
    expect(page.get_by_test_id("stChatMessage").last).to_contain_text("word3")
    page.get_by_test_id("stChatInputStopButton").click()
    until(lambda: provider.states(question) == ["cancelled"], 10)
    with sqlite3.connect(f"file:{provider.store}?mode=ro", uri=True) as reading:
        (call,) = reading.execute(
            "select id from calls where messages like ?", (f"%{question}%",)
        ).fetchone()
    page.goto(f"{provider.address}/usage")
    page.get_by_role("radio", name="Calls").click()
    page.wait_for_url(lambda url: "view=calls" in url)
    page.goto(f"{page.url}&call={call}")
    double_click(page.get_by_role("button", name="Call again"))
    until(lambda: len(provider.states(question)) == 2, 20)
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    until(lambda: provider.states(question) == ["cancelled"] * 2, 20)
    assert len(provider.ended(question)) == 2


def test_the_second_half_of_a_double_click_knows_where_the_first_led(
    visit: Visit, provider: Provider, tmp_path: Path
) -> None:
    """The browser sends it with the address that the page had before."""
    table = tmp_path / "rows.csv"
    table.write_text("text\nfar away 1\nfar away 2")
    page = visit("about:blank")
    far = FarAway(page)
    page.goto(provider.address + "/batch")
    page.locator("input[type=file]").set_input_files(table)
    page.locator(".st-key-batch-field").get_by_text("{text}", exact=True).click()
    page.get_by_role("button", name="Next: before it runs").click()
    start = page.get_by_role("button", name="Start (")
    expect(start).to_be_visible()
    # The browser's own way back leads to the form as it was.
    page.go_back()
    expect(page.get_by_role("textbox", name="Prompt template")).to_have_value("{text}")
    page.go_forward()
    expect(start).to_be_visible()
    before = runs(provider, "batch")
    far.click_twice(start)
    expect(page.get_by_text("Answered 2")).to_be_visible()
    assert runs(provider, "batch") == before + 1
    far.click_twice(page.get_by_role("button", name="All batches"))
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    assert "run=" not in page.url
    # The browser's own way back leads there.
    page.go_back()
    expect(page.get_by_text("Answered 2")).to_be_visible()
    page.go_forward()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
