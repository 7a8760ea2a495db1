"""What counted calls cost: the same to the last digit as adding up the cost of each call."""

from __future__ import annotations

import bisect
import operator
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

import pandas as pd

from usage.prices import Cost, Price, Prices
from usage.sources import Folded, Source
from usage.tally import HOUR, INPUT_STEPS, OUTPUT_STEPS, UNBILLED, class_sizes, price_class

_BY = ("start_ms", "provider", "model", "emulated", "price_class")
_SUMS = ("calls", "input_tokens", "output_tokens", "cached_tokens")
_WEEK = 7 * 24 * HOUR
_COLUMNS = ("start_ms", "provider", "model", "emulated", "currency", "amount", "calls", "unknown")


class Part(NamedTuple):
    """What some calls of one line, hour and price cost; None where that is not known."""

    start_ms: int
    provider: str
    model: str
    emulated: bool
    cost: Cost | None
    calls: int
    unknown: int


def costs_frame(parts: Iterable[Part], width_ms: int | None) -> pd.DataFrame:
    """The parts added up by line and currency, and by bucket where a width is given."""
    sums: dict[tuple[int, str, str, bool, str], list[Any]] = {}
    for part in parts:
        start = 0 if width_ms is None else part.start_ms - part.start_ms % width_ms
        currency = "" if part.cost is None else part.cost.currency
        key = (start, part.provider, part.model, part.emulated, currency)
        found = sums.setdefault(key, [None, 0, 0])
        if part.cost is not None:
            found[0] = (found[0] or Decimal(0)) + part.cost.amount
        found[1] += part.calls
        found[2] += part.unknown
    return pd.DataFrame([(*key, *sums[key]) for key in sorted(sums)], columns=list(_COLUMNS))


def parts(
    source: Source, prices: Prices, width_ms: int, row_by_row: Callable[[str], Folded]
) -> Iterator[Part]:
    """The parts of what a source's calls cost, each within `width_ms` (an hour or a day).

    `row_by_row` reads the rows of models whose prices have steps that no price class knows.
    """
    rows = source.added(width_ms, _BY, _SUMS)
    names = {f"{row[1]}/{row[2]}" for row in rows}
    hourly = {name for name in names if any(row.weekday_hours for row in prices.of_model(name))}
    odd = {name for name in names if not _on_steps(name, prices)}
    find = _Finder(prices)
    yield from _of_sums(rows, find, names - odd - (hourly if width_ms > HOUR else set()))
    if width_ms > HOUR and hourly - odd:
        yield from _of_sums(source.added(HOUR, _BY, _SUMS), find, hourly - odd)
    for name in sorted(odd):
        yield from _of_rows(row_by_row(name), prices)


class _Finder:
    """Finds prices of many calls: those of one class, hour of the week and period share one."""

    def __init__(self, prices: Prices) -> None:
        self._prices = prices
        self._changes: dict[str, list[int]] = {}
        self._found: dict[tuple[str, int, int, int], Price | None] = {}

    def price(self, name: str, price_class: int, start_ms: int) -> Price | None:
        """The price of a model's calls of that class in an hour, or day, that begins then."""
        period = bisect.bisect(self._changes_of(name), start_ms)
        key = (name, price_class, period, start_ms % _WEEK // HOUR)
        if key not in self._found:
            sizes = class_sizes(price_class)[:2]
            self._found[key] = self._prices.price(name, _moment(start_ms), *sizes)
        return self._found[key]

    def _changes_of(self, name: str) -> list[int]:
        if name not in self._changes:
            days = {row.valid_from for row in self._prices.of_model(name)}
            self._changes[name] = sorted(
                int(datetime.combine(day, time(), UTC).timestamp() * 1000) for day in days
            )
        return self._changes[name]


def _of_sums(rows: Iterable[tuple[Any, ...]], find: _Finder, names: set[str]) -> Iterator[Part]:
    """Calls that have the same price are priced together."""
    alike: dict[tuple[Any, ...], list[int]] = {}
    for start, provider, model, emulated, number, *sums in rows:
        name = f"{provider}/{model}"
        if name not in names:
            continue
        price = find.price(name, number, start) if number >= 0 else None
        # Some prices are not known for calls that had cached tokens.
        key = (start, provider, model, emulated, price, number if price is None else number % 2)
        known = alike.get(key)
        alike[key] = sums if known is None else list(map(operator.add, known, sums))
    for (start, provider, model, emulated, price, number), (calls, *tokens) in alike.items():
        cost = None if price is None else price.of(*tokens)
        unknown = 0 if cost is not None or number == UNBILLED else calls
        yield Part(start, provider, model, bool(emulated), cost, calls, unknown)


def _of_rows(read: Folded, prices: Prices) -> Iterator[Part]:
    for row in read.rows:
        number, cost = price_class(row), None
        name = f"{row['provider']}/{row['model']}"
        if number >= 0 and read.whole:
            sent, received = row["input_tokens"], row["output_tokens"]
            cached = min((row["usage_details"] or {}).get("cached_tokens", 0), sent)
            price = prices.price(name, _moment(row["started_ms"]), sent, received)
            cost = None if price is None else price.of(sent, received, cached)
        unknown = int(cost is None and number != UNBILLED)
        yield Part(
            row["started_ms"], row["provider"], row["model"], bool(row["emulated"]),
            cost, 1, unknown,
        )  # fmt: skip


def _on_steps(name: str, prices: Prices) -> bool:
    """Whether price classes tell the sizes apart at which this model's price changes."""
    return all(
        row.up_to_input in (None, *INPUT_STEPS) and row.up_to_output in (None, *OUTPUT_STEPS)
        for row in prices.of_model(name)
    )


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
