"""One act, one call: what a click, a reload and a lost network come to in Gradio."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

import emulators
from panels.gradio_flights import GRACE
from tests.browser.acts import LONG, LONGER, Provider, double_click, until, words
from tests.browser.conftest import Serve, Visit

pytestmark = pytest.mark.usefixtures("mended")

BOTH_JS = """(box) => {
    const key = {key: "Enter", code: "Enter", keyCode: 13, bubbles: true, cancelable: true};
    box.dispatchEvent(new KeyboardEvent("keydown", key));
    box.dispatchEvent(new KeyboardEvent("keypress", key));
    document.querySelector("#question .submit-button")?.click();
}"""


@pytest.fixture(scope="module")
def provider(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    received: list[dict[str, Any]] = []
    store = tmp_path_factory.mktemp("acts") / "store.db"
    with emulators.start(
        ["qianfan"], tokens_per_second=10, answer=words, log=received.append
    ) as running:
        given = {**running.environment, **running.keys, "TUNEDESK_DB": f"sqlite:///{store}"}
        yield Provider(serve("gradio", **given), running, received, store)


def box(page: Page) -> Locator:
    return page.locator("#question textarea")


def answers(page: Page) -> Locator:
    return page.locator("#chat")


def figures(page: Page) -> Locator:
    return page.locator("#chat .thought-group .title")


def opened(page: Page) -> Page:
    expect(box(page)).to_be_editable()
    # The last of the page's opening events but one.
    expect(page.locator("#knob-stop .knob-caption").last).to_contain_text("stop")
    return page


def compare(page: Page) -> Page:
    page.get_by_role("tab").nth(1).click()
    # It comes with the page's words.
    expect(page.locator(".room-compare")).to_be_attached()
    return page


def begun(page: Page, question: str) -> None:
    box(page).fill(question)
    box(page).press("Enter")
    expect(answers(page)).to_contain_text("word3")


def test_one_question_is_one_call(visit: Visit, provider: Provider) -> None:
    page = opened(visit(provider.address))
    for turn, how in enumerate(("enter twice", "enter and click", "double click"), 1):
        question = f"What comes of {how}?"
        box(page).fill(question)
        if how == "enter twice":
            page.keyboard.press("Enter")
            page.keyboard.press("Enter")
        elif how == "enter and click":
            box(page).evaluate(BOTH_JS)
        else:
            # The stop icon takes the place of the button while one clicks.
            double_click(page.locator("#question .submit-button"))
        expect(figures(page)).to_have_count(turn)
        expect(box(page)).to_be_editable()
        expect(page.locator("#chat .message.user")).to_have_count(turn)
        provider.until_final(question, "ok")


def test_an_answer_goes_on_while_its_page_is_away(visit: Visit, provider: Provider) -> None:
    page = opened(visit(provider.address))
    first = "And what of earlier turns?"
    begun(page, first)
    expect(figures(page)).to_have_count(1)
    question = f"A {LONG} answer, please."
    begun(page, question)
    # The first answer has the same words; that the second is on its way the record tells.
    until(lambda: provider.states(question) == ["sent"], 10)
    page.reload()
    expect(page.locator("#chat .message.user")).to_have_count(2)
    page.goto("about:blank")
    page.go_back()
    expect(page.locator("#chat .message.user")).to_have_count(2)
    page.context.set_offline(True)
    page.wait_for_timeout(2000)  # a viewer without a network
    page.context.set_offline(False)
    assert provider.states(question) == ["sent"]
    expect(figures(page)).to_have_count(2)
    expect(answers(page)).to_contain_text("word220")
    expect(page.locator("#chat .message.user")).to_have_count(2)
    provider.until_final(question, "ok")
    expect(box(page)).to_be_editable()
    begun(page, "Does it go on?")
    expect(figures(page)).to_have_count(3)
    provider.until_ended("Does it go on?", 5)
    assert first in str(provider.ended("Does it go on?")[0]["body"])


def test_a_page_that_is_loaded_anew_asks_on_as_before(visit: Visit, provider: Provider) -> None:
    page = opened(visit(provider.address))
    page.locator("#system textarea").fill("Answer in one word.")
    page.locator("#knob-temperature input[type=number]").fill("0.3")
    page.keyboard.press("Tab")
    expect(page.locator("#knob-temperature input[type=checkbox]")).to_be_checked()
    question = f"A {LONG} answer with settings, please."
    begun(page, question)
    page.reload()
    expect(page.locator("#chat .message.user")).to_have_count(1)
    expect(page.locator("#system textarea")).to_have_value("Answer in one word.")
    expect(page.locator("#knob-temperature input[type=number]")).to_have_value("0.3")
    expect(page.locator("#knob-temperature input[type=checkbox]")).to_be_checked()
    page.locator("#question .stop-button").click()
    provider.until_final(question, "cancelled")
    page.reload()
    expect(page.locator("#system textarea")).to_have_value("Answer in one word.")
    further = "And with which settings now?"
    box(page).fill(further)
    box(page).press("Enter")
    provider.until_final(further, "ok", 30)
    (asked,) = (entry["body"] for entry in provider.ended(further))
    assert asked["temperature"] == 0.3
    assert asked["messages"][0] == {"role": "system", "content": "Answer in one word."}


def test_stop_ends_an_answer_that_came_back(visit: Visit, provider: Provider) -> None:
    page = opened(visit(provider.address))
    question = f"A {LONG} answer to be stopped."
    begun(page, question)
    page.reload()
    expect(answers(page)).to_contain_text("word3")
    page.locator("#question .stop-button").click()
    pressed = time.monotonic()
    assert provider.until_ended(question, 5) - pressed < 2
    expect(figures(page)).to_contain_text("stopped")
    expect(box(page)).to_be_editable()
    provider.until_final(question, "cancelled")


def test_a_closed_tab_ends_its_call_after_a_while_and_shows_it_to_no_other(
    visit: Visit, provider: Provider
) -> None:
    provider.running.fault = "stall"
    page = opened(visit(provider.address))
    question = "Who waits for this?"
    box(page).fill(question)
    box(page).press("Enter")
    expect(answers(page)).to_contain_text("word1")
    other = page.context.new_page()
    other.goto(provider.address)
    page.close()
    left = time.monotonic()
    opened(other)
    expect(other.locator("#chat .message.user")).to_have_count(0)
    ended = provider.until_ended(question, GRACE + 4)
    provider.running.fault = None
    assert GRACE - 1 < ended - left < GRACE + 2
    provider.until_final(question, "cancelled")


def test_a_comparison_goes_on_while_its_page_is_away(visit: Visit, provider: Provider) -> None:
    page = compare(opened(visit(provider.address)))
    # Another way of asking than the page begins with, which comes back, too.
    page.locator("#compare-add").click()
    panes = [page.locator(f"#compare-pane-{position}") for position in range(3)]
    expect(panes[2]).to_be_visible()
    question = f"Three {LONGER} answers, please."
    page.locator("#compare-question textarea").fill(question)
    page.keyboard.press("Enter")
    expect(panes[0]).to_contain_text("word3")
    until(lambda: provider.states(question).count("sent") >= 2, 10)
    page.reload()
    for pane in panes:
        expect(pane).to_contain_text(question)
    page.goto("about:blank")
    page.go_back()
    for pane in panes:
        expect(pane.locator(".user-row")).to_have_count(1)
    page.context.set_offline(True)
    page.wait_for_timeout(2000)  # a viewer without a network
    page.context.set_offline(False)
    for pane in panes:
        expect(pane.locator(".user-row")).to_have_count(1)
    # They go on before one's eyes, and nothing was asked again.
    seen = len(panes[0].inner_text())
    until(lambda: len(panes[0].inner_text()) > seen, 10)
    assert len(provider.states(question)) == 3 and "sent" in provider.states(question)
    page.locator("#compare-question .stop-button").click()
    pressed = time.monotonic()
    assert provider.until_ended(question, 5) - pressed < 2
    expect(panes[0]).to_contain_text("stopped")
    expect(page.locator("#compare-question .submit-button")).to_be_visible()
    until(lambda: "sent" not in provider.states(question), 5)
    # The first column and its copy; the other one's provider is not this one.
    assert len(provider.ended(question)) == 2 and len(provider.states(question)) == 3
    further = "Do the three go on?"
    page.locator("#compare-question textarea").fill(further)
    page.keyboard.press("Enter")
    until(lambda: provider.states(further) == ["ok"] * 3, 60)
    assert question in str(provider.ended(further)[0]["body"])


def test_a_compared_question_is_asked_once_of_each(visit: Visit, provider: Provider) -> None:
    page = compare(opened(visit(provider.address)))
    asks = page.locator("#compare-question textarea")
    for turn, how in enumerate(("enter twice", "enter and click", "double click"), 1):
        question = f"What do both say of {how}?"
        expect(page.locator("#compare-question .submit-button")).to_be_visible()
        asks.fill(question)
        if how == "enter twice":
            page.keyboard.press("Enter")
            page.keyboard.press("Enter")
        elif how == "enter and click":
            asks.evaluate(BOTH_JS.replace("#question", "#compare-question"))
        else:
            double_click(page.locator("#compare-question .submit-button"))
        until(lambda: provider.states(question) == ["ok"] * 2, 60)  # noqa: B023
        # The other column's provider is not this one.
        assert len(provider.ended(question)) == 1
        for position in (0, 1):
            pane = page.locator(f"#compare-pane-{position}")
            expect(pane.locator(".user-row")).to_have_count(turn)


def test_open_differences_are_those_of_answers_that_have_ended(
    visit: Visit, provider: Provider
) -> None:
    page = compare(opened(visit(provider.address)))
    page.get_by_role("button", name="Differences").click()
    shown = page.locator("#compare-diff-text")
    expect(shown).to_contain_text("Once two answers have ended")
    for question in ("What differs?", "And now?"):
        page.locator("#compare-question textarea").fill(question)
        page.keyboard.press("Enter")
        expect(page.locator("#compare-pane-0 .bot").last).to_contain_text("word1")
        expect(shown).to_contain_text("Once two answers have ended")
        # The other column's provider is not this one, so they do differ.
        expect(shown.locator("del", has_text="word15")).to_be_visible()
    page.reload()
    compare(page)
    page.get_by_role("button", name="Differences").click()
    expect(shown.locator("del", has_text="word15")).to_be_visible()


def test_a_closed_comparison_ends_after_a_while(visit: Visit, provider: Provider) -> None:
    page = compare(opened(visit(provider.address)))
    provider.running.fault = "stall"
    question = "Who waits for these two?"
    page.locator("#compare-question textarea").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator("#compare-pane-0")).to_contain_text("word1")
    page.close()
    left = time.monotonic()
    ended = provider.until_ended(question, GRACE + 4)
    provider.running.fault = None
    assert GRACE - 1 < ended - left < GRACE + 2
    until(lambda: "sent" not in provider.states(question), 5)
    assert "cancelled" in provider.states(question)


def button(page: Page, name: str) -> Locator:
    return page.locator(f"#chat button[aria-label={name}]")


def asked_with(provider: Provider, question: str) -> list[list[tuple[str, str]]]:
    """What the provider was sent each time this question was the last: roles and texts."""
    return [
        [(turn["role"], turn["content"].strip()) for turn in entry["body"]["messages"]]
        for entry in provider.received
        if entry["body"]["messages"][-1]["content"] == question
    ]


def answered(page: Page, turns: int) -> None:
    expect(figures(page)).to_have_count(turns)
    expect(page.locator("#question .submit-button")).to_be_visible()
    expect(box(page)).to_be_editable()


def test_asking_again_taking_back_and_editing_call_once_and_send_what_is_shown(
    visit: Visit, provider: Provider
) -> None:
    page = opened(visit(provider.address))
    answer = "".join(f"word{number} " for number in range(16)).strip()
    for turn, question in enumerate(("Red one?", "Blue two?", "Green three?"), 1):
        box(page).fill(question)
        box(page).press("Enter")
        answered(page, turn)
    past = [("user", "Red one?"), ("assistant", answer)]
    both = [*past, ("user", "Blue two?"), ("assistant", answer)]
    assert asked_with(provider, "Green three?") == [[*both, ("user", "Green three?")]]
    # Asked again, twice in a row by accident: one call, with the same past.
    double_click(button(page, "Retry").last, 30)
    until(lambda: len(asked_with(provider, "Green three?")) == 2, 30)
    answered(page, 3)
    assert asked_with(provider, "Green three?")[1] == [*both, ("user", "Green three?")]
    # Taken back: the words are in the box, nothing is called, and what is asked next knows of it.
    button(page, "Undo").last.click()
    expect(box(page)).to_have_value("Green three?")
    expect(page.locator("#chat .message.user")).to_have_count(2)
    # An earlier question, edited: what came after it is gone from page and request.
    button(page, "Edit").first.click()
    page.locator("#chat textarea").fill("Red *one* <b>anew</b>?")
    double_click(button(page, "Submit"), 30)
    answered(page, 1)
    edited = "Red *one* <b>anew</b>?"
    expect(page.locator("#chat .message.user")).to_have_count(1)
    # A tag that one types is text, whatever a word of joining stands before it on the page.
    expect(page.locator("#chat .message.user b")).to_have_count(0)
    assert asked_with(provider, edited) == [[("user", edited)]]
    # The same after the page was loaded anew, and then what follows.
    page.reload()
    expect(page.locator("#chat .message.user")).to_have_count(1)
    opened(page)
    button(page, "Retry").last.click()
    until(lambda: len(asked_with(provider, edited)) == 2, 30)
    answered(page, 1)
    assert asked_with(provider, edited)[1] == [("user", edited)]
    box(page).fill("And then?")
    box(page).press("Enter")
    answered(page, 2)
    assert asked_with(provider, "And then?") == [
        [("user", edited), ("assistant", answer), ("user", "And then?")]
    ]
    states = [provider.states(each) for each in ("Green three?", edited.replace("'", "''"))]
    assert {state for each in states for state in each} == {"ok"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_second_click_while_the_server_is_slow_takes_no_other_question_away(
    visit: Visit, provider: Provider, lang: str
) -> None:
    page = opened(visit(provider.address, lang))
    first, last = f"First in {lang}?", f"Last in {lang}?"
    for turn, question in enumerate((first, last), 1):
        box(page).fill(question)
        box(page).press("Enter")
        answered(page, turn)
    held: list[Route] | None = []
    page.route(
        "**/gradio_api/run/**",
        lambda route: route.continue_() if held is None else held.append(route),
    )
    retry = button(page, {"en": "Retry", "zh": "重试"}[lang])
    retry.last.click()
    # Longer than what counts as one double click.
    page.wait_for_timeout(700)
    assert held
    retry.last.click()
    page.wait_for_timeout(200)
    slow, held = held, None
    for each in slow:
        each.continue_()
    for _ in range(1500):
        # Held requests go on only while the page is waited for.
        page.wait_for_timeout(20)
        if len(asked_with(provider, last)) == 2:
            break
    answered(page, 2)
    expect(page.locator("#chat .message.user")).to_have_count(2)
    assert len(asked_with(provider, first)) == 1
    assert len(asked_with(provider, last)) == 2
    # And what is clicked when the page has changed counts again.
    retry.last.click()
    expect(figures(page)).to_have_count(1)
    answered(page, 2)
    assert len(asked_with(provider, last)) == 3


@pytest.mark.timeout(240)
def test_a_double_click_on_a_slow_page_asks_the_same_question_once_more(
    visit: Visit, provider: Provider
) -> None:
    page = opened(visit(provider.address))
    slowed = page.context.new_cdp_session(page)
    slowed.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    for turn, question in enumerate(("Slow one?", "Slow two?"), 1):
        box(page).fill(question)
        box(page).press("Enter")
        answered(page, turn)
        # Its second half comes when the page has begun to show what the first one does.
        double_click(button(page, "Retry").last, 30)
        until(lambda: len(asked_with(provider, question)) == 2, 30)  # noqa: B023
        answered(page, turn)
    assert len(asked_with(provider, "Slow one?")) == 2
