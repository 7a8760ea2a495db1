"""Where calls are recorded, as the door sees it, and the row of one attempt there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from backends.types import Call


class Pending(Protocol):
    """A row on its way to the disk."""

    def result(self) -> object:
        """Return when it is durable.

        Raises:
            NotRecorded: it will not be.
        """

    def then(self, go: Callable[[], object]) -> None:
        """Have `go` called, on any thread, once what became of it is known."""


class Ledger(Protocol):
    """Where calls are recorded. Injected, so that a test passes a list."""

    def begin(self, call: Call) -> Pending | None:
        """Record a call that may be made as soon as that is durable; None: it is already.

        Raises:
            NotRecorded: it cannot be.
        """

    def keep(self, call: Call) -> None:
        """Record what has come so far of an opened call's answer; returns at once."""

    def close(self, call: Call, *, wait: bool) -> None:
        """Record its final state, durably on return if told to `wait`; called exactly once for
        each opened call."""


class RowOf:
    """The row of one attempt: opened once, closed once, left alone if it could not be opened."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._opened: bool | None = None
        self._pending: Pending | None = None

    def begin(self, call: Call) -> Pending | None:
        """It is on its way; `opened` waits until it is there."""
        self._opened = False
        self._pending = self._ledger.begin(call)
        return self._pending

    def opened(self) -> None:
        """Return when it is durable."""
        if self._pending is not None:
            self._pending.result()
        self._opened = True

    def close(self, call: Call, *, wait: bool) -> None:
        """Its final state is this; a call that came to nothing before is opened with it."""
        if self._opened is None:
            self.begin(call)
            self.opened()
        if self._opened:
            self._ledger.close(call, wait=wait)
