"""How many calls go at once, and which of them may be made again.

When a provider that has said *too many requests* is asked again is its pacer's to say
(`backends.pacing`), for studies as for chats.
"""

from __future__ import annotations

import queue
import threading

from backends import Call, Cancelled

# Seconds of the first wait where nothing could be sent; doubled each time, up to the longest.
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
        # A semaphore, without the condition that Python makes one of.
        self._places: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._held = held
        for _ in range(at_once):
            self._places.put(None)

    def __enter__(self) -> None:
        self._places.get()
        if self._held.is_set():
            self._places.put(None)
            raise Cancelled

    def __exit__(self, *_: object) -> None:
        self._places.put(None)


def pause_before(call: Call, tries: int) -> float:
    """Seconds before a call is made again. After a refusal its provider's pacer decides."""
    unsent = call.error is not None and call.error.code in _NOT_SENT
    return min(_FIRST * 2 ** (tries - 1), _LONGEST) if unsent else 0.0
