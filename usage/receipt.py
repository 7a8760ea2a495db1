"""What the writer tells of one write, for a tenth of a Future's processor time."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Receipt(Generic[T]):
    """Whoever wants to know what became of a write waits until it is durable, or has failed."""

    __slots__ = ("_is_known", "_next", "_pending", "_result", "_trouble")

    def __init__(self) -> None:
        self._pending = threading.Lock()
        self._pending.acquire()
        self._trouble: Exception | None = None
        self._is_known = False
        self._next: list[Callable[[], object]] = []

    def give(self, result: T) -> None:
        """It is durable. For the writer, which says this or `fail` once."""
        self._result = result
        self._known()

    def fail(self, trouble: Exception) -> None:
        """It has failed."""
        self._trouble = trouble
        self._known()

    def then(self, go: Callable[[], object]) -> None:
        """Have `go` called by the writer once it is durable or has failed; here and now if that is
        known already. For one who waits."""
        self._next.append(go)
        if self._is_known:
            self._go_on()

    def _known(self) -> None:
        self._is_known = True
        self._pending.release()
        if self._next:
            self._go_on()

    def _go_on(self) -> None:
        # Of the two who may come here at once one finds it.
        with contextlib.suppress(IndexError):
            self._next.pop()()

    def exception(self) -> Exception | None:
        """Why it failed; None where it did not."""
        with self._pending:
            return self._trouble

    def result(self) -> T:
        """What the work returned; raises what it raised."""
        if (trouble := self.exception()) is not None:
            raise trouble
        return self._result
