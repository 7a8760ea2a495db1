"""The times of one attempt: seconds to what the reader saw, from when the question went out."""

from __future__ import annotations

import time

from backends.line import Line
from backends.pieces import Pieces
from backends.settle import Times
from backends.types import Delta

# Seconds of an answer that a process may take with it when it is killed; and characters a second,
# for each time the whole is written again: of one that does not end that would be gigabytes.
_KEEP_EVERY, _KEPT_A_SECOND = 0.5, 200_000


class Stopwatch:
    """Runs from the moment the provider is called."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._started = self._last = time.perf_counter()
        self._kept = self._started
        self.first: float | None = None
        self.longest_gap: float | None = None
        self._pieces = Pieces()

    def start(self) -> None:
        """The provider is about to be called; what came before was our own time."""
        self._started = time.perf_counter()

    def tick(self, delta: Delta) -> None:
        """Something to read arrived."""
        now = time.perf_counter()
        self._pieces.add(now, delta)
        if self.first is None:
            self.first = self.total()
        else:
            self.longest_gap = max(self.longest_gap or 0.0, now - self._last)
        self._last = now

    def due(self, length: int) -> bool:
        """Whether the so many characters that have come should be on record now: every so often,
        the more of them the less."""
        now = time.perf_counter()
        if now - self._kept < max(_KEEP_EVERY, length / _KEPT_A_SECOND):
            return False
        self._kept = now
        return True

    def total(self) -> float:
        """Seconds so far; fetching a token beforehand does not count."""
        return time.perf_counter() - (self._line.began or self._started)

    def times(self) -> Times:
        """What goes on record of all this."""
        chunks = self._pieces.since(self._line.began or self._started)
        return Times(self.first, self.total(), self.longest_gap, chunks)
