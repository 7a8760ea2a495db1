"""What counted calls cost: the same to the last digit as adding up the cost of each call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import pandas as pd

from usage.prices import Cost, Prices
from usage.sources import Folded, Source
from usage.tally import HOUR, INPUT_STEPS, OUTPUT_STEPS, UNBILLED, class_sizes, price_class

_BY = ("start_ms", "provider", "model", "emulated", "price_class")
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
    sums = source.sums(width_ms, _BY)
    names = set(sums["provider"] + "/" + sums["model"])
    hourly = {name for name in names if any(row.weekday_hours for row in prices.of_model(name))}
    odd = {name for name in names if not _on_steps(name, prices)}
    yield from _of_frame(sums, prices, names - odd - (hourly if width_ms > HOUR else set()))
    if width_ms > HOUR and hourly - odd:
        yield from _of_frame(source.sums(HOUR, _BY), prices, hourly - odd)
    for name in sorted(odd):
        yield from _of_rows(row_by_row(name), prices)


def _of_frame(frame: pd.DataFrame, prices: Prices, names: set[str]) -> Iterator[Part]:
    columns = [*_BY, "calls", "input_tokens", "output_tokens", "cached_tokens"]
    for start, provider, model, emulated, number, calls, sent, received, cached in zip(
        *(frame[name] for name in columns), strict=True
    ):
        name = f"{provider}/{model}"
        if name not in names:
            continue
        cost = None
        if number >= 0:
            price = prices.price(name, _moment(start), *class_sizes(number)[:2])
            cost = None if price is None else price.of(int(sent), int(received), int(cached))
        unknown = 0 if cost is not None or number == UNBILLED else int(calls)
        yield Part(int(start), provider, model, bool(emulated), cost, int(calls), unknown)


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
