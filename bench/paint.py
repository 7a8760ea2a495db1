"""When the usage page first shows something of its own, with many calls and with none."""

from __future__ import annotations

import random
import statistics
import time
from contextlib import ExitStack
from typing import Final

from playwright.sync_api import BrowserContext

from bench.apps import App, running
from bench.report import Row

# More than a heading: the first sentence or figure that is about the calls.
_PAINTED: Final = """() => {
  const main = document.querySelector('[data-testid="stMainBlockContainer"]');
  return main !== null && main.innerText.trim().length > 60;
}"""


def painted(visitor: BrowserContext, app: App) -> float:
    """Seconds from asking for the page to its first words about the calls."""
    page = visitor.new_page()
    try:
        began = time.perf_counter()
        page.goto(f"{app.address}/usage", wait_until="commit")
        page.wait_for_function(_PAINTED, timeout=60_000)
        return time.perf_counter() - began
    finally:
        page.close()


def first_paint(visitor: BrowserContext, many: str, calls: int, rounds: int) -> Row:
    """The page over the store at an SQLAlchemy URL, against that over an empty one."""
    with ExitStack() as apps:
        full = apps.enter_context(running("streamlit", {"TUNEDESK_DB": many}))
        empty = apps.enter_context(running("streamlit", {}))
        # The first visitor of a process waits for its imports.
        for app in (full, empty):
            painted(visitor, app)
        pairs = [
            {id(app): painted(visitor, app) for app in random.sample([full, empty], 2)}
            for _ in range(rounds)
        ]
    spans = [(each[id(full)], each[id(empty)]) for each in pairs]
    medians = " / ".join(f"{statistics.median(span):.2f}" for span in zip(*spans, strict=True))
    return Row("usage", f"first paint with {calls:,} calls / empty page",
               [full / empty for full, empty in spans], 1.3, f"{medians} s")  # fmt: skip
