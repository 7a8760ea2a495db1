"""One app over a provider that counts its calls, for the tests of what one act comes to."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

import emulators

LONG, LONGER = "long", "much longer"


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    finish_reason: str | None = None
    logprob: float = -1.0


def words(question: str, _system: str, _sampling: object) -> Iterator[_Word]:
    """Numbered words, many where the question asks for a long answer."""
    last = 1500 if LONGER in question else 220 if LONG in question else 15
    for number in range(last + 1):
        yield _Word(f"word{number} ", "stop" if number == last else None)


@dataclass(slots=True)
class Provider:
    """A slow provider, what it was asked, and the app's own record."""

    address: str
    running: emulators.Emulators
    received: list[dict[str, Any]]
    store: Path

    def ended(self, question: str) -> list[dict[str, Any]]:
        """The calls with this question last that the provider has seen end."""
        return [entry for entry in self.received if question in str(entry["body"])[-2000:]]

    def states(self, question: str) -> list[str]:
        """The states of the calls on record with this question."""
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as reading:
            rows = reading.execute(
                "select state from calls where messages like ?", (f"%{question}%",)
            ).fetchall()
        return [row[0] for row in rows]

    def until_ended(self, question: str, seconds: float) -> float:
        """Wait until the provider has seen a call with this question end; returns when."""
        return until(lambda: bool(self.ended(question)), seconds)

    def until_final(self, question: str, state: str, seconds: float = 5.0) -> None:
        """Wait until the one call with this question has this state on record."""
        deadline = time.monotonic() + seconds
        while (found := self.states(question)) != [state]:
            assert time.monotonic() < deadline, f"{question}: {found} after {seconds} s"
            time.sleep(0.01)
        assert len(self.ended(question)) == 1, f"{question} was asked more than once"


def until(what: Callable[[], bool], seconds: float) -> float:
    """Wait until something holds; returns the monotonic time."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.01)
    return time.monotonic()


def double_click(target: Locator, delay: float = 50) -> None:
    """Click it twice, each time down for `delay` milliseconds, once it stands still: pages scroll
    with what appears in them, and nobody aims at what moves."""
    deadline = time.monotonic() + 30
    place, since = target.bounding_box(), time.monotonic()
    while time.monotonic() - since < 0.3:
        assert time.monotonic() < deadline, "it never stands still"
        target.page.wait_for_timeout(20)
        if (now := target.bounding_box()) != place:
            place, since = now, time.monotonic()
    target.dblclick(delay=delay)


def sticks_out(page: Page) -> int:
    """Pixels by which a page is wider than its window; Streamlit's scrolls in a part of its own."""
    wide: int = page.evaluate(
        """() => Math.max(...document.querySelectorAll("html, [data-testid=stMain]").values().map(
            (part) => part.scrollWidth - part.clientWidth))"""
    )
    return wide
