"""What the writer tells of one write, for a tenth of a Future's processor time."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Receipt(Generic[T]):
    """Whoever wants to know what became of a write waits until it is durable, or has failed."""

    __slots__ = ("_pending", "_result", "_trouble")

    def __init__(self) -> None:
        self._pending = threading.Lock()
        self._pending.acquire()
        self._trouble: Exception | None = None

    def give(self, result: T) -> None:
        """It is durable. For the writer, which says this or `fail` once."""
        self._result = result
        self._pending.release()

    def fail(self, trouble: Exception) -> None:
        """It has failed."""
        self._trouble = trouble
        self._pending.release()

    def exception(self) -> Exception | None:
        """Why it failed; None where it did not."""
        with self._pending:
            return self._trouble

    def result(self) -> T:
        """What the work returned; raises what it raised."""
        if (trouble := self.exception()) is not None:
            raise trouble
        return self._result
