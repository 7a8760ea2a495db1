"""How much comes from each address, and whose each session is. In memory; one loop asks."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gate.policy import Policy


@dataclass(slots=True)
class _Bucket:
    """What may still come; it fills up evenly within a minute."""

    size: float
    left: float
    at: float

    def take(self, now: float) -> float:
        """Take one: 0, or the seconds until there is one."""
        if self.size <= 0:
            return 60.0
        self.left = min(self.size, self.left + (now - self.at) * self.size / 60)
        self.at = now
        if self.left < 1:
            return (1 - self.left) * 60 / self.size
        self.left -= 1
        return 0.0


@dataclass(slots=True)
class _Streams:
    """Connections that stay open, and how many of them tell of an open page."""

    all: int = 0
    pages: int = 0

    def add(self, count: int, *, per_page: bool) -> None:
        self.all += count
        self.pages += count * per_page

    def full(self, most: int, per_page: int) -> bool:
        """Whether there is no room for one more or, where `per_page` is not 0, for a page with so
        many."""
        return self.all >= most or (per_page > 0 and (self.pages + 1) * per_page > most)


@dataclass(slots=True)
class _Visitor:
    requests: _Bucket
    uploads: _Bucket
    streams: _Streams


class Crowd:
    """Counts for one gate. What is kept is bounded: the longest unseen is forgotten first."""

    def __init__(self, policy: Policy, clock: Callable[[], float] = time.monotonic) -> None:
        self._policy = policy
        self._clock = clock
        self._visitors: OrderedDict[str, _Visitor] = OrderedDict()
        self._owners: OrderedDict[str, str] = OrderedDict()
        self.streams = _Streams()

    def wait(self, address: str, *, upload: bool = False) -> float:
        """Count a request or an upload: 0, or the seconds until another is welcome."""
        if self._policy.limits is None:
            return 0.0
        visitor = self._visitor(address)
        return (visitor.uploads if upload else visitor.requests).take(self._clock())

    def full(self, page: int = 0) -> bool:
        """Whether no further connection may stay open, or no further page with so many of them.

        Each page that is open has room for all of its own, so that none asks and cannot hear.
        """
        return self.streams.full(self._policy.streams, page)

    def crowded(self, address: str, page: int = 0) -> bool:
        """The same of this address."""
        limits = self._policy.limits
        return limits is not None and self._visitor(address).streams.full(limits.open_streams, page)

    @contextmanager
    def stream(self, address: str, *, per_page: bool = False) -> Iterator[None]:
        """A connection that stays open; `per_page` where each page has one of these."""
        counted = [self.streams]
        if self._policy.limits:
            counted.append(self._visitor(address).streams)
        for each in counted:
            each.add(1, per_page=per_page)
        try:
            yield
        finally:
            for each in counted:
                each.add(-1, per_page=per_page)

    def owns(self, session: str, visitor: str) -> bool:
        """Whether a session is this visitor's; the first who names it has it."""
        owner = self._owners.setdefault(session, visitor)
        self._owners.move_to_end(session)
        while len(self._owners) > 2 * self._most():
            self._owners.popitem(last=False)
        return owner == visitor

    def _most(self) -> int:
        return self._policy.limits.addresses if self._policy.limits else 10_000

    def _visitor(self, address: str) -> _Visitor:
        limits = self._policy.limits
        assert limits is not None
        known = self._visitors.get(address)
        if known is None:
            now = self._clock()
            known = _Visitor(
                _Bucket(limits.requests, limits.requests, now),
                _Bucket(limits.uploads, limits.uploads, now),
                _Streams(),
            )
            self._visitors[address] = known
        self._visitors.move_to_end(address)
        while len(self._visitors) > limits.addresses:
            self._visitors.popitem(last=False)
        return known
