"""Forty attacks as answer, error, persona, model, user and table: no page asks for anything."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

import wiring
from backends import ChatRequest, Message
from tests.browser.conftest import Serve, Visit
from tests.browser.hostile import GROUPS, Hostile, hostile

# What none of these texts may become, whoever made it; the sink's own address as text is fine.
_MADE = """(sink) => [
  ...[...document.querySelectorAll('*')].filter((node) => [...node.attributes].some((attribute) =>
    attribute.name.startsWith('on') && attribute.value.includes(sink))),
  ...document.querySelectorAll(['src', 'srcset', 'poster', 'data', 'action', 'style', 'formaction',
    'srcdoc', 'content', 'xlink\\\\:href'].map((name) => `[${name}*="${sink}"]`).join(',')),
  ...document.querySelectorAll(`link[href*="${sink}"], base[href*="${sink}"], use, image[href]`),
  ...document.querySelectorAll('iframe, object, embed, [href^="javascript:" i]'),
  ...[...document.scripts, ...document.querySelectorAll('style')]
    .filter((node) => node.textContent.includes(sink)),
].map((node) => node.outerHTML.slice(0, 200))"""


@pytest.fixture(scope="module")
def foe() -> Iterator[Hostile]:
    with hostile() as both:
        yield both


@pytest.fixture
def store(foe: Hostile, tmp_path: Path) -> str:
    """A store in which every name is an attack."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    desk = wiring.Desk({**foe.environment, "TUNEDESK_DB": url})
    flights = [
        desk.client.start(
            ChatRequest(
                f"qianfan/{text}" if number % 2 else "qianfan/ernie-speed-8k",
                (Message("user", f"{'error' if number % 4 == 1 else 'answer'} {number % GROUPS}"),),
                system=text,
                user=text,
                tag=text,
            )
        )
        for number, text in enumerate(foe.attacks)
    ]
    assert {flight.result(60).state for flight in flights} <= {"ok", "failed", "refused"}
    desk.close()
    return url


class Watch:
    """What a page does that it should not."""

    def __init__(self, page: Page, foe: Hostile) -> None:
        self.page, self.foe = page, foe
        self.home = page.url
        self.seen: list[str] = []
        page.on("dialog", self._dialog)
        page.on("request", lambda asked: self._note(asked.url, foe.sink in asked.url))
        page.on("framenavigated", lambda frame: self._note(frame.url, foe.sink in frame.url))
        page.on("console", lambda said: self._note(said.text, "Security Policy" in said.text))

    def _dialog(self, dialog: Dialog) -> None:
        self.seen.append(dialog.message)
        dialog.dismiss()

    def _note(self, what: str, wrong: bool) -> None:
        if wrong:
            self.seen.append(what)

    def look(self) -> None:
        """Whether anything was made of the attacks that are on the page now."""
        assert self.page.evaluate(_MADE, self.foe.sink) == []
        assert self.seen == [] and self.foe.requests == []
        assert self.page.url.startswith(self.home.split("?")[0])


@pytest.mark.timeout(300)
def test_nothing_comes_of_it_in_gradio(
    serve: Serve, visit: Visit, foe: Hostile, store: str
) -> None:
    page = visit(serve("gradio", **foe.environment, TUNEDESK_DB=store))
    watch = Watch(page, foe)
    box = page.locator("#question textarea")
    page.locator("#system textarea").fill("\n".join(foe.attacks))
    for number in range(GROUPS):
        for what in ("answer", "error"):
            box.fill(f"{what} {number}")
            box.press("Enter")
            expect(page.locator("#chat .bot.message")).to_have_count(
                2 * number + (1 if what == "answer" else 2)
            )
            expect(page.locator("#question .submit-button")).to_be_visible()
            watch.look()
    for accordion in page.locator("button.label-wrap:visible").all():
        accordion.click()
    watch.look()
    for number in range(3):
        page.get_by_role("tab").nth(number).click()
        page.wait_for_timeout(1500)  # what would load loads now; nothing else tells
        hover(page)
        watch.look()
    # One's own question too: asked, asked again, and shown after a reload.
    page.get_by_role("tab").first.click()
    question = "\n\n".join(("First: <b>", *foe.attacks))
    box.fill(question)
    box.press("Enter")
    own_question(page, watch)
    page.locator("#chat").get_by_label("Retry").last.click()
    asked: list[str] = []
    while len(asked) < 2:
        own_question(page, watch)
        asked = [each for each in questions(store) if each.startswith("First")]
    assert asked == [question] * 2
    page.reload()
    own_question(page, watch)


def own_question(page: Page, watch: Watch) -> None:
    """The page shows it as the text it is, and its answer has ended."""
    shown = page.locator("#chat .user.message").last
    expect(shown).to_contain_text("<img src=")
    expect(page.locator("#question .submit-button")).to_be_visible()
    watch.look()


def questions(store: str) -> list[str]:
    """The questions on record."""
    desk = wiring.Desk({"TUNEDESK_DB": store})
    found = [call.messages[-1].content for call in desk.store.each() if call.messages]
    desk.close()
    return found


@pytest.mark.timeout(300)
def test_nothing_comes_of_it_in_streamlit(
    serve: Serve, visit: Visit, foe: Hostile, store: str, tmp_path: Path
) -> None:
    address = serve("streamlit", **foe.environment, TUNEDESK_DB=store)
    page = visit(address)
    watch = Watch(page, foe)
    box = page.get_by_test_id("stChatInput").locator("textarea")
    for number in range(GROUPS):
        for what in ("answer", "error"):
            box.fill(f"{what} {number}")
            box.press("Enter")
            expect(page.get_by_test_id("stChatMessage")).to_have_count(
                4 * number + (2 if what == "answer" else 4)
            )
            ended(page)
            watch.look()
    box.fill("\n\n".join(foe.attacks))
    box.press("Enter")
    own = page.get_by_test_id("stChatMessage").nth(4 * GROUPS)
    expect(own).to_contain_text("<img src=")
    ended(page)
    watch.look()
    table = tmp_path / "<img src=x onerror=alert(1)>.csv"
    with table.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["id", foe.attacks[5], foe.attacks[0]])
        rows.writerows([number, text, text] for number, text in enumerate(foe.attacks))
    for name in ("batch", "compare", "models", "tune", "usage"):
        page.goto(f"{address}/{name}")
        ended(page)
        if name == "batch":
            page.locator("input[type=file]").first.set_input_files(table)
            expect(page.get_by_text("40 rows, 3 columns (")).to_be_visible()
            ended(page)
        page.wait_for_timeout(1500)  # what would load loads now; nothing else tells
        hover(page)
        watch.look()


def ended(page: Page) -> None:
    """The run of the page is over."""
    page.wait_for_timeout(200)  # a run begins a moment after what starts it
    expect(page.locator("[data-test-script-state=running]")).to_have_count(0)


def hover(page: Page) -> None:
    """Point at every chart, where names of models are shown."""
    charts: list[Any] = page.locator(".plotly .nsewdrag:visible").all()
    for chart in charts[:6]:
        chart.scroll_into_view_if_needed()
        found = chart.bounding_box()
        if found is None:
            continue
        for part in (0.1, 0.35, 0.6, 0.85):
            page.mouse.move(found["x"] + found["width"] * part, found["y"] + found["height"] * 0.7)
            page.wait_for_timeout(60)  # the chart waits a little before it shows anything
