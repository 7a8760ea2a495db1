"""A running call as the user interfaces hold it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from backends.fold import Fold
from backends.line import Line
from backends.pacing.room import Wait
from backends.types import Call, ChatRequest, Completion, Delta

_AT_ONCE = nullcontext()


class CallInFlight:
    """One request on its way. Any thread may look or cancel; nothing is lost if nobody looks.

    `turn` is entered when the call is on record and left when its answer has ended: who makes many
    calls lets so many go at once, while others are being recorded. Unless it `waits`, it is done
    while its end is still on its way to the disk.
    """

    def __init__(
        self,
        request: ChatRequest,
        turn: AbstractContextManager[object] = _AT_ONCE,
        *,
        waits: bool = True,
    ) -> None:
        self.request = request
        self.turn = turn
        self.waits = waits
        self._fold = Fold()
        self._line: Line | None = None
        self._call: Call | None = None
        self._cancelled = False
        self._changed = threading.Condition()
        self._version = self._watchers = 0
        self._done = False
        self._waits: tuple[Wait, float] | None = None

    @property
    def waiting(self) -> float | None:
        """Seconds until a provider's limit lets the call go, as far as one can tell; None while
        nothing holds it back."""
        if self._waits is None:
            return None
        wait, told_at = self._waits
        return max(0.0, wait.seconds - (time.monotonic() - told_at))

    @property
    def call(self) -> Call | None:
        """The record as it stands: None until the row exists, final once `done`."""
        return self._call

    @property
    def done(self) -> bool:
        """Whether the call has its final state."""
        return self._done

    def completion(self) -> Completion:
        """The answer as far as it has come."""
        return self._fold.completion()

    def cancel(self) -> None:
        """Stop now. The answer so far is kept; the row becomes *cancelled*."""
        with self._changed:
            self._cancelled = True
            line = self._line
            self._changed.notify_all()
        if line is not None:
            line.cancel()

    @property
    def size(self) -> int:
        """Characters of the answer so far."""
        return self._fold.length

    @property
    def shown(self) -> bool:
        """Whether anything of the answer has been shown."""
        return self._fold.shown

    def pause(self, seconds: float) -> bool:
        """Wait before another attempt; False, and at once, if the call is cancelled."""
        with self._changed:
            return not self._changed.wait_for(lambda: self._cancelled, seconds)

    def wait(self, version: int, timeout: float) -> int:
        """Block until something newer than `version` happened, at most `timeout` seconds.

        Returns the current version; start with 0.
        """
        self._until(lambda: self._version > version or self._done, timeout)
        return self._version

    def wait_done(self, timeout: float | None = None) -> bool:
        """Block until the call has its final state; False if `timeout` seconds pass first."""
        return self._until(lambda: self._done, timeout)

    def result(self, timeout: float | None = None) -> Call:
        """The finished call.

        Raises:
            TimeoutError: it is not finished after `timeout` seconds.
        """
        if not self.wait_done(timeout) or self._call is None:
            raise TimeoutError
        return self._call

    def attempt(self, line: Line) -> Fold:
        """The door begins an attempt; what an earlier one collected does not count."""
        with self._changed:
            self._line, self._call, self._fold = line, None, Fold()
            cancelled = self._cancelled
        if cancelled:
            line.cancel()
        return self._fold

    def wait_for(self, wait: Wait | None) -> None:
        """The door waits for a provider's limit, or no longer does."""
        self._waits = None if wait is None else (wait, time.monotonic())
        self._bump()

    def add(self, delta: Delta) -> None:
        """The door received a delta."""
        self._fold.add(delta)
        self._bump()

    def settle(self, call: Call) -> None:
        """The attempt is on record as this, be it as sent or in its final state."""
        self._call = call

    def finish(self) -> None:
        """No further attempt will follow."""
        self._done = True
        self._bump()

    def _until(self, happened: Callable[[], bool], timeout: float | None) -> bool:
        with self._changed:
            # Counted before it looks, so that what happens from then on wakes it.
            self._watchers += 1
            try:
                return self._changed.wait_for(happened, timeout)
            finally:
                self._watchers -= 1

    def _bump(self) -> None:
        # By the thread of the call alone.
        self._version += 1
        if self._watchers:
            with self._changed:
                self._changed.notify_all()
