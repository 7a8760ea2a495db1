"""How many calls each visitor of a public place may make, and each network they come from."""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from backends.errors import RateLimit
from backends.types import Words

_MINUTE = 60.0
AT_ONCE = Words(
    "你已有 {most} 个调用在进行。请等其中一个结束，或按停止。",
    "You have {most} calls running. Wait until one ends, or press Stop.",
)
_A_MINUTE = Words(
    "一分钟内最多 {most} 个调用。请 {seconds} 秒后再发送。",
    "At most {most} calls a minute. Send again in {seconds} s.",
)


class Addresses:
    """The network address of each visitor, by the name that is on record; never stored.

    The one not seen for longest is forgotten first. Usable from any thread.
    """

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._known: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def seen(self, visitor: str, address: str) -> None:
        """A visitor came from there; the first word counts."""
        with self._lock:
            self._known.setdefault(visitor, address)
            self._known.move_to_end(visitor)
            if len(self._known) > self._most:
                self._known.popitem(last=False)

    def of(self, visitor: str) -> str:
        """The address, or "" of those who are not known, who then share what one has."""
        with self._lock:
            return self._known.get(visitor, "")


addresses = Addresses()


@dataclass(frozen=True, slots=True)
class Allowance:
    """Calls at once and begun within a minute."""

    at_once: int
    a_minute: int


class Visitors:
    """Counts the calls of people; those of no named visitor are not counted.

    A comparison has up to six columns, so that many run at once for one visitor.
    """

    def __init__(
        self,
        visitor: Allowance = Allowance(6, 30),
        address: Allowance = Allowance(12, 90),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allowed = (visitor, address)
        self._clock = clock
        self._lock = threading.Lock()
        self._running: Counter[tuple[str, str]] = Counter()
        self._begun: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    @contextmanager
    def admitted(self, visitor: str | None) -> Iterator[None]:
        """A place for one call.

        Raises:
            RateLimit: the visitor, or the address, has as many as it may have.
        """
        if not visitor:
            yield
            return
        keys = (("visitor", visitor), ("address", addresses.of(visitor)))
        with self._lock:
            for key, allowance in zip(keys, self._allowed, strict=True):
                self._check(key, allowance)
            for key in keys:
                self._running[key] += 1
                self._begun.setdefault(key, deque()).append(self._clock())
                self._begun.move_to_end(key)
        try:
            yield
        finally:
            with self._lock:
                self._running.subtract(keys)
                self._running += Counter()  # drops those who have none

    def _check(self, key: tuple[str, str], allowance: Allowance) -> None:
        if self._running[key] >= allowance.at_once:
            raise RateLimit(AT_ONCE.format(most=allowance.at_once), code="busy", retryable=True)
        begun = self._recent(key)
        if len(begun) >= allowance.a_minute:
            wait = _MINUTE - (self._clock() - begun[0])
            words = _A_MINUTE.format(most=allowance.a_minute, seconds=max(1, round(wait + 0.5)))
            raise RateLimit(words, code="busy", retry_after=wait, retryable=True)

    def _recent(self, key: tuple[str, str]) -> deque[float]:
        """When the calls of the last minute began; older visitors are forgotten on the way."""
        now = self._clock()
        while self._begun and now - next(iter(self._begun.values()))[-1] > _MINUTE:
            self._begun.popitem(last=False)
        begun = self._begun.get(key, deque())
        # The last one stays, by which the sweep above knows how old the rest is.
        while len(begun) > 1 and now - begun[0] > _MINUTE:
            begun.popleft()
        return begun
