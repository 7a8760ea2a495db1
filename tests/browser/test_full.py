"""A full house and a network that asks too often, as who stands before the page meets them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import emulators
import ui_gradio
import wiring
from gate import Gate, Limits, Policy
from panels.gradio_seats import Hall, Seats
from panels.words import WORDS
from tests.browser.acts import words
from tests.browser.conftest import Visit
from tests.gate.serving import served

FULL = WORDS["answers_full"]
Received = list[dict[str, Any]]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[str, Gate, Received]]:
    """An app with one seat, whose provider is slow, and what that received."""
    received: Received = []
    with emulators.start(
        ["qianfan"], tokens_per_second=10, answer=words, log=received.append
    ) as running:
        store = f"sqlite:///{tmp_path / 'store.db'}"
        desk = wiring.Desk({"TUNEDESK_DB": store, **running.environment, **running.keys})
        policy = replace(Policy(), limits=Limits(requests=1_200, uploads=9, open_streams=24))
        gate = ui_gradio.gated(desk, policy, hall=Hall(Seats(1, 1), Seats(1, 1)))
        with served(gate) as address:
            yield address, gate, received
        desk.close()


def ask(page: Page, question: str, box: str = "#question") -> None:
    expect(page.locator(f"{box} textarea")).to_be_editable()
    page.locator(f"{box} textarea").fill(question)
    page.keyboard.press("Enter")


def test_who_finds_no_seat_reads_so_and_has_the_question_still(
    visit: Visit, small: tuple[str, Gate, Received], shots: Path
) -> None:
    address, _, received = small
    sits = visit(address)
    ask(sits, "A much longer answer, please.")
    expect(sits.locator("#chat")).to_contain_text("word3")
    page = visit(address, "zh", scheme="dark", width=390)
    ask(page, "还有位子吗？")
    expect(page.locator("#chat")).to_contain_text(FULL.zh)
    expect(page.locator("#chat .message.user")).to_contain_text("还有位子吗？")
    hint = WORDS["chat_placeholder"].zh
    expect(page.locator("#question textarea")).to_have_attribute("placeholder", hint)
    page.screenshot(path=shots / "gradio-full-zh-dark-390.png")
    page.get_by_role("tab").nth(1).click()
    ask(page, "两个都问", "#compare-question")
    expect(page.locator("#compare-trouble")).to_contain_text(FULL.zh)
    expect(page.locator("#compare-question textarea")).to_have_value("两个都问")
    # What was refused may be tried again, later than the second half of a double press.
    page.wait_for_timeout(600)
    with page.expect_request("**/gradio_api/queue/join**"):
        page.locator("#compare-question textarea").press("Enter")
    assert received == []
    sits.locator("#question .stop-button").click()
    expect(sits.locator("#chat")).to_contain_text("stopped")
    # Whose answer has ended may type again; the seat is free by then.
    expect(sits.locator("#question textarea")).to_be_editable()
    # The same question again, by the arrow under the sentence: once.
    page.get_by_role("tab").nth(0).click()
    page.get_by_role("button", name="Retry").or_(page.get_by_role("button", name="重试")).click()
    expect(page.locator("#chat")).to_contain_text("word15")
    expect(page.locator("#chat .message.user")).to_have_count(1)
    assert sum("还有位子吗" in str(entry["body"]) for entry in received) == 1


def test_a_page_that_is_told_to_come_later_says_so_and_asks_once(
    visit: Visit, small: tuple[str, Gate, Received], shots: Path
) -> None:
    address, gate, received = small
    page = visit(address)
    expect(page.locator("#question textarea")).to_be_editable()
    (visitor,) = gate.crowd._visitors.values()
    # So many requests too many that some time passes, however slow the page is.
    visitor.requests.left = -200.0
    ask(page, "Am I too early?")
    told = page.locator("#tunedesk-later")
    expect(told).to_contain_text("Too many requests came from your network.")
    expect(told).to_contain_text(WORDS["asks_again"].en)
    page.screenshot(path=shots / "gradio-later-en-light-1280.png")
    expect(page.locator("#chat")).to_contain_text("word15")
    expect(told).to_be_hidden()
    expect(page.locator("#question textarea")).to_be_editable()
    assert sum("Am I too early?" in str(entry["body"]) for entry in received) == 1
