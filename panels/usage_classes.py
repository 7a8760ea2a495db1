"""Names of limits and of classes of errors, and what an error means, in words."""

from __future__ import annotations

from backends import Catalogue, find_row, sentence_of
from panels.words import WORDS, Lang, pick, t


def unit(name: str, lang: Lang) -> str:
    """What a limit is of; units that a provider made up stand as they are."""
    return _word(f"chart_unit_{name}", name, lang)


def error_class(kind: str, lang: Lang) -> str:
    """The name of a class of errors; one that has no word stands as it is."""
    return _word(f"error_class_{kind}", kind, lang)


def meaning(catalogue: Catalogue, provider: str, kind: str, code: str, lang: Lang) -> str:
    """What a code means and what to do, by its provider's table; else what its class means."""
    known = catalogue.providers.get(provider)
    row = find_row(known.errors, code) if known is not None and code else None
    return pick(sentence_of(kind) if row is None else row.cause.then(row.todo), lang)


def _word(key: str, name: str, lang: Lang) -> str:
    return t(key, lang) if key in WORDS else name
