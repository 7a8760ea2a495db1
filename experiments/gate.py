"""How many calls go at once, and which of them may be made again.

When a provider that has said *too many requests* is asked again is its pacer's to say
(`backends.pacing`), for studies as for chats.
"""

from __future__ import annotations

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
        self._places, self._held = threading.Semaphore(at_once), held

    def __enter__(self) -> None:
        self._places.acquire()
        if self._held.is_set():
            self._places.release()
            raise Cancelled

    def __exit__(self, *_: object) -> None:
        self._places.release()


def pause_before(call: Call, tries: int) -> float:
    """Seconds before a call is made again. After a refusal its provider's pacer decides."""
    unsent = call.error is not None and call.error.code in _NOT_SENT
    return min(_FIRST * 2 ** (tries - 1), _LONGEST) if unsent else 0.0
