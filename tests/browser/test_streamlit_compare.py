"""The Streamlit compare page in a real browser: streams, keys, scrolling, and how it looks."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

import emulators
from experiments import votes
from panels.streamlit_tab import GRACE
from tests.browser.acts import sticks_out
from tests.browser.conftest import Serve, Visit
from usage import Store

QUESTION = {"zh": "温度和 top_p 有什么区别？", "en": "How do temperature and top_p differ?"}
SPEED, SPARK, DEEPSEEK = "qianfan/ernie-speed-8k", "spark/generalv3.5", "deepseek/deepseek-flash"
SIX = ",".join([SPEED, SPARK, DEEPSEEK, "dashscope/qwen-plus", "zhipu/glm-4.7", SPEED])


@dataclass(frozen=True)
class Token:
    """One word of an answer."""

    text: str
    finish_reason: str | None = None
    logprob: float = -0.1


def words(count: int) -> emulators.Answer:
    """Answers of so many numbered words, a paragraph for each ten."""

    def answer(question: str, system: str, sampling: Any) -> Iterator[Token]:
        for number in range(1, count + 1):
            end = "\n\n" if number % 10 == 0 else " "
            yield Token(f"word{number}{end}", "stop" if number == count else None)

    return answer


class App:
    """An app whose providers are emulators of a pace, and the requests that they saw end."""

    def __init__(self, serve: Serve, store: Path, pace: float, length: int) -> None:
        self.ended: list[dict[str, Any]] = []
        self._running = emulators.start(
            tokens_per_second=pace, answer=words(length), log=self.ended.append
        )
        self.store = f"sqlite:///{store}"
        reached = {**self._running.environment, **self._running.keys}
        self.address = serve("streamlit", **reached, TUNEDESK_DB=self.store) + "/compare"

    def wait_for_ends(self, count: int, page: Page | None = None, seconds: float = 5.0) -> float:
        """Seconds until so many requests have ended; a page meanwhile lives on."""
        begun = time.monotonic()
        while len(self.ended) < count and time.monotonic() - begun < seconds:
            page.wait_for_timeout(10) if page is not None else time.sleep(0.01)
        assert len(self.ended) >= count
        return time.monotonic() - begun

    def close(self) -> None:
        """End the emulators."""
        self._running.close()


@pytest.fixture(scope="module")
def slow(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Answers of a minute."""
    app = App(serve, tmp_path_factory.mktemp("slow") / "store.db", 10, 600)
    yield app
    app.close()


