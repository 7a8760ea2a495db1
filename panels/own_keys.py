"""Keys of one's own as both interfaces show them: what is needed, where it goes, what is set."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from backends import (
    Catalogue,
    Provider,
    ProviderError,
    TypedKeys,
    Words,
    in_clear,
    key_fields,
    key_sets,
)
from panels import answer
from panels.words import WORDS, Lang, t

# A longer one holds no key, nor do more fields than any row has.
_LONGEST = 4096


class KeyDesk(Protocol):
    """What of a desk matters here."""

    @property
    def typed(self) -> TypedKeys: ...
    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def forced(self) -> bool: ...
    def addresses(self, provider: Provider) -> Mapping[str, str]:
        """The base URLs of a provider by variable."""


def own_keys(desk: KeyDesk) -> OwnKeys:
    """Keys that visitors bring to a desk, for the panel that takes them."""
    return OwnKeys(desk.typed, desk.catalogue, desk.addresses, desk.forced)


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """The keys of visitors, and what the desk says of each provider.

    `addresses` are its base URLs; `forced` says that emulators answer whatever is typed.
    """

    typed: TypedKeys
    catalogue: Catalogue
    addresses: Callable[[Provider], Mapping[str, str]]
    forced: bool

    @property
    def providers(self) -> list[Provider]:
        """Those that take a key."""
        return [each for each in self.catalogue.providers.values() if key_fields(each)]

    @property
    def most_fields(self) -> int:
        """How many fields the provider with the most keys has."""
        return max((len(key_fields(each)) for each in self.providers), default=0)

    def about(self, provider: Provider, visitor: str, lang: Lang) -> str:
        """What is needed, where it goes, and which are set by their last characters; markdown."""
        held = self.typed.of(visitor, provider)
        urls = self.addresses(provider).values()
        where = "、" if lang == "zh" else ", "
        lines = [
            t("own_keys_needs", lang, sets=" / ".join(map(_code, key_sets(provider)))),
            t("own_keys_where", lang, where=where.join(_code(_origin(url)) for url in urls)),
            t("own_keys_in_clear", lang) if any(map(in_clear, urls)) else "",
            t("own_keys_forced", lang) if self.forced else "",
            t("own_keys_set", lang, keys=where.join(_code(f"{name} {held[name]}") for name in held))
            if held
            else t("own_keys_none", lang),
        ]
        return "  \n".join(line for line in lines if line)

    def keep(self, visitor: str, provider: Any, values: Any) -> Words:
        """Keep what a page sent for a provider, by the order of its fields; what to say of it."""
        found = self.catalogue.providers.get(provider) if isinstance(provider, str) else None
        if found is None or not _plausible(values):
            return WORDS["own_keys_malformed"]
        try:
            # More boxes than fields: the rest is hidden.
            self.typed.keep(visitor, found, dict(zip(key_fields(found), values, strict=False)))
        except ProviderError as error:
            return error.message
        return WORDS["own_keys_kept"]


def _plausible(values: Any) -> bool:
    return isinstance(values, Sequence) and all(
        isinstance(value, str) and len(value) <= _LONGEST for value in values
    )


def _code(text: str) -> str:
    return f"`{text.replace('`', '')}`"


def _origin(url: str) -> str:
    """Scheme, name and port alone: the rest may be no address at all."""
    try:
        parts = urllib.parse.urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return answer.UNKNOWN
    return f"{parts.scheme}://{parts.hostname or answer.UNKNOWN}{port}"
