"""Seats for what lasts as long as an answer: Gradio runs so many events at once and keeps the rest
waiting without a word. So it has more places than there are seats, and who finds no seat is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import gradio as gr

Shown = TypeVar("Shown")

# Who is told that there is no seat is gone at once; these may be told at the same moment.
_BEING_TOLD = 100
# Threads for light events, which are not queued; who comes later waits for one.
_THREADS = 200


class Seats:
    """So many at once, of one visitor at most `each`. One event loop asks."""

    def __init__(self, most: int, each: int) -> None:
        self.most, self._each = most, each
        self._taken: Counter[str] = Counter()

    async def seated(
        self, who: str, shown: AsyncIterator[Shown], full: Shown
    ) -> AsyncIterator[Shown]:
        """All of what is shown, which then has a seat; or `full` alone, and nothing is begun."""
        if self._taken.total() >= self.most or self._taken[who] >= self._each:
            yield full
            return
        self._taken[who] += 1
        try:
            # A generator of ours each time, which Gradio may leave at any point.
            async with aclosing(cast(Any, shown)) as growing:
                async for each in growing:
                    yield each
        finally:
            self._taken[who] -= 1
            self._taken += Counter()  # drops those who have none


@dataclass(frozen=True, slots=True)
class Hall:
    """Seats for those who ask, more than calls may run, and for pages that are loaded anew."""

    asking: Seats = field(default_factory=lambda: Seats(600, 150))
    watching: Seats = field(default_factory=lambda: Seats(300, 15))

    def queue(self, demo: gr.Blocks) -> None:
        """Have the app's queue run whoever has a seat, at once."""
        # The queue takes its number of events at once from what is otherwise that of threads.
        demo.max_threads = self.asking.most + self.watching.most + _BEING_TOLD
        demo.queue(default_concurrency_limit=None)
        # After every event Gradio would work out figures of the last ten thousand for a page of its
        # own, which the gate keeps closed.
        demo._queue.ANAYLTICS_CACHE_FREQUENCY = 1 << 60
        demo._queue.ANALYTICS_MAX_EVENTS = 1
        demo.max_threads = _THREADS
