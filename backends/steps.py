"""Calls that give their thread back while their row is on its way to the disk."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

from backends.ledger import Pending
from backends.types import Delta

T = TypeVar("T")

# What waits for its turn may wait for those that already have theirs: None says that it comes to
# such a place, so that whoever lets calls go on keeps threads for the others.
Step = Delta | Pending | None
# Yields what it waits for. Whoever goes on with it too early waits there.
Steps = Generator[Pending | None, None, T]


def finished(steps: Steps[T]) -> T:
    """What they come to, done on this thread."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            came_to: T = end.value
            return came_to
