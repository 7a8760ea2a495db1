"""The threads that make a run's calls."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from backends import Steps
from experiments.types import Cell, Prompt

Made = Steps[Cell | None]
Queue = queue.SimpleQueue[Made | None]


class Crew:
    """So many threads at most for calls that are on record, and so many for all others.

    Nobody holds a thread while the disk works: a call is begun by one of the latter, and once its
    row is durable one of the former makes it. No more are under way than there are threads. What
    executors give beside this, a future of each call, costs more than the engine's own part in a
    call does. Used by one thread.
    """

    def __init__(self, at_once: int, ahead: int, make: Callable[[Cell, Prompt], Made]) -> None:
        self._make = make
        self._new: Queue = queue.SimpleQueue()
        self._recorded: Queue = queue.SimpleQueue()
        self._most = {self._new: ahead, self._recorded: at_once}
        self._given: deque[Made] = deque()
        self._under_way = 0
        self._threads: dict[Queue, list[threading.Thread]] = {each: [] for each in self._most}
        self._changed = threading.Condition()
        self._enough = 0
        self._done: list[Cell] = []
        self._trouble: BaseException | None = None
        # Calls that were given and have not ended.
        self.outstanding = 0

    def give(self, calls: Sequence[tuple[Cell, Prompt]]) -> None:
        """Have these calls made, as threads come to them."""
        with self._changed:
            self.outstanding += len(calls)
            self._given += [self._make(*each) for each in calls]
            self._begin()
        for work, threads in self._threads.items():
            while len(threads) < min(self._most[work], self.outstanding):
                thread = threading.Thread(
                    target=self._serve, args=(work,), name="tunedesk-cell", daemon=True
                )
                threads.append(thread)
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
        with self._changed:
            self._enough = 0
            self._changed.wait_for(lambda: not self.outstanding)
        for work, threads in self._threads.items():
            for _ in threads:
                work.put(None)
            for thread in threads:
                thread.join()

    def _begin(self) -> None:
        while self._given and self._under_way < sum(self._most.values()):
            self._under_way += 1
            self._new.put(self._given.popleft())

    def _serve(self, work: Queue) -> None:
        while (steps := work.get()) is not None:
            try:
                waits = next(steps)
            except StopIteration as end:
                self._ended(end.value, None)
            except BaseException as exc:  # noqa: BLE001 - `wait` raises it
                self._ended(None, exc)
            else:
                if waits is None:
                    self._new.put(steps)
                else:
                    waits.then(partial(self._recorded.put, steps))

    def _ended(self, cell: Cell | None, trouble: BaseException | None) -> None:
        with self._changed:
            self.outstanding -= 1
            self._under_way -= 1
            self._begin()
            self._trouble = self._trouble or trouble
            if cell is not None:
                self._done.append(cell)
            if self.outstanding <= self._enough or trouble is not None:
                self._changed.notify_all()
