"""What the pages of visitors show, kept in mind for pages that are loaded anew."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T")
Shown = TypeVar("Shown")

# Characters of answers that are kept in mind, of all pages of a kind together: a provider that
# never ends an answer gives two million at a time.
_MOST_TEXT = 10_000_000


class Latest(Generic[Shown]):
    """What is on the page of each visitor, by the visitor's name; of more than `most` the one
    noted longest ago is forgotten, and of too much text, as `size` has it, the longest. Usable from
    any thread."""

    def __init__(self, most: int, size: Callable[[Shown], int] = lambda shown: 0) -> None:
        self._most, self._size = most, size
        self._by_visitor: OrderedDict[str, Shown] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, who: str, shown: Shown) -> None:
        """This is on the page now."""
        with self._lock:
            self._by_visitor[who] = shown
            self._by_visitor.move_to_end(who)
            while len(self._by_visitor) > self._most:
                self._by_visitor.popitem(last=False)
            kept = self._by_visitor
            for name in largest(kept, lambda name: self._size(kept[name])):
                del kept[name]

    def of(self, who: str) -> Shown | None:
        """What the page of this visitor shows, or showed before it was loaded anew."""
        return self._by_visitor.get(who)


def largest(held: Iterable[T], size: Callable[[T], int]) -> list[T]:
    """Those that must go for the rest to be no more text than is kept: nobody's long answers push
    out another's short ones."""
    by_size = sorted(((size(each), each) for each in held), key=lambda pair: pair[0], reverse=True)
    left, gone = sum(length for length, _ in by_size), 0
    while left > _MOST_TEXT:
        left -= by_size[gone][0]
        gone += 1
    return [each for _, each in by_size[:gone]]
