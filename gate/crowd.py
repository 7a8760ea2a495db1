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
class _Visitor:
    requests: _Bucket
    uploads: _Bucket
    streams: int = 0


class Crowd:
    """Counts for one gate. What is kept is bounded: the longest unseen is forgotten first."""

    def __init__(self, policy: Policy, clock: Callable[[], float] = time.monotonic) -> None:
        self._policy = policy
        self._clock = clock
        self._visitors: OrderedDict[str, _Visitor] = OrderedDict()
        self._owners: OrderedDict[str, str] = OrderedDict()
        self.streams = 0

    def wait(self, address: str, *, upload: bool = False) -> float:
        """Count a request or an upload: 0, or the seconds until another is welcome."""
        if self._policy.limits is None:
            return 0.0
        visitor = self._visitor(address)
        return (visitor.uploads if upload else visitor.requests).take(self._clock())

    def full(self) -> bool:
        """Whether no further connection may stay open."""
        return self.streams >= self._policy.streams

    def crowded(self, address: str) -> bool:
        """Whether this address has as many open connections as it may."""
        limits = self._policy.limits
        return limits is not None and self._visitor(address).streams >= limits.open_streams

    @contextmanager
    def stream(self, address: str) -> Iterator[None]:
        """A connection that stays open."""
        visitor = self._visitor(address) if self._policy.limits else None
        self.streams += 1
        if visitor is not None:
            visitor.streams += 1
        try:
            yield
        finally:
            self.streams -= 1
            if visitor is not None:
                visitor.streams -= 1

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
            )
            self._visitors[address] = known
        self._visitors.move_to_end(address)
        while len(self._visitors) > limits.addresses:
            self._visitors.popitem(last=False)
        return known
