"""The running calls behind a Gradio page, by visitor."""

from __future__ import annotations

import asyncio

from backends import CallInFlight


class Flights:
    """The running calls of each visitor, so that Stop reaches them from another request."""

    def __init__(self) -> None:
        self._running: dict[str, set[CallInFlight]] = {}

    def add(self, visitor: str, flight: CallInFlight) -> None:
        """A call began."""
        self._running.setdefault(visitor, set()).add(flight)

    def remove(self, visitor: str, flight: CallInFlight) -> None:
        """Nobody draws this call any more; if it still runs, it ends now."""
        if not flight.done:
            flight.cancel()
        running = self._running.get(visitor, set())
        running.discard(flight)
        if not running:
            self._running.pop(visitor, None)

    def busy(self, visitor: str) -> bool:
        """Whether anything runs for this visitor."""
        return visitor in self._running

    async def stop(self, visitor: str, seconds: float = 1.0) -> None:
        """End this visitor's calls, and wait a little until their last words are drawn."""
        for flight in self._running.get(visitor, set()):
            flight.cancel()
        for _ in range(round(seconds / 0.02)):
            if visitor not in self._running:
                break
            await asyncio.sleep(0.02)
