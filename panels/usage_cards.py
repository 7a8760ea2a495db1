"""The few figures above everything else, as texts; both toolkits draw them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from panels import answer
from panels.words import Lang, t

_SIGNS = {"CNY": "¥", "USD": "$"}
_SIZES = ((10**9, "G"), (10**6, "M"), (10**3, "k"))
_LONG = 10**5


class Figures(Protocol):
    """What some calls came to, as `usage.summary.Summary` is."""

    @property
    def calls(self) -> int: ...
    @property
    def input_tokens(self) -> int | None: ...
    @property
    def output_tokens(self) -> int | None: ...
    @property
    def trouble(self) -> int: ...
    @property
    def first(self) -> float | None: ...
    @property
    def money(self) -> Mapping[str, Decimal]: ...
    @property
    def unpriced(self) -> int: ...


def card_texts(figures: Figures, lang: Lang) -> dict[str, str]:
    """Name of a word → text, in the order in which they stand."""
    return {
        "card_calls": count(figures.calls),
        "card_input": count(figures.input_tokens),
        "card_output": count(figures.output_tokens),
        "card_trouble": count(figures.trouble),
        "card_first_short": answer.seconds(figures.first, lang),
        "card_cost": cost(figures.money, figures.unpriced, lang),
    }


def count(number: int | None) -> str:
    """A count, short where it is long."""
    if number is None:
        return answer.UNKNOWN
    for size, letter in _SIZES:
        if number >= max(size, _LONG):
            return f"{number / size:,.1f}{letter}"
    return f"{number:,}"


def cost(money: Mapping[str, Decimal], unpriced: int, lang: Lang) -> str:
    """Money in each currency; what is known is the least where some is unknown."""
    if not money:
        return t("usage_cost_unknown" if unpriced else "billed_no", lang)
    paid = {name: amount for name, amount in money.items() if amount} or dict([*money.items()][:1])
    told = " + ".join(_SIGNS.get(name, name) + _short(amount) for name, amount in paid.items())
    return ("≥ " if unpriced else "") + told


def _short(amount: Decimal) -> str:
    if not amount:
        return "0"
    if amount < Decimal("0.0001"):
        return "<0.0001"
    return f"{amount:,.2f}" if amount >= 1 else f"{amount:.4f}"
