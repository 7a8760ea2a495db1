"""The threads that make a run's calls."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence

from experiments.types import Cell, Prompt

Work = tuple[Cell, Prompt]


class Crew:
    """So many threads at most, each of which makes the next call that was given.

    What executors give beside this, a future of each call, costs more than the engine's own part
    in a call does. Used by one thread.
    """

    def __init__(self, most: int, make: Callable[[Cell, Prompt], Cell | None]) -> None:
        self._most, self._make = most, make
        self._work: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._changed = threading.Condition()
        self._enough = 0
        self._done: list[Cell] = []
        self._trouble: BaseException | None = None
        # Calls that were given and have not ended.
        self.outstanding = 0

    def give(self, work: Sequence[Work]) -> None:
        """Have these calls made, as threads come to them."""
        with self._changed:
            self.outstanding += len(work)
        for each in work:
            self._work.put(each)
        while len(self._threads) < min(self._most, self.outstanding):
            thread = threading.Thread(target=self._serve, name="tunedesk-cell", daemon=True)
            self._threads.append(thread)
            thread.start()

    def done(self) -> list[Cell]:
        """The cells as they stand after their calls, of those that have ended since last asked."""
        with self._changed:
            done, self._done = self._done, []
        return done

    def wait(self, enough: int, patience: float) -> None:
        """Until no more than `enough` calls are outstanding, at most so many seconds.

        Raises:
            BaseException: what a call raised. It is ours, not a provider's: those are outcomes.
        """
        with self._changed:
            self._enough = enough
            self._changed.wait_for(lambda: self._trouble or self.outstanding <= enough, patience)
            if self._trouble is not None:
                raise self._trouble

    def leave(self) -> None:
        """Wait for what is outstanding, and let the threads go."""
        for _ in self._threads:
            self._work.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        while (work := self._work.get()) is not None:
            cell, trouble = None, None
            try:
                cell = self._make(*work)
            except BaseException as exc:  # noqa: BLE001 - `wait` raises it
                trouble = exc
            self._ended(cell, trouble)

    def _ended(self, cell: Cell | None, trouble: BaseException | None) -> None:
        with self._changed:
            self.outstanding -= 1
            self._trouble = self._trouble or trouble
            if cell is not None:
                self._done.append(cell)
            if self.outstanding <= self._enough or trouble is not None:
                self._changed.notify_all()
