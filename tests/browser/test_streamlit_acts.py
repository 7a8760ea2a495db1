"""One act, one call: what a click, a reload and a lost network come to in Streamlit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

import emulators
from panels.streamlit_tab import GRACE
from tests.browser.acts import LONG, Provider, double_click, until, words
from tests.browser.conftest import Serve, Visit

pytestmark = pytest.mark.usefixtures("mended")

SPEED = "?model=qianfan/ernie-speed-8k"
BOTH_JS = """(box) => {
    const key = {key: "Enter", code: "Enter", keyCode: 13, bubbles: true};
    box.dispatchEvent(new KeyboardEvent("keydown", key));
    document.querySelector("[data-testid=stChatInputSubmitButton]")?.click();
}"""
# Whether a click would meet the button of this name the moment it is there.
MET_JS = """(name) => new Promise((told) => {
    const look = () => {
        const seen = [...document.querySelectorAll("[data-testid=stButton] button")];
        const button = seen.find((one) => one.textContent.includes(name));
        if (!button) return requestAnimationFrame(look);
        const {left, top, width, height} = button.getBoundingClientRect();
        const there = document.elementFromPoint(left + width / 2, top + height / 2);
        told(button.contains(there));
    };
    look();
})"""


@pytest.fixture(scope="module")
def provider(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    received: list[dict[str, Any]] = []
    store = tmp_path_factory.mktemp("acts") / "store.db"
    with emulators.start(
        ["qianfan"], tokens_per_second=10, answer=words, log=received.append
    ) as running:
        given = {**running.environment, **running.keys, "TUNEDESK_DB": f"sqlite:///{store}"}
        yield Provider(serve("streamlit", **given), running, received, store)


def box(page: Page) -> Locator:
    return page.get_by_test_id("stChatInputTextArea")


def write(page: Page, question: str) -> None:
    expect(box(page)).to_be_enabled()
    box(page).fill(question)


def begun(page: Page, question: str) -> str:
    """Ask, and return the answer as far as it has come."""
    write(page, question)
    box(page).press("Enter")
    answer = page.get_by_test_id("stChatMessage").last
    expect(answer).to_contain_text("word1")
    return answer.get_by_test_id("stMarkdownContainer").first.inner_text()


def answered(page: Page, turns: int) -> None:
    expect(page.get_by_text("Details", exact=True)).to_have_count(turns)


def test_one_question_is_one_call(visit: Visit, provider: Provider) -> None:
    page = visit(provider.address + SPEED)
    for turn, how in enumerate(("enter twice", "enter and click", "double click"), 1):
        question = f"What comes of {how}?"
        write(page, question)
        if how == "enter twice":
            page.keyboard.press("Enter")
            page.keyboard.press("Enter")
        elif how == "enter and click":
            box(page).evaluate(BOTH_JS)
        else:
            # The stop icon takes the place of the button while one clicks.
            double_click(page.get_by_test_id("stChatInputSubmitButton"))
        answered(page, turn)
        expect(page.get_by_test_id("stChatMessage")).to_have_count(2 * turn)
        provider.until_final(question, "ok")


def test_an_answer_goes_on_while_its_page_is_away(visit: Visit, provider: Provider) -> None:
    page = visit(provider.address + SPEED)
    question = f"A {LONG} answer, please."
    before = begun(page, question)
    page.reload()
    expect(page.get_by_test_id("stChatMessage").last).to_contain_text(before)
    page.goto("about:blank")
    page.go_back()
    expect(page.get_by_test_id("stChatMessage").last).to_contain_text(before)
    page.context.set_offline(True)
    page.wait_for_timeout(2000)  # a viewer without a network
    page.context.set_offline(False)
    assert provider.states(question) == ["sent"]
    answered(page, 1)
    expect(page.get_by_test_id("stChatMessage")).to_have_count(2)
    expect(page.get_by_test_id("stChatMessage").last).to_contain_text(before)
    provider.until_final(question, "ok")


def test_a_closed_tab_ends_its_call_after_a_while_and_shows_it_to_no_other_browser(
    visit: Visit, provider: Provider
) -> None:
    provider.running.fault = "stall"
    page = visit(provider.address + SPEED)
    question = "Who waits for this?"
    begun(page, question)
    page.close()
    left = time.monotonic()
    other = visit(provider.address + SPEED)
    expect(other.get_by_text("What would you like to ask?")).to_be_visible()
    expect(other.get_by_test_id("stChatMessage")).to_have_count(0)
    ended = provider.until_ended(question, GRACE + 4)
    provider.running.fault = None
    assert GRACE - 1 < ended - left < GRACE + 2
    provider.until_final(question, "cancelled")


def test_the_second_half_of_a_double_click_stops_nothing_that_the_first_half_began(
    visit: Visit, provider: Provider
) -> None:
    page = visit(provider.address + SPEED)
    question = "Who is stopped at once? Be long."
    assert LONG in question
    write(page, question)
    box(page).press("Enter")
    assert page.evaluate(MET_JS, "Stop") is False
    expect(page.get_by_test_id("stChatMessage").last).to_contain_text("word3")
    assert provider.states(question) == ["sent"]
    page.get_by_role("button", name="Stop", exact=True).click()
    provider.until_final(question, "cancelled")


def asked_with(provider: Provider, question: str) -> list[list[str]]:
    """The texts that the provider was sent each time this question was the last."""
    return [
        [turn["content"].strip() for turn in entry["body"]["messages"]]
        for entry in provider.received
        if entry["body"]["messages"][-1]["content"] == question
    ]


def test_asking_again_taking_back_and_editing_by_double_clicks_call_once(
    visit: Visit, provider: Provider
) -> None:
    page = visit(provider.address + SPEED)
    answer = "".join(f"word{number} " for number in range(16)).strip()
    for turn, question in enumerate(("Red one?", "Blue two?", "Green three?"), 1):
        write(page, question)
        box(page).press("Enter")
        answered(page, turn)
    both = ["Red one?", answer, "Blue two?", answer]
    double_click(page.get_by_role("button", name="Retry"), 30)
    until(lambda: len(asked_with(provider, "Green three?")) == 2, 30)
    answered(page, 3)
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    assert asked_with(provider, "Green three?") == [[*both, "Green three?"]] * 2
    double_click(page.get_by_role("button", name="Undo"), 30)
    expect(page.get_by_test_id("stChatMessage")).to_have_count(4)
    expect(box(page)).to_have_value("Green three?")
    page.get_by_role("button", name="Edit").click()
    page.get_by_test_id("stChatMessage").get_by_role("textbox").fill("Blue anew?")
    double_click(page.get_by_role("button", name="Send", exact=True).first, 30)
    until(lambda: len(asked_with(provider, "Blue anew?")) == 1, 30)
    answered(page, 2)
    assert asked_with(provider, "Blue anew?") == [["Red one?", answer, "Blue anew?"]]
    expect(page.get_by_test_id("stChatMessage")).to_have_count(4)
    assert provider.states("Green three?") == ["ok"] * 2
