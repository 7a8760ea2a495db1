"""Keys that visitors type for calls of their own: in this process's memory alone, for a while.

Whoever types a key is called with that key and no other; nobody else ever is, nor is any run, which
other processes may work at and which outlives the visit.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from backends.errors import MissingCredential, RateLimit
from backends.provider import Provider, is_key
from backends.secrets import Secret
from backends.types import Words
from backends.visitors import addresses

LONGEST: Final = 512

_NONE = Words(
    "密钥不齐，未保存。请填写 {names}，再按“保存”。",
    "A key is missing; nothing was kept. Fill in {names}, then press Keep.",
)
_ILL_FORMED = Words(
    "{name} 里有密钥不会有的字符（空格、换行、占位文字），或超过 {most} 个字符，未保存。"
    "请从服务商控制台重新复制。",
    "{name} holds characters that no key has (white space, a placeholder), or more than {most}; "
    "it was not kept. Copy it from the provider's console again.",
)
_FULL = Words(
    "此处同时保存的自带密钥已满。请稍后再试，或在自己的电脑上运行。",
    "As many visitors as fit keep keys of their own here. Try again later, or run it on your own "
    "machine.",
)


@dataclass(slots=True)
class _Ring:
    """One visitor's keys by variable name."""

    address: str
    keys: dict[str, Secret] = field(default_factory=dict)
    used: float = 0.0


class TypedKeys:
    """The keys of each visitor, by the name that their calls carry. Usable from any thread.

    What is part of one of the `public` names is no key. At most `most` visitors have some, of one
    address a tenth of them; who uses none for `kept` seconds has none any more.
    """

    def __init__(
        self,
        public: Collection[str] = (),
        *,
        strangers: bool = False,
        most: int = 200,
        kept: float = 4 * 3600.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._public, self._strangers = "\n".join(public).lower(), strangers
        self._most, self._kept, self._clock = most, kept, clock
        self._rings: dict[str, _Ring] = {}
        self._lock = threading.Lock()

    def keep(self, visitor: str, provider: Provider, typed: Mapping[str, str]) -> None:
        """Keep what a visitor typed for a provider, in place of what was kept for it before.

        `typed` is by variable name; what is empty counts as not typed.

        Raises:
            MissingCredential: it is no whole set of keys that the provider takes, or one of them
                cannot be a key. RateLimit: no more visitors' keys fit. Nothing changed then.
        """
        given = {name: typed[name] for name in key_fields(provider) if typed.get(name)}
        if not any(group and given.keys() >= set(group) for group in provider.credentials):
            raise MissingCredential(_NONE.whole(names=" / ".join(key_sets(provider))))
        for name, value in given.items():
            if len(value) > LONGEST or not is_key(value) or value.lower() in self._public:
                raise MissingCredential(_ILL_FORMED.format(name=name, most=LONGEST))
        with self._lock:
            ring = self._ring(visitor)
            self._drop(ring, key_fields(provider))
            ring.keys |= {
                name: Secret.borrowed(value, strange=self._strangers)
                for name, value in given.items()
            }
            ring.used = self._clock()

    def of(self, visitor: str | None, provider: Provider) -> Mapping[str, Secret]:
        """A visitor's own keys for a provider; empty unless they suffice to call it."""
        with self._lock:
            self._sweep()
            ring = self._rings.get(visitor or "")
            if ring is None:
                return {}
            held = {name: ring.keys[name] for name in key_fields(provider) if name in ring.keys}
            if not any(group and held.keys() >= set(group) for group in provider.credentials):
                return {}
            ring.used = self._clock()
            return held

    def forget(self, visitor: str, provider: Provider | None = None) -> None:
        """Forget a visitor's keys for one provider, or all; running calls still end with them."""
        with self._lock:
            ring = self._rings.get(visitor)
            if ring is None:
                return
            self._drop(ring, tuple(ring.keys) if provider is None else key_fields(provider))
            if not ring.keys:
                del self._rings[visitor]

    def _ring(self, visitor: str) -> _Ring:
        self._sweep()
        if visitor not in self._rings:
            address = addresses.of(visitor)
            beside = sum(ring.address == address for ring in self._rings.values())
            if len(self._rings) >= self._most or beside >= max(1, self._most // 10):
                raise RateLimit(_FULL, code="busy", retryable=True)
            self._rings[visitor] = _Ring(address)
        return self._rings[visitor]

    def _sweep(self) -> None:
        since = self._clock() - self._kept
        for visitor, ring in list(self._rings.items()):
            if ring.used and ring.used < since:
                self._drop(ring, tuple(ring.keys))
                del self._rings[visitor]

    @staticmethod
    def _drop(ring: _Ring, names: tuple[str, ...]) -> None:
        for name in names:
            if name in ring.keys:
                ring.keys.pop(name).give_back()


def key_fields(provider: Provider) -> tuple[str, ...]:
    """The variables of a provider's keys, in the order of its row."""
    return tuple(dict.fromkeys(name for group in provider.credentials for name in group))


def key_sets(provider: Provider) -> tuple[str, ...]:
    """The sets of keys of which one suffices, by variable name: `A`, `B + C`."""
    return tuple(" + ".join(group) for group in provider.credentials if group)
