"""What calls cost: tokens times a dated price with its source."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from backends import Call
from usage.price_rows import Cost, Currency, Price, PriceTrouble, read

__all__ = ["Cost", "Currency", "Price", "PriceTrouble", "Prices"]

BUILT_IN = Path(__file__).with_name("prices.toml")


class Prices:
    """A price table. What it has no row for has no price: unknown, never 0."""

    def __init__(self, rows: Iterable[Price]) -> None:
        self._rows: dict[str, list[Price]] = {}
        for row in rows:
            self._rows.setdefault(row.model, []).append(row)

    @classmethod
    def load(cls, path: Path | None = None) -> Prices:
        """The built-in table; a user's file adds models and replaces those it names.

        Raises:
            PriceTrouble: the file is missing, no TOML, or a row is not right.
        """
        own = () if path is None else read(path)
        named = {row.model for row in own}
        return cls([*(row for row in _built_in() if row.model not in named), *own])

    def __iter__(self) -> Iterator[Price]:
        return (row for rows in self._rows.values() for row in rows)

    def price(
        self,
        model: str,
        when: datetime | None = None,
        input_tokens: int = 0,
        output_tokens: int = 0,
    ) -> Price | None:
        """The price of a model (`provider/name`) for a call of that size (now without a time).

        None where the table has none, or none that held yet.
        """
        when = when or datetime.now(UTC)
        held = [
            row
            for row in self._rows.get(model, ())
            if row.valid_from <= when.astimezone(UTC).date()
        ]
        newest = max((row.valid_from for row in held), default=None)
        fitting = [
            row
            for row in held
            if row.valid_from == newest and row.fits(when, input_tokens, output_tokens)
        ]
        return min(fitting, key=lambda row: row.breadth, default=None)

    def cost(self, call: Call) -> Cost | None:
        """What a call cost by the tokens that the provider counted.

        None where price or tokens are unknown. An emulated call is computed the same: whoever
        shows it says that it is emulated. What was free or discounted for one account alone, and
        extras such as a web search, are not known here.
        """
        usage = call.usage
        if usage is None or usage.source != "provider":
            return None
        sent, received = usage.input_tokens, usage.output_tokens
        if sent is None or received is None:
            return None
        price = self.price(f"{call.provider}/{call.model}", call.started_at, sent, received)
        cached = min(usage.details.get("cached_tokens", 0), sent)
        return None if price is None else price.of(sent, received, cached)

    def of_model(self, model: str) -> tuple[Price, ...]:
        """Every price that this model has or had."""
        return tuple(self._rows.get(model, ()))

    def estimate(
        self,
        model: str,
        input_tokens: int,
        output_tokens: int,
        calls: int = 1,
        when: datetime | None = None,
    ) -> Cost | None:
        """What so many tokens in all would cost in so many calls of equal size (now without a
        time), nothing being cached.
        """
        each = input_tokens // max(calls, 1), output_tokens // max(calls, 1)
        price = self.price(model, when, *each)
        return None if price is None else price.of(input_tokens, output_tokens)


@functools.cache
def _built_in() -> tuple[Price, ...]:
    return read(BUILT_IN)
