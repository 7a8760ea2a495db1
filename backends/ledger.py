"""Where calls are recorded, as the door sees it, and the row of one attempt there."""

from __future__ import annotations

from typing import Protocol

from backends.types import Call


class Ledger(Protocol):
    """Where calls are recorded. Injected, so that a test passes a list."""

    def open(self, call: Call) -> None:
        """Record a call that is about to be made; returns when the row is durable."""

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

    def open(self, call: Call) -> None:
        self._opened = False
        self._ledger.open(call)
        self._opened = True

    def close(self, call: Call, *, wait: bool) -> None:
        if self._opened is None:
            self.open(call)
        if self._opened:
            self._ledger.close(call, wait=wait)
