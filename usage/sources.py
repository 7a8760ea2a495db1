"""Where the figures of a view come from: rows that are folded here, or rollups kept beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import pandas as pd
from sqlalchemy import func, select

from usage.filters import Filter
from usage.histograms import pack
from usage.ledger import Store
from usage.tables import calls
from usage.tally import COLUMNS, SUMS, Kind, Limit, Series, Tally

# What a page reads of rows at most; more is told by rollups, or said to be left out.
MOST_ROWS = 5_000


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

    def sums(self, width_ms: int, by: Sequence[str]) -> pd.DataFrame:
        """Columns `by` (fields of `Kind`) and `SUMS`, in buckets of that width."""

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


class Folded:
    """The newest rows of a filter, folded in memory."""

    def __init__(self, store: Store, which: Filter, most: int | None = None) -> None:
        most = MOST_ROWS if most is None else most
        query = which.apply(select(*(calls.c[name] for name in COLUMNS)))
        rows = store.rows(query.order_by(calls.c.started_ms.desc()).limit(most + 1))
        self.whole = len(rows) <= most
        self.rows: Sequence[Any] = rows[:most]
        self._tallies: dict[int, Tally] = {}

    def sums(self, width_ms: int, by: Sequence[str]) -> pd.DataFrame:
        """As `Source` says."""
        folded = self._tally(width_ms).sums
        frame = pd.DataFrame(
            [(*kind, *sums) for kind, sums in folded.items()], columns=[*Kind._fields, *SUMS]
        )
        return frame.groupby(list(by), as_index=False)[list(SUMS)].sum()

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
