"""Short-lived tokens: fetched once for many calls, and again when they run out."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from backends.line import Line


@dataclass(frozen=True, slots=True)
class Token:
    """A token and the time.monotonic() second from which it is not used any more."""

    value: str
    until: float


@dataclass(slots=True)
class _Minting:
    """Who asks for one key's token at this moment."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    callers: int = 0


class TokenCache:
    """Tokens by what they were minted from. Concurrent callers of one key mint once.

    Of more than `most` that of the key not used for longest is forgotten, and minted anew.
    """

    def __init__(self, most: int = 500) -> None:
        self._most = most
        self._tokens: OrderedDict[str, Token] = OrderedDict()
        self._minting: dict[str, _Minting] = {}
        self._lock = threading.Lock()

    def get(self, line: Line, minted_from: tuple[str, ...], mint: Callable[[], Token]) -> str:
        """The token for these credentials, minted if there is none or it has run out.

        Raises:
            Cancelled, Timeout: the line was cut while another caller was minting.
            And whatever `mint` raises; nothing is remembered then.
        """
        key = self._key(minted_from)
        with self._alone(line, key):
            token = self._tokens.get(key)
            if token is None or token.until <= time.monotonic():
                token = mint()
            with self._lock:
                self._tokens[key] = token
                self._tokens.move_to_end(key)
                if len(self._tokens) > self._most:
                    self._tokens.popitem(last=False)
            return token.value

    @contextmanager
    def _alone(self, line: Line, key: str) -> Iterator[None]:
        with self._lock:
            minting = self._minting.setdefault(key, _Minting())
            minting.callers += 1
        try:
            while not minting.lock.acquire(timeout=0.05):
                line.pause(0)
            try:
                yield
            finally:
                minting.lock.release()
        finally:
            with self._lock:
                minting.callers -= 1
                if not minting.callers:
                    del self._minting[key]

    def forget(self, minted_from: tuple[str, ...], value: str) -> None:
        """The provider refused this token; a newer one, minted meanwhile, is kept."""
        key = self._key(minted_from)
        token = self._tokens.get(key)
        if token is not None and token.value == value:
            self._tokens.pop(key, None)

    @staticmethod
    def _key(minted_from: tuple[str, ...]) -> str:
        return hashlib.sha256("\0".join(minted_from).encode()).hexdigest()
