"""The running calls behind a Gradio page, by visitor."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from backends import CallInFlight
from panels.gradio_tab import session_name

# Visitors with a page, of whom a program that never goes away could make as many as it likes.
_MOST = 20_000
# Seconds that calls go on for nobody: long enough for a reload or a lost network.
GRACE = 10.0


class Flights:
    """The running calls of each visitor, so that Stop reaches them from another request.

    A visitor whose page is loaded anew, or loses its connection, finds them running for `grace`
    seconds; then `gone` is told of them.
    """

    def __init__(
        self, grace: float = GRACE, gone: Callable[[str], object] = lambda visitor: None
    ) -> None:
        self._grace, self._gone = grace, gone
        self._running: dict[str, set[CallInFlight]] = {}
        self._alone: dict[str, set[CallInFlight]] = {}
        self._pages: OrderedDict[str, set[str]] = OrderedDict()
        self._left: dict[str, float] = {}

    def add(self, visitor: str, flight: CallInFlight) -> None:
        """A call began, or is drawn again."""
        _discard(self._alone, visitor, flight)
        self._running.setdefault(visitor, set()).add(flight)

    def remove(self, visitor: str, flight: CallInFlight) -> None:
        """Nobody draws this call any more. If it still runs, it goes on for a visitor with a page,
        who may draw it again, and ends now for one without."""
        _discard(self._running, visitor, flight)
        if flight.done:
            return
        if visitor in self._pages:
            self._alone.setdefault(visitor, set()).add(flight)
        else:
            flight.cancel()

    def busy(self, visitor: str) -> bool:
        """Whether anything runs for this visitor."""
        return visitor in self._running or any(
            not flight.done for flight in self._alone.get(visitor, ())
        )

    def arrive(self, visitor: str, page: str) -> None:
        """A page of this visitor was loaded. Of too many the longest here is forgotten for whom
        nothing runs."""
        self._pages.setdefault(visitor, set()).add(page)
        self._pages.move_to_end(visitor)
        if len(self._pages) > _MOST:
            kept = self._running.keys() | self._alone.keys() | {visitor}
            idle = next((who for who in self._pages if who not in kept), visitor)
            del self._pages[idle]
            self._left.pop(idle, None)

    async def leave(self, page: str) -> None:
        """A page went away. Unless its visitor is back in time, what is running ends."""
        visitor = next((who for who, pages in self._pages.items() if page in pages), None)
        if visitor is None:
            # Whoever comes without a page that knows its visitor is called by the session.
            await self.stop(session_name(page))
            return
        pages = self._pages[visitor]
        pages.discard(page)
        if not pages:
            loop = asyncio.get_running_loop()
            self._left[visitor] = since = loop.time()
            loop.call_later(self._grace, self._end, visitor, since)

    async def stop(self, visitor: str, seconds: float = 1.0) -> None:
        """End this visitor's calls, and wait a little until their last words are drawn."""
        self._cancel(visitor)
        for _ in range(round(seconds / 0.02)):
            if visitor not in self._running:
                break
            await asyncio.sleep(0.02)

    def _end(self, visitor: str, since: float) -> None:
        # Who came back and left again has a time of its own.
        if self._left.get(visitor) == since and not self._pages.get(visitor):
            self._left.pop(visitor)
            self._pages.pop(visitor, None)
            self._cancel(visitor)
            self._alone.pop(visitor, None)
            self._gone(visitor)

    def _cancel(self, visitor: str) -> None:
        for each in (self._running, self._alone):
            for flight in each.get(visitor, ()):
                flight.cancel()


def _discard(flights: dict[str, set[CallInFlight]], visitor: str, flight: CallInFlight) -> None:
    of_visitor = flights.get(visitor, set())
    of_visitor.discard(flight)
    if not of_visitor:
        flights.pop(visitor, None)
