"""Limiters as providers run them, in virtual time: five shapes, the same 600 requests a minute."""

from __future__ import annotations

from collections import deque
from typing import Final, Protocol

LIMIT: Final = 600
WINDOW: Final = 60.0


class Limiter(Protocol):
    """Counts what it admits; asked at moments that never go back."""

    def free(self, now: float) -> int:
        """How many requests it would admit at `now`."""

    def admit(self, now: float) -> None:
        """Count a request that is admitted."""

    def earliest(self, now: float) -> float:
        """The first moment from `now` on at which it would admit one."""


class Fixed:
    """Windows that follow the clock; `phase` is when the first of them ends."""

    def __init__(self, phase: float) -> None:
        self._end, self._used = phase, 0

    def _roll(self, now: float) -> None:
        while now >= self._end:
            self._end, self._used = self._end + WINDOW, 0

    def free(self, now: float) -> int:
        self._roll(now)
        return LIMIT - self._used

    def admit(self, now: float) -> None:
        self._roll(now)
        self._used += 1

    def earliest(self, now: float) -> float:
        return now if self.free(now) > 0 else self._end


class Sliding:
    """A log: a request counts for exactly a window."""

    def __init__(self) -> None:
        self._log: deque[float] = deque()

    def free(self, now: float) -> int:
        while self._log and now >= self._log[0] + WINDOW:
            self._log.popleft()
        return LIMIT - len(self._log)

    def admit(self, now: float) -> None:
        self.free(now)
        self._log.append(now)

    def earliest(self, now: float) -> float:
        return now if self.free(now) > 0 else self._log[0] + WINDOW


class Bucket:
    """Refills at the limit's mean rate up to `size`; a small one is a limit per second."""

    def __init__(self, size: int) -> None:
        self._size, self._level, self._at = size, float(size), -WINDOW

    def _refill(self, now: float) -> None:
        gained = max(now - self._at, 0.0) * LIMIT / WINDOW
        self._level = min(self._size, self._level + gained)
        self._at = max(now, self._at)

    def free(self, now: float) -> int:
        self._refill(now)
        return int(self._level + 1e-9)

    def admit(self, now: float) -> None:
        self._refill(now)
        self._level -= 1

    def earliest(self, now: float) -> float:
        self._refill(now)
        return now + max(0.0, 1 - self._level) * WINDOW / LIMIT


class TwoWindows:
    """This window's count and the last one's by the part of it that still overlaps."""

    def __init__(self, phase: float) -> None:
        self._end, self._used, self._before = phase, 0, 0

    def _roll(self, now: float) -> None:
        while now >= self._end:
            self._end += WINDOW
            self._before, self._used = self._used, 0

    def free(self, now: float) -> int:
        self._roll(now)
        overlap = (self._end - now) / WINDOW
        return int(LIMIT - self._used - self._before * overlap + 1e-9)

    def admit(self, now: float) -> None:
        self._roll(now)
        self._used += 1

    def earliest(self, now: float) -> float:
        while self.free(now) < 1:
            over = self._used + self._before * (self._end - now) / WINDOW - (LIMIT - 1)
            step = over * WINDOW / self._before if self._before else self._end - now
            now = min(now + max(step, 1e-6), self._end)
        return now


def limiter(shape: str, phase: float) -> Limiter:
    """A limiter that has admitted nothing yet."""
    made: dict[str, Limiter] = {
        "fixed": Fixed(phase),
        "sliding": Sliding(),
        "bucket": Bucket(LIMIT),
        "small bucket": Bucket(10),
        "two windows": TwoWindows(phase),
    }
    return made[shape]
