"""`desk.py explain`: one code of one provider, and of the products that share its name."""

from __future__ import annotations

from collections.abc import Mapping

from backends import ErrorRow, Provider, find_row


def explained(providers: Mapping[str, Provider], name: str, code: str) -> list[str]:
    """Lines about a code: product, class, both sentences, whether to retry.

    The same number means something else in every product, so each product is named. Where the
    provider asked for has no such code, its other products (`qianfan-v1` of `qianfan`) are asked.
    """
    own = _row(providers[name], code)
    if own is not None:
        return _lines(name, code, own)
    return [
        line
        for other, provider in providers.items()
        if other.startswith(f"{name}-") and (row := _row(provider, code)) is not None
        for line in _lines(other, code, row)
    ]


def _row(provider: Provider, code: str) -> ErrorRow | None:
    return find_row(provider.errors, code)


def _lines(product: str, code: str, row: ErrorRow) -> list[str]:
    words = row.cause.then(row.todo)
    retry = "retry: yes, after a wait" if row.retryable else "retry: no"
    return [f"{product} {code}: {row.kind.__name__}, {retry}", words.zh, words.en]
