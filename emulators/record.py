"""The log: one row per request, written once, without any credential."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl

Log = Callable[[dict[str, Any]], None]

SECRET: Final = frozenset({
    "access_token", "authorization", "client_id", "client_secret", "signature", "refresh_token",
    "api_key", "apikey", "api_secret", "password", "token",
})  # fmt: skip
_PAIR: Final = re.compile(rf"(?i)\b({'|'.join(sorted(SECRET))})(\"?\s*[=:]\s*\"?)[^&\s\",}}]+")


class Record:
    """What becomes of one request; every field may be filled in until `close`."""

    def __init__(self, log: Log | None, provider: str, method: str, path: str, query: str) -> None:
        self.provider = provider
        self.method = method
        self.path = path
        self.query = {k: v for k, v in parse_qsl(query, True) if k.lower() not in SECRET}
        self.body: object = ""
        self.input_tokens = 0
        self.output_tokens = 0
        self.status: int | None = None
        self.code: int | str | None = None
        self.outcome: str | None = None
        self._log = log
        self._time = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._started = time.monotonic()

    def close(self, outcome: str) -> None:
        """Writes the row; a second call does nothing."""
        if self.outcome is not None:
            return
        self.outcome = outcome
        if self._log is not None:
            self._log({
                "time": self._time, "provider": self.provider, "method": self.method,
                "path": self.path, "query": self.query, "body": without_secrets(self.body),
                "input_tokens": self.input_tokens, "output_tokens": self.output_tokens,
                "outcome": outcome, "status": self.status, "code": self.code,
                "started": self._started, "ended": time.monotonic(),
            })  # fmt: skip


def without_secrets(body: object) -> object:
    """`body` with what looks like a credential left out, by name and not by value."""
    if isinstance(body, dict):
        return {key: value for key, value in body.items() if key not in SECRET}
    return _PAIR.sub(r"\1\2***", body) if isinstance(body, str) else body
