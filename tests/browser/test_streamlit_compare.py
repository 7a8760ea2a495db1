"""The Streamlit compare page in a real browser: streams, keys, scrolling, and how it looks."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

import emulators
from experiments import votes
from tests.browser.conftest import Serve, Visit
from usage import Store

WAIT = 20_000  # milliseconds
QUESTION = {"zh": "温度和 top_p 有什么区别？", "en": "How do temperature and top_p differ?"}
SPEED, SPARK, DEEPSEEK = "qianfan/ernie-speed-8k", "spark/generalv3.5", "deepseek/deepseek-flash"
SIX = ",".join([SPEED, SPARK, DEEPSEEK, "dashscope/qwen-plus", "zhipu/glm-4.7", SPEED])

Emulate = Callable[..., emulators.Emulators]


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


@pytest.fixture
def emulate() -> Iterator[Emulate]:
    """emulate(tokens_per_second=…, …) starts emulators that end with the test."""
    running: list[emulators.Emulators] = []

    def started(**how: Any) -> emulators.Emulators:
        running.append(emulators.start(**how))
        return running[-1]

    yield started
    for each in running:
        each.close()


def reached(running: emulators.Emulators) -> dict[str, str]:
    """The environment in which an app calls these emulators."""
    return {**running.environment, **running.keys}


def box(page: Page) -> Locator:
    return page.get_by_test_id("stChatInputTextArea")


def ask(page: Page, question: str = QUESTION["en"]) -> None:
    expect(box(page)).to_be_enabled(timeout=WAIT)
    box(page).fill(question)
    box(page).press("Enter")


def pane(page: Page, position: int) -> Locator:
    return page.locator(f".st-key-compare-pane-{position}")


def foot(page: Page, position: int) -> Locator:
    return page.locator(f".st-key-compare-foot-{position}")


def choose_blind(page: Page) -> None:
    page.get_by_text("Blind", exact=True).click()
    expect(page.get_by_text("two of these models are drawn")).to_be_visible(timeout=WAIT)


def test_all_columns_grow_at_once_and_stop_ends_the_one_that_is_meant(
    visit: Visit, serve: Serve, emulate: Emulate
) -> None:
    ended: list[dict[str, Any]] = []
    running = emulate(tokens_per_second=10, answer=words(600), log=ended.append)
    page = visit(
        serve("streamlit", **reached(running)) + f"/compare?models={SPEED},{SPARK},{SPEED}"
    )
    ask(page)
    for position in range(3):
        expect(pane(page, position)).to_contain_text("word3", timeout=WAIT)
    foot(page, 1).get_by_role("button", name="Stop").click()
    expect(foot(page, 1)).to_contain_text("stopped", timeout=5_000)
    assert len(ended) == 1
    # A widget touched in the middle: nothing is lost, nothing is asked twice, and all go on.
    page.get_by_text("Scroll together", exact=True).click()
    expect(pane(page, 0)).to_contain_text("word40", timeout=WAIT)
    expect(pane(page, 2)).to_contain_text("word40", timeout=WAIT)
    expect(pane(page, 1)).not_to_contain_text("word40")
    assert len(ended) == 1
    pressed = time.monotonic()
    page.get_by_role("button", name="Stop all").click()
    while len(ended) < 3 and time.monotonic() - pressed < 5:
        page.wait_for_timeout(20)
    assert len(ended) == 3 and time.monotonic() - pressed < 1
    for position in (0, 2):
        expect(foot(page, position)).to_contain_text("stopped", timeout=5_000)
        expect(pane(page, position)).to_contain_text("word40")


def test_the_stop_icon_and_closing_the_tab_end_every_call(
    visit: Visit, serve: Serve, emulate: Emulate
) -> None:
    ended: list[dict[str, Any]] = []
    running = emulate(tokens_per_second=10, answer=words(600), log=ended.append)
    page = visit(serve("streamlit", **reached(running)) + "/compare")
    for how in ("icon", "tab"):
        before = len(ended)
        ask(page)
        for position in (0, 1):
            expect(pane(page, position)).to_contain_text("word3", timeout=WAIT)
        pressed = time.monotonic()
        if how == "icon":
            page.get_by_test_id("stChatInputStopButton").click()
        else:
            page.close()
        while len(ended) < before + 2 and time.monotonic() - pressed < 5:
            time.sleep(0.02) if how == "tab" else page.wait_for_timeout(20)
        assert time.monotonic() - pressed < 1
        if how == "icon":
            expect(foot(page, 1)).to_contain_text("stopped", timeout=5_000)


def test_one_votes_by_key_while_both_answers_still_come(
    visit: Visit, serve: Serve, emulate: Emulate, tmp_path: Path
) -> None:
    running = emulate(tokens_per_second=10, answer=words(80))
    url = f"sqlite:///{tmp_path / 'votes.db'}"
    page = visit(serve("streamlit", **reached(running), TUNEDESK_DB=url) + "/compare")
    expect(box(page)).to_be_enabled(timeout=WAIT)
    choose_blind(page)
    ask(page)
    for position in (0, 1):
        expect(pane(page, position)).to_contain_text("word3", timeout=WAIT)
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text("Answer A")
    expect(main).not_to_contain_text("generalv3.5")
    page.keyboard.press("b")
    expect(page.get_by_text("You chose B")).to_be_visible(timeout=5_000)
    expect(main).to_contain_text(f"· {SPARK}")
    expect(main).to_contain_text(f"· {SPEED}")
    expect(foot(page, 0).get_by_role("button", name="Stop")).to_be_visible()
    expect(pane(page, 0)).to_contain_text("word80", timeout=WAIT)
    expect(foot(page, 0)).to_contain_text("first token", timeout=5_000)
    store = Store(url)
    (vote,) = votes.read(store)
    store.shut()
    assert (vote.winner, vote.blind, vote.counts) == ("right", True, True)


def test_keys_vote_after_the_end_too_and_are_letters_in_the_box(
    visit: Visit, serve: Serve, emulate: Emulate
) -> None:
    running = emulate(tokens_per_second=1000, answer=words(20))
    page = visit(serve("streamlit", **reached(running)) + "/compare")
    expect(box(page)).to_be_enabled(timeout=WAIT)
    choose_blind(page)
    for key, said in (("a", "You chose A"), ("t", "You chose a tie"), ("x", "You chose both bad")):
        ask(page)
        for position in (0, 1):
            expect(pane(page, position)).to_contain_text("word20", timeout=WAIT)
        page.wait_for_timeout(1000)  # the box takes the focus back a moment after the end
        page.keyboard.press(key)
        expect(page.get_by_text(said)).to_be_visible(timeout=5_000)
        expect(box(page)).to_be_focused(timeout=5_000)
    ask(page)
    expect(pane(page, 1)).to_contain_text("word20", timeout=WAIT)
    expect(page.get_by_test_id("stChatInputSubmitButton")).to_be_visible(timeout=WAIT)
    box(page).click()
    page.keyboard.type("abtx")
    expect(box(page)).to_have_value("abtx")
    expect(page.get_by_text("You chose")).to_have_count(0)


def test_answers_scroll_together_while_that_is_on(
    visit: Visit, serve: Serve, emulate: Emulate
) -> None:
    running = emulate(tokens_per_second=5000, answer=words(600))
    page = visit(serve("streamlit", **reached(running)) + "/compare")
    ask(page)
    for position in (0, 1):
        expect(foot(page, position)).to_contain_text("first token", timeout=WAIT)

    def place(position: int) -> float:
        share: float = pane(page, position).evaluate(
            "pane => pane.scrollTop / (pane.scrollHeight - pane.clientHeight)"
        )
        return share

    def wheel(position: int, pixels: int) -> None:
        pane(page, position).hover()
        page.mouse.wheel(0, pixels)
        page.wait_for_timeout(400)

    for position in (0, 1):
        pane(page, position).evaluate("pane => { pane.scrollTop = 0; }")
    wheel(0, 700)
    assert place(0) > 0.1
    assert abs(place(0) - place(1)) < 0.02
    wheel(1, -300)
    assert abs(place(0) - place(1)) < 0.02
    page.get_by_text("Scroll together", exact=True).click()
    page.wait_for_timeout(1000)
    before = place(1)
    wheel(0, 500)
    assert place(0) > place(1) + 0.05
    assert place(1) == before


def test_six_columns_make_few_updates(visit: Visit, serve: Serve, emulate: Emulate) -> None:
    running = emulate(tokens_per_second=50, answer=words(250))
    page = visit(serve("streamlit", **reached(running)) + f"/compare?models={SIX}", width=1600)
    expect(box(page)).to_be_enabled(timeout=WAIT)
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
        expect(pane(page, position)).to_contain_text("word250", timeout=WAIT)
    moments: list[float] = page.evaluate("window.updates")
    steady = [moment for moment in moments if moments[0] + 500 < moment < moments[0] + 4500]
    print(f"\nsix columns: {len(steady) / 4:.1f} updates per second")  # noqa: T201
    assert 5 < len(steady) / 4 <= 30


@pytest.mark.parametrize(
    ("lang", "scheme", "width"),
    [("zh", "light", 1280), ("en", "dark", 1280), ("zh", "dark", 390), ("en", "light", 390)],
)
def test_how_it_looks(
    visit: Visit, serve: Serve, shots: Path, lang: str, scheme: str, width: int
) -> None:
    height = 844 if width < 500 else 900
    address = serve("streamlit") + f"/compare?models={SPEED},{SPARK},{DEEPSEEK}"
    page = visit(address, lang, scheme=scheme, width=width, height=height)
    name = f"streamlit-compare-{lang}-{scheme}-{width}"
    expect(box(page)).to_be_enabled(timeout=WAIT)
    page.screenshot(path=shots / f"{name}-empty.png")
    ask(page, QUESTION[lang])
    for position in range(3):
        expect(foot(page, position)).to_contain_text(re.compile("首字|first token"), timeout=WAIT)
    page.wait_for_timeout(500)
    page.screenshot(path=shots / f"{name}.png")
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
