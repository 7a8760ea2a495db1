"""The comparisons that browser tabs have on their pages, for pages that are loaded anew."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from panels.compare import Comparison
from panels.gradio_compare_columns import Set

# How many tabs' comparisons are kept in mind; each has all its answers with it.
_MOST = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """A comparison, and how its columns were set when it was asked last."""

    held: Comparison
    now: Set
    blind: bool


class Comparisons:
    """What each tab compares, by its visitor's name; the longest unused is forgotten first."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._by_visitor: OrderedDict[str, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, who: str, kept: Kept) -> None:
        """This is on the page now."""
        with self._lock:
            self._by_visitor[who] = kept
            self._by_visitor.move_to_end(who)
            while len(self._by_visitor) > self._most:
                self._by_visitor.popitem(last=False)

    def of(self, who: str) -> Kept | None:
        """What the page of this visitor shows, or showed before it was loaded anew."""
        return self._by_visitor.get(who)
