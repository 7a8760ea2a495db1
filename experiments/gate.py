"""When a provider that has said *too many requests* may be asked again."""

from __future__ import annotations

import threading
import time

from backends import Call, Cancelled

# Seconds of the first wait where the provider names none; doubled each time, up to the longest.
_FIRST, _LONGEST = 1.0, 60.0
# Tries of one cell before its refusal counts as its outcome.
MOST_TRIES = 8
_NOT_SENT = ("connect", "dns", "busy")


def may_repeat(call: Call) -> bool:
    """Whether a call that failed can help if made again: the provider provably did not do it."""
    if call.error is None or call.billed != "no":
        return False
    return call.error.kind == "RateLimit" or call.error.code in _NOT_SENT


class Turns:
    """Lets so many calls go at once. One that is held back while it waits is cancelled."""

    def __init__(self, at_once: int, held: threading.Event) -> None:
        self._places, self._held = threading.Semaphore(at_once), held

    def __enter__(self) -> None:
        self._places.acquire()
        if self._held.is_set():
            self._places.release()
            raise Cancelled

    def __exit__(self, *_: object) -> None:
        self._places.release()


class Gate:
    """Shared by the threads of a run: one refusal holds back all calls to that provider."""

    def __init__(self) -> None:
        self._closed_until: dict[str, float] = {}
        self._waits: dict[str, float] = {}
        self._lock = threading.Lock()

    def refused(self, call: Call) -> None:
        """Close for as long as the provider asks, else for longer each time in a row."""
        asked = call.error.retry_after if call.error else None
        with self._lock:
            now = time.monotonic()
            if self._closed_until.get(call.provider, 0) > now:
                return  # sent before the first of them was refused
            wait = self._waits.get(call.provider, _FIRST)
            self._waits[call.provider] = min(wait * 2, _LONGEST)
            self._closed_until[call.provider] = now + (wait if asked is None else asked)

    def passed(self, provider: str) -> None:
        """The provider answers again."""
        self._waits.pop(provider, None)

    def wait(self, provider: str, stopped: threading.Event) -> None:
        """Until the provider may be asked, or `stopped`."""
        while (left := self._closed_until.get(provider, 0) - time.monotonic()) > 0:
            if stopped.wait(min(left, 1.0)):
                return
