"""The rollups as the source of a view's figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, func, literal_column, select

from backends import OPEN_STATES
from usage.filters import Filter
from usage.ledger import Store
from usage.rollups import limits_in
from usage.sources import Extent, Folded, Only, Spreading, joined
from usage.tables import rollup_spreads, rollup_sums
from usage.tally import DAY, HOUR, Series


def covers(which: Filter) -> bool:
    """Whether the rollups can tell these calls from others."""
    return which.run is None and which.tag is None and which.user is None


class Rolled:
    """Calls of a filter that `covers` takes, in whole hours or days of an extent.

    Calls that are still open are in no rollup; they are counted from their rows.
    """

    def __init__(self, store: Store, which: Filter, span: Extent, width_ms: int) -> None:
        self._store, self._which, self._span, self._level = store, which, span, width_ms
        states = tuple(OPEN_STATES.intersection(which.states) if which.states else OPEN_STATES)
        self._open = Folded(store, replace(which, states=states)) if states else None
        self.whole = self._open is None or self._open.whole

    def added(
        self, width_ms: int, by: Sequence[str], sums: Sequence[str], only: Only | None = None
    ) -> list[tuple[Any, ...]]:
        """As `usage.sources.Source` says."""
        columns: dict[str, ColumnElement[Any]] = {name: rollup_sums.c[name] for name in by}
        if "start_ms" in by:
            columns["start_ms"] = _bucket(rollup_sums, width_ms)
        totals = (func.sum(rollup_sums.c[name]) for name in sums)
        query = self._within(
            select(*(each.label(f"by_{name}") for name, each in columns.items()), *totals),
            rollup_sums,
            self._level_for(width_ms),
        ).group_by(*columns.values())
        for name, value in (only or {}).items():
            query = query.where(rollup_sums.c[name] == value)
        found = self._store.tuples(query)
        if self._open is not None and self._open.rows:
            found = [*found, *self._open.added(width_ms, by, sums, only)]
        # Some databases add whole numbers up to decimal ones.
        return joined((row[: len(by)], list(map(int, row[len(by) :]))) for row in found)

    def spreads(self, width_ms: int) -> Iterator[Spreading]:
        """As `usage.sources.Source` says. States make no difference to what it tells."""
        which = replace(self._which, states=())
        level = self._level_for(width_ms)
        query = self._within(select(rollup_spreads), rollup_spreads, level, which)
        for row in self._store.tuples(query.order_by(rollup_spreads.c.start_ms)):
            *series, answered, with_limits, times, limits = row[1:]
            yield Spreading(Series(*series), answered, with_limits, times, limits_in(limits))

    def _level_for(self, width_ms: int) -> int:
        # What begins and ends with an hour is no number of whole days.
        return DAY if width_ms >= DAY and self._level == DAY else HOUR

    def _within(
        self, query: Select[*tuple[Any, ...]], table: Table, level: int, which: Filter | None = None
    ) -> Select[*tuple[Any, ...]]:
        anytime = replace(which or self._which, since=None, until=None)
        first = self._span.first_ms - self._span.first_ms % self._level
        last = self._span.last_ms - self._span.last_ms % self._level + self._level
        return query.where(
            table.c.width_ms == level,
            table.c.start_ms >= first,
            table.c.start_ms < last,
            *anytime.conditions(table.c),
        )


def _bucket(table: Table, width_ms: int) -> ColumnElement[int]:
    start = table.c.start_ms
    # Written out, not bound: selected and grouped by, it must be the same to every database.
    return start if width_ms in (HOUR, DAY) else start - start % literal_column(str(width_ms))
