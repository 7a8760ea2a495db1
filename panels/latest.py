"""What the pages of visitors show, kept in mind for pages that are loaded anew."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

Shown = TypeVar("Shown")


class Latest(Generic[Shown]):
    """What is on the page of each visitor, by the visitor's name; of more than `most` the one
    noted longest ago is forgotten. Usable from any thread."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._by_visitor: OrderedDict[str, Shown] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, who: str, shown: Shown) -> None:
        """This is on the page now."""
        with self._lock:
            self._by_visitor[who] = shown
            self._by_visitor.move_to_end(who)
            while len(self._by_visitor) > self._most:
                self._by_visitor.popitem(last=False)

    def of(self, who: str) -> Shown | None:
        """What the page of this visitor shows, or showed before it was loaded anew."""
        return self._by_visitor.get(who)
