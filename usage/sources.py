"""Where the figures of a view come from: rows that are folded here, or rollups kept beside them."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from sqlalchemy import func, select

from usage.filters import Filter
from usage.histograms import pack
from usage.ledger import Store
from usage.tables import calls
from usage.tally import COLUMNS, SUMS, Limit, Series, Tally

# What a page reads of rows at most; more is told by rollups, or said to be left out.
MOST_ROWS = 5_000

Only = Mapping[str, str]


class Spreading(NamedTuple):
    """The spread of one line's calls in one bucket; `times` is of `usage.histograms.pack`."""

    series: Series
    answered: int
    with_limits: int
    times: bytes
    limits: dict[str, Limit]


class Source(Protocol):
    """What a view asks. `whole` is False where older calls than those read are left out."""

    whole: bool

    def added(
        self, width_ms: int, by: Sequence[str], sums: Sequence[str], only: Only | None = None
    ) -> list[tuple[Any, ...]]:
        """Rows of `by` (fields of `Kind`) and `sums` (of `SUMS`), in buckets of that width; of
        calls whose fields are as `only` says."""

    def spreads(self, width_ms: int) -> Iterator[Spreading]:
        """The spreads, in buckets of that width or narrower ones."""


@dataclass(frozen=True, slots=True)
class Extent:
    """The first and the last moment at which a call of a filter began, in milliseconds."""

    first_ms: int
    last_ms: int


def extent(store: Store, which: Filter) -> Extent | None:
    """Of all calls in the filter's time, whatever else it wants; None where there are none."""
    within = Filter(since=which.since, until=which.until)
    first, last = (
        store.rows(within.apply(select(end(calls.c.started_ms).label("at"))))[0]["at"]
        for end in (func.min, func.max)
    )
    return None if first is None else Extent(int(first), int(last))


def joined(parts: Iterable[tuple[tuple[Any, ...], Sequence[int]]]) -> list[tuple[Any, ...]]:
    """Sums with the same key added up: rows of key and sums, in order of their keys."""
    found: dict[tuple[Any, ...], list[int]] = {}
    for key, sums in parts:
        known = found.get(key)
        found[key] = list(sums) if known is None else list(map(operator.add, known, sums))
    return [(*key, *found[key]) for key in sorted(found)]


class Folded:
    """The newest rows of a filter, folded in memory."""

    def __init__(self, store: Store, which: Filter, most: int | None = None) -> None:
        most = MOST_ROWS if most is None else most
        query = which.apply(select(*(calls.c[name] for name in COLUMNS)))
        rows = store.rows(query.order_by(calls.c.started_ms.desc()).limit(most + 1))
        self.whole = len(rows) <= most
        self.rows: Sequence[Any] = rows[:most]
        self._tallies: dict[int, Tally] = {}

    def added(
        self, width_ms: int, by: Sequence[str], sums: Sequence[str], only: Only | None = None
    ) -> list[tuple[Any, ...]]:
        """As `Source` says."""
        places = [SUMS.index(name) for name in sums]
        parts = (
            (tuple(getattr(kind, name) for name in by), [found[place] for place in places])
            for kind, found in self._tally(width_ms).sums.items()
            if all(getattr(kind, name) == value for name, value in (only or {}).items())
        )
        return joined(parts)

    def spreads(self, width_ms: int) -> Iterator[Spreading]:
        """As `Source` says."""
        for series, spread in sorted(
            self._tally(width_ms).spreads.items(), key=lambda each: each[0]
        ):
            packed = pack(spread.times)
            yield Spreading(series, spread.answered, spread.with_limits, packed, spread.limits)

    def _tally(self, width_ms: int) -> Tally:
        if width_ms not in self._tallies:
            self._tallies[width_ms] = Tally(width_ms).count(self.rows)
        return self._tallies[width_ms]
