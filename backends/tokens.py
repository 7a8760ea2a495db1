"""Short-lived tokens: fetched once for many calls, and again when they run out."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from backends.line import Line


@dataclass(frozen=True, slots=True)
class Token:
    """A token and the time.monotonic() second from which it is not used any more."""

    value: str
    until: float


class TokenCache:
    """Tokens by what they were minted from. Concurrent callers of one key mint once."""

    def __init__(self) -> None:
        self._tokens: dict[str, Token] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, line: Line, minted_from: tuple[str, ...], mint: Callable[[], Token]) -> str:
        """The token for these credentials, minted if there is none or it has run out.

        Raises:
            Cancelled, Timeout: the line was cut while another caller was minting.
            And whatever `mint` raises; nothing is remembered then.
        """
        key = self._key(minted_from)
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        while not lock.acquire(timeout=0.05):
            line.pause(0)
        try:
            token = self._tokens.get(key)
            if token is None or token.until <= time.monotonic():
                token = self._tokens[key] = mint()
            return token.value
        finally:
            lock.release()

    def forget(self, minted_from: tuple[str, ...], value: str) -> None:
        """The provider refused this token; a newer one, minted meanwhile, is kept."""
        key = self._key(minted_from)
        token = self._tokens.get(key)
        if token is not None and token.value == value:
            self._tokens.pop(key, None)

    @staticmethod
    def _key(minted_from: tuple[str, ...]) -> str:
        return hashlib.sha256("\0".join(minted_from).encode()).hexdigest()
