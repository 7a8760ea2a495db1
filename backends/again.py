"""What the door itself tries again, how often, and after how long a pause."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping

from backends.errors import ExpiredCredential, ProviderError

# Code → how often: the provider provably did nothing, or closed with *try again later* (1013).
_TIMES: Mapping[str, int] = {"dns": 2, "connect": 2, "stale": 1, "1013": 1}
_LONGEST_PAUSE = 0.4


class Again:
    """Counts the retries of one call. Nothing is repeated once anything was shown."""

    def __init__(self) -> None:
        self._tried: Counter[str] = Counter()

    def pause(self, trouble: ProviderError, *, shown: bool) -> float | None:
        """Seconds to wait before the next attempt; None where there is to be none."""
        if shown:
            return None
        kind = "expired" if isinstance(trouble, ExpiredCredential) else trouble.code or ""
        self._tried[kind] += 1
        if self._tried[kind] > (1 if kind == "expired" else _TIMES.get(kind, 0)):
            return None
        # Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
        waits = kind in ("dns", "connect")
        return random.uniform(0, _LONGEST_PAUSE) if waits else 0.0