@pytest.fixture(scope="module")
def fast(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Long answers within a second."""
    app = App(serve, tmp_path_factory.mktemp("fast") / "store.db", 2000, 600)
    yield app
    app.close()


@pytest.fixture(scope="module")
def brisk(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Answers at the pace of a quick service."""
    app = App(serve, tmp_path_factory.mktemp("brisk") / "store.db", 50, 250)
    yield app
    app.close()


@pytest.fixture(scope="module")
def plain(serve: Serve) -> str:
    """The app as a newcomer starts it."""
    return serve("streamlit") + "/compare"


def box(page: Page) -> Locator:
    return page.get_by_test_id("stChatInputTextArea")


def ask(page: Page, question: str = QUESTION["en"]) -> None:
    expect(box(page)).to_be_enabled()
    box(page).fill(question)
    box(page).press("Enter")


def pane(page: Page, position: int) -> Locator:
    return page.locator(f".st-key-compare-pane-{position}")


def foot(page: Page, position: int) -> Locator:
    return page.locator(f".st-key-compare-foot-{position}")


def choose_blind(page: Page) -> None:
    page.get_by_text("Blind", exact=True).click()
    expect(page.get_by_text("two of these models are drawn")).to_be_visible()


def test_all_columns_grow_at_once_and_stop_ends_the_one_that_is_meant(
    visit: Visit, slow: App
) -> None:
    slow.ended.clear()
    page = visit(f"{slow.address}?models={SPEED},{SPARK},{SPEED}")
    ask(page)
    for position in range(3):
        expect(pane(page, position)).to_contain_text("word3")
    foot(page, 1).get_by_role("button", name="Stop").click()
    expect(foot(page, 1)).to_contain_text("stopped")
    assert len(slow.ended) == 1
    stopped = pane(page, 1).inner_text()
    later = f"word{stopped.count('word') + 15}"
    # A widget touched in the middle: nothing is lost, nothing is asked twice, and all go on.
    page.get_by_text("Scroll together", exact=True).click()
    expect(pane(page, 0)).to_contain_text(later)
    expect(pane(page, 2)).to_contain_text(later)
    assert pane(page, 1).inner_text() == stopped
    assert len(slow.ended) == 1
    page.get_by_role("button", name="Stop all").click()
    took = slow.wait_for_ends(3, page)
    print(f"\nStop all: every upstream closed after {took:.2f} s")  # noqa: T201
    for position in (0, 2):
        expect(foot(page, position)).to_contain_text("stopped")
        expect(pane(page, position)).to_contain_text(later)


@pytest.mark.parametrize("how", ["icon", "tab"])
def test_the_stop_icon_and_closing_the_tab_end_every_call(
    visit: Visit, slow: App, how: str
) -> None:
    slow.ended.clear()
    page = visit(slow.address)
    ask(page)
    for position in (0, 1):
        expect(pane(page, position)).to_contain_text("word3")
    if how == "tab":
        page.close()
        slow.wait_for_ends(2, seconds=GRACE + 5)
    else:
        page.get_by_test_id("stChatInputStopButton").click()
        slow.wait_for_ends(2, page)
        expect(foot(page, 1)).to_contain_text("stopped")


def test_one_votes_by_key_while_both_answers_still_come(visit: Visit, slow: App) -> None:
    page = visit(slow.address)
    expect(box(page)).to_be_enabled()
    choose_blind(page)
    ask(page)
    for position in (0, 1):
        expect(pane(page, position)).to_contain_text("word3")
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text("Answer A")
    expect(main).not_to_contain_text("generalv3.5")
    page.keyboard.press("b")
    expect(page.get_by_text("You chose B")).to_be_visible()
    expect(main).to_contain_text(f"· {SPARK}")
    expect(main).to_contain_text(f"· {SPEED}")
    expect(foot(page, 0).get_by_role("button", name="Stop")).to_be_visible()
    seen = pane(page, 0).inner_text().count("word")
    expect(pane(page, 0)).to_contain_text(f"word{seen + 10}")
    page.get_by_role("button", name="Stop all").click()
    for position in (0, 1):
        expect(foot(page, position)).to_contain_text("stopped")
    store = Store(slow.store)
    (vote,) = votes.read(store)
    store.shut()
    assert (vote.winner, vote.blind, vote.counts) == ("right", True, True)


def test_keys_vote_after_the_end_too_and_are_letters_in_the_box(visit: Visit, fast: App) -> None:
    page = visit(fast.address)
    expect(box(page)).to_be_enabled()
    choose_blind(page)
    for key, said in (("a", "You chose A"), ("t", "You chose a tie"), ("x", "You chose both bad")):
        ask(page, f"Question {key}")
        wait_until_done(page, key)
        page.keyboard.press(key)
        expect(page.get_by_text(said)).to_be_visible()
        expect(box(page)).to_be_focused()
    ask(page, "Question b")
    wait_until_done(page, "b")
    box(page).click()
    page.keyboard.type("abtx")
    expect(box(page)).to_have_value("abtx")
    expect(page.get_by_text("You chose")).to_have_count(0)


def wait_until_done(page: Page, key: str) -> None:
    """Until the blind answers to a question are there and the page is drawn for the last time."""
    for position in (0, 1):
        expect(pane(page, position)).to_contain_text(f"Question {key}")
        expect(pane(page, position)).to_contain_text("word600")
    expect(page.get_by_role("button", name="Stop all")).to_be_disabled()
    page.wait_for_timeout(1000)  # the box takes the focus back a moment after the end


def test_answers_scroll_together_while_that_is_on(visit: Visit, fast: App) -> None:
    page = visit(fast.address)
    ask(page)
    for position in (0, 1):
        expect(foot(page, position)).to_contain_text("first token")
    expect(page.get_by_role("button", name="Stop all")).to_be_disabled()

    def place(position: int) -> float:
        share: float = pane(page, position).evaluate(
            "pane => pane.scrollTop / (pane.scrollHeight - pane.clientHeight)"
        )
        return share

    def wheel(position: int, pixels: int) -> None:
        pane(page, position).hover()
        page.mouse.wheel(0, pixels)
        page.wait_for_timeout(700)

    assert place(0) > 0.99, "a pane follows its answer"
    wheel(0, -900)
    assert 0.1 < place(0) < 0.95
    assert abs(place(0) - place(1)) < 0.02
    wheel(1, 300)
    assert abs(place(0) - place(1)) < 0.02
    page.get_by_text("Scroll together", exact=True).click()
    page.wait_for_timeout(1500)
    before = place(1)
    wheel(0, -500)
    assert place(0) < place(1) - 0.05
    assert place(1) == before


def test_a_reader_who_scrolled_up_stays_there_while_the_answer_comes_and_ends(
    visit: Visit, brisk: App
) -> None:
    page = visit(brisk.address)
    ask(page)
    expect(pane(page, 0)).to_contain_text("word180")
    pane(page, 0).hover()
    page.mouse.wheel(0, -10_000)
    page.wait_for_timeout(500)
    page.mouse.wheel(0, 120)
    page.wait_for_timeout(700)
    before = pane(page, 0).evaluate("pane => pane.scrollTop")
    assert 50 < before < 500
    expect(pane(page, 0)).to_contain_text("word250")
    expect(page.get_by_role("button", name="Stop all")).to_be_disabled()
    page.wait_for_timeout(1000)
    assert pane(page, 0).evaluate("pane => pane.scrollTop") == before


def test_six_columns_make_few_updates(visit: Visit, brisk: App) -> None:
    page = visit(f"{brisk.address}?models={SIX}", width=1600)
    expect(box(page)).to_be_enabled()
    page.evaluate(
        """() => {
            window.updates = [];
            new MutationObserver((found) => {
                const panes = new Set(found.map((each) => each.target.parentElement
                    ?.closest('[class*="st-key-compare-pane-"]')).filter(Boolean));
                for (const pane of panes) window.updates.push(performance.now());
            }).observe(document.body, {subtree: true, childList: true, characterData: true});
        }"""
    )
    ask(page)
    for position in range(6):
        expect(pane(page, position)).to_contain_text("word250")
    moments: list[float] = page.evaluate("window.updates")
    steady = [moment for moment in moments if moments[0] + 500 < moment < moments[0] + 4500]
    print(f"\nsix columns: {len(steady) / 4:.1f} updates per second")  # noqa: T201
    assert 5 < len(steady) / 4 <= 30


@pytest.mark.parametrize(
    ("lang", "scheme", "width"),
    [("zh", "light", 1280), ("en", "dark", 1280), ("zh", "dark", 390), ("en", "light", 390)],
)
def test_how_it_looks(
    visit: Visit, plain: str, shots: Path, lang: str, scheme: str, width: int
) -> None:
    height = 844 if width < 500 else 900
    page = visit(
        f"{plain}?models={SPEED},{SPARK},{DEEPSEEK}",
        lang,
        scheme=scheme,
        width=width,
        height=height,
    )
    name = f"streamlit-compare-{lang}-{scheme}-{width}"
    expect(box(page)).to_be_enabled()
    page.screenshot(path=shots / f"{name}-empty.png")
    ask(page, QUESTION[lang])
    for position in range(3):
        expect(foot(page, position)).to_contain_text(re.compile("首字|first token"))
    page.wait_for_timeout(500)
    page.screenshot(path=shots / f"{name}.png")
    assert sticks_out(page) <= 0
