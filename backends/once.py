"""What is made of a fact that never changes, made once for as long as it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

_Fact = TypeVar("_Fact")
_Made = TypeVar("_Made")
_MOST = 512


class Once(Generic[_Fact, _Made]):
    """Calls `make` once for each fact, such as a row. Usable from any thread.

    A fact is known by being the same object: comparing or hashing a row costs more than most of
    what is made of it. It is kept with what was made, so that no other object takes its place.
    """

    def __init__(self, make: Callable[[_Fact], _Made]) -> None:
        self._make = make
        self._kept: dict[int, tuple[_Fact, _Made]] = {}

    def __call__(self, fact: _Fact) -> _Made:
        """What `make` makes of this fact; not to be changed."""
        kept = self._kept.get(id(fact))
        if kept is None:
            if len(self._kept) >= _MOST:
                self._kept = {}
            kept = self._kept[id(fact)] = (fact, self._make(fact))
        return kept[1]
