"""How much strangers may use the keys of who runs a public place, a day."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from backends.errors import Quota
from backends.types import Words

_USED_UP = Words(
    "今天（UTC）为访客开放的额度已用完（{calls} 次调用，{tokens} 个 token）。"
    "请用自带密钥继续，或明天再来。",
    "What visitors may use here a day (UTC) is used up: {calls} calls or {tokens} tokens. "
    "Go on with a key of your own, or come back tomorrow.",
)


@dataclass(frozen=True, slots=True)
class Spent:
    """Calls, and the tokens that they are known to have taken."""

    calls: int
    tokens: int


class Daily:
    """Counts the calls that are made with the owner's keys. Usable from any thread.

    `spent` tells what is on record since a moment, by whichever process; what this one has let
    through counts too, as it may not be there yet.
    """

    def __init__(
        self,
        most: Spent,
        spent: Callable[[datetime], Spent],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._most, self._spent, self._now = most, spent, now
        self._day, self._let = datetime.min.replace(tzinfo=UTC), 0
        self._lock = threading.Lock()

    def take(self) -> None:
        """Let one more call through.

        Raises:
            Quota: the day's calls or tokens are used up.
        """
        now = self._now()
        with self._lock:
            today = now.replace(hour=0, minute=0, second=0, microsecond=0)
            if today != self._day:
                self._day, self._let = today, 0
            spent = self._spent(today)
            self._let = max(self._let, spent.calls)
            if self._let >= self._most.calls or spent.tokens >= self._most.tokens:
                wait = (today + timedelta(days=1) - now).total_seconds()
                said = _USED_UP.format(calls=self._most.calls, tokens=self._most.tokens)
                raise Quota(said, code="daily", retry_after=wait, retryable=False)
            self._let += 1
