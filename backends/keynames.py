"""Names by which the calls of several keys are told apart; no name leads back to its key."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import weakref

from backends.provider import Access

_BYTES = 5
# So that not even a key which somebody made up is found by trying: some 15 ms a guess, once a key.
_ROUNDS = 20_000
# What stands on record of every key that a visitor brought: their number is no concern of a store,
# nor is anything that is made of them.
VISITORS = "key-visitors"
_MOST = 1_000


class KeyNames:
    """Names of keys, alike for whoever has the same `salt`: all who use a store.

    A name has 40 bits of a salted hash, fewer than any key: many keys share it.
    """

    def __init__(self, salt: bytes | None = None) -> None:
        self._salt = salt or secrets.token_bytes(16)
        self._known: dict[bytes, str] = {}
        # A visitor's access is not held by having a name.
        self._named: weakref.WeakKeyDictionary[Access, str] = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()

    def recorded(self, access: Access) -> str | None:
        """What stands on record of the keys of an access; None: it has none."""
        if not access.keys:
            return None
        return VISITORS if access.strange else self.name(access)

    def name(self, access: Access) -> str:
        """The name of the keys of an access and of where they are used, as `key-ab3cd5ef`.

        Where there is no key, that of the addresses. An emulator's address differs from start to
        start, and its keys are no secrets.
        """
        name = self._named.get(access)
        if name is None:
            name = self._named[access] = self._made(access)
        return name

    def _made(self, access: Access) -> str:
        keys = sorted(f"{name}={secret.reveal()}" for name, secret in access.keys.items())
        where = () if access.emulated else sorted(access.urls.values())
        text = "\0".join([*where, *keys]).encode()
        # Kept by a digest, so that no further copy of a key lies in memory.
        place = hashlib.sha256(text).digest()
        with self._lock:
            if len(self._known) >= _MOST:
                self._known.clear()
            if place not in self._known:
                rounds = 1 if access.emulated else _ROUNDS
                mixed = hashlib.pbkdf2_hmac("sha256", text, self._salt, rounds, _BYTES)
                self._known[place] = f"key-{base64.b32encode(mixed).decode().lower()}"
            return self._known[place]
