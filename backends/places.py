"""Places for the calls of one process: so many in all, and nobody may have all of them.

Who calls a provider that stalls, or many at once, thereby leaves places for others. Nobody waits
unseen: who finds none is told so at once.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Self

from backends import errors
from backends.types import ChatRequest, Words
from backends.visitors import AT_ONCE

_ALL = Words(
    "同时进行的调用太多（{most} 个）。请等其中一个结束后再发送。",
    "Too many calls are running ({most}). Wait until one ends, then send again.",
)
_OF_PROVIDER = Words(
    "对 {name} 的调用同时已有 {most} 个。请等其中一个结束，或换一个服务商。",
    "{most} calls to {name} are running. Wait until one ends, or ask another provider.",
)
_OF_RUN = Words(
    "这次运行已有 {most} 个调用在进行，其余会稍后再试。请降低并发数。",
    "This run has {most} calls running; the others are tried again later. Lower its concurrency.",
)
Key = tuple[str, str]
Taken = Sequence[Key]


class Places:
    """Counts the calls under way. Usable from any thread.

    Of all, one provider's calls may have three quarters, those of one run half, of one visitor a
    quarter.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: dict[Key, int] = {}
        self._lock = threading.Lock()

    def take(self, provider: str, request: ChatRequest | None = None) -> Taken:
        """A place for one call, or for a question about models; `leave` gives it back.

        Raises:
            RateLimit: there is none.
        """
        shares = self._shares(provider, request)
        with self._lock:
            for key, most, sentence in shares:
                if self._taken.get(key, 0) >= most:
                    said = sentence.format(most=most, name=provider)
                    raise errors.RateLimit(said, code="busy", retryable=True)
            place = [key for key, *_ in shares]
            for key in place:
                self._taken[key] = self._taken.get(key, 0) + 1
        return place

    def leave(self, place: Taken) -> None:
        """The call has ended."""
        with self._lock:
            for key in place:
                left = self._taken.pop(key) - 1
                if left:
                    self._taken[key] = left

    def _shares(self, provider: str, request: ChatRequest | None) -> list[tuple[Key, int, Words]]:
        shares = [
            (("", ""), self._most, _ALL),
            (("provider", provider), self._part(3 / 4), _OF_PROVIDER),
        ]
        if request is not None and request.run:
            shares.append((("run", request.run), self._part(1 / 2), _OF_RUN))
        elif request is not None and request.user:
            shares.append((("visitor", request.user), self._part(1 / 4), AT_ONCE))
        return shares

    def _part(self, share: float) -> int:
        return max(1, int(self._most * share))


class Place:
    """What one call has from its first attempt to its last, the pauses between them included."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._taken: Taken = ()

    def __enter__(self) -> Self:
        return self

    def take(self, provider: str, request: ChatRequest | None = None) -> None:
        """Have a place from now on.

        Raises:
            RateLimit: there is none.
        """
        self._taken = self._taken or self._places.take(provider, request)

    def __exit__(self, *_: object) -> None:
        self._places.leave(self._taken)
