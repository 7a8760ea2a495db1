"""What the usage page draws of a filter's calls: small frames, however many calls there are.

Where a frame has a column `at`, it is the beginning of a bucket in UTC. Emulated calls are rows of
their own everywhere. Numbers that nobody reported are missing, never 0.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from usage.costs import Part, costs_frame, parts
from usage.filters import Filter
from usage.ledger import Store
from usage.prices import Prices
from usage.rolled import Rolled, covers
from usage.sources import Extent, Folded, Source, Spreading, extent, joined
from usage.spread_frames import (
    distribution_frame,
    headers_frame,
    latency_frame,
    limits_frame,
    with_moments,
)
from usage.tally import DAY, HOUR, KEYED, LINE, TOKENS

MOST_POINTS = 1_000
_IN_A_FIGURE = 1_500
_FEWEST = 30
# So many calls are read one by one: their moments are worth more than an hour's sum.
_FEW = 1_000
# Each divides a day evenly. Of rollups, more than three hours at once would be slow to read.
_WIDTHS = (
    *(seconds * 1000 for seconds in (1, 2, 5, 10, 30)),
    *(minutes * 60_000 for minutes in (1, 2, 5, 10, 30)),
    *(hours * HOUR for hours in (1, 2, 3, 6, 12)),
)
_OF_ROLLUPS = (HOUR, 2 * HOUR, 3 * HOUR)
# What a call is told by where time does not matter, and what is summed up.
_KIND = (*LINE, "state", "error_class", "error_code")
_COUNTS = ("calls", *TOKENS, *(f"{name}_known" for name in TOKENS))


@dataclass(frozen=True, slots=True)
class Span:
    """The time that is drawn, both ends on the edge of a bucket, and how wide a bucket is."""

    start: datetime
    end: datetime
    width: timedelta


class View:
    """The calls of a filter, counted. What it has read once it keeps: make one for each drawing.

    Up to a thousand calls are read one by one. More are told by rollups: then the time begins and
    ends with a whole hour, or a whole day (UTC) where hours would be too many to draw. Rollups
    know nothing of runs, tags and users, nor timings and limits by state: that is answered from
    the newest rows (`usage.sources.MOST_ROWS`), and `whole` and `spreads_whole` say whether those
    are all.
    """

    def __init__(self, store: Store, which: Filter | None = None) -> None:
        self._store, self._which = store, which or Filter()
        self._parts: dict[tuple[Prices, int], list[Part]] = {}
        self._extent = extent(store, self._which) or Extent(0, 0)
        self._sums, self._width_ms = self._source()
        counted_alike = isinstance(self._sums, Rolled) and self._which.states
        self._spreads = Folded(store, self._which) if counted_alike else self._sums

    def _source(self) -> tuple[Source, int]:
        if not covers(self._which):
            return self._folded()
        days = Rolled(self._store, self._which, self._extent, DAY)
        lines = days.added(DAY, LINE, ("calls",))
        if _calls(lines) <= _FEW:
            return self._folded()
        width = _width(self._extent, _points(len(lines)), _OF_ROLLUPS)
        if width >= DAY:
            return days, width
        hours = Rolled(self._store, self._which, self._extent, HOUR)
        found = _calls(hours.added(HOUR, LINE, ("calls",)))
        return (hours, width) if found > _FEW else self._folded()

    def _folded(self) -> tuple[Source, int]:
        folded = Folded(self._store, self._which)
        times = [row["started_ms"] for row in folded.rows] or [0]
        self._extent = Extent(min(times), max(times))
        lines = {(row["provider"], row["model"], row["emulated"]) for row in folded.rows}
        return folded, _width(self._extent, _points(len(lines)))

    @property
    def whole(self) -> bool:
        """Whether every call of the filter is counted; else the newest rows alone are."""
        return self._sums.whole

    @property
    def spreads_whole(self) -> bool:
        """The same of `latency`, `distribution`, `limits` and `headers`."""
        return self._spreads.whole

    @functools.cached_property
    def span(self) -> Span:
        """From the first call to the last, in so many buckets that a figure stays small: at most
        1,000 for a line, fewer where there are many lines."""
        width = self._width_ms
        first = self._extent.first_ms - self._extent.first_ms % width
        end = self._extent.last_ms - self._extent.last_ms % width + width
        return Span(_moment(first), _moment(end), timedelta(milliseconds=width))

    def totals(self) -> pd.DataFrame:
        """Columns: provider, model, emulated, calls, input_tokens, output_tokens,
        reasoning_tokens, cached_tokens (part of the input). A row for each line."""
        return self._counted(*LINE)

    def states(self) -> pd.DataFrame:
        """Columns: emulated, provider, state, calls. Open calls are among them."""
        return self._counted("emulated", "provider", "state").drop(columns=list(TOKENS))

    def tokens(self) -> pd.DataFrame:
        """Columns: at, and those of `totals`; a row for each bucket of a line that has calls."""
        return with_moments(self._counted("start_ms", *LINE))

    def errors(self) -> pd.DataFrame:
        """Columns: provider, model, emulated, state, error_class, error_code ("" where none was
        given), calls; the most frequent first. Calls that an error ended; how many somebody
        stopped, and truncated ("length") answers, are in `states`."""
        found = self._counted(*LINE, "state", "error_class", "error_code")
        stopped = found["state"] == "cancelled"
        found = found[(found["error_class"] != "") & ~stopped].drop(columns=list(TOKENS))
        return found.sort_values("calls", ascending=False, ignore_index=True)

    def refusals(self) -> pd.DataFrame:
        """Columns: at, provider, model, emulated, credential, error_code, calls: those that the
        provider refused because of their rate."""
        by = ("start_ms", *KEYED, "error_code")
        rows = self._sums.added(self._width_ms, by, ("calls",), {"error_class": "RateLimit"})
        return with_moments(pd.DataFrame(rows, columns=[*by, "calls"]))

    def costs(self, prices: Prices, *by: str) -> pd.DataFrame:
        """Columns: `by` ("at", an hour or more wide, or nothing), provider, model, emulated,
        currency ("" where no price is known), amount (Decimal; missing where unknown), calls,
        unknown (of them, those that may be billed and whose price or tokens nobody knows). One row
        for each currency of a line."""
        width = max(self._width_ms, HOUR)
        frame = costs_frame(self._costs(prices, width), width if by else None)
        return with_moments(frame) if by else frame.drop(columns="start_ms")

    def _costs(self, prices: Prices, width_ms: int) -> list[Part]:
        level = HOUR if width_ms < DAY else DAY
        if (prices, level) not in self._parts:
            found = parts(self._sums, prices, level, self._rows_of)
            self._parts[prices, level] = list(found)
        return self._parts[prices, level]

    def _rows_of(self, model: str) -> Folded:
        return Folded(self._store, replace(self._which, models=(model,)))

    def waits(self) -> pd.DataFrame:
        """Columns: at, provider, model, emulated, credential, waits (calls that waited for the
        limit), seconds (how long in all)."""
        by, sums = ("start_ms", *KEYED), ("waits", "waited_ms")
        rows = self._sums.added(self._width_ms, by, sums)
        frame = with_moments(pd.DataFrame(rows, columns=[*by, *sums]))
        waited = frame[frame["waits"] > 0].reset_index(drop=True)
        return waited.assign(seconds=waited["waited_ms"] / 1000).drop(columns="waited_ms")

    def latency(self, measure: str, *by: str) -> pd.DataFrame:
        """Columns: `by` (any of at, provider, model), emulated, calls, p50, p95, p99; of answered
        calls. `measure` is one of `usage.tally.MEASURES`: seconds, or tokens a second as the
        provider counted them. No quantile is off by more than 1 %."""
        return latency_frame(self._spread, measure, self._width_ms, by)

    def distribution(self, measure: str, *by: str) -> pd.DataFrame:
        """Columns: `by` (provider, model), emulated, low, high (edges of a bin), calls. Bins are a
        quarter of an octave wide; empty ones have no row."""
        return distribution_frame(self._spread, measure, by)

    def limits(self) -> pd.DataFrame:
        """Columns: at, provider, model, emulated, credential, unit (requests, tokens,
        input-tokens, output-tokens), limit, remaining (as the bucket's last headers said),
        lowest_limit, lowest_remaining. Only buckets whose headers named the unit have a row."""
        return limits_frame(self._spread, self._width_ms)

    def headers(self) -> pd.DataFrame:
        """Columns: provider, model, emulated, answered, with_limits: how many of the calls of a
        line were answered, and with how many came limit headers. None of many: sends none."""
        return headers_frame(self._spread)

    @functools.cached_property
    def _spread(self) -> list[Spreading]:
        return list(self._spreads.spreads(self._width_ms))

    @functools.cached_property
    def _kinds(self) -> list[tuple[tuple[Any, ...], list[int]]]:
        # Read once: what is counted over all time is some sum of these few rows.
        rows = self._sums.added(DAY, _KIND, _COUNTS)
        return [(row[: len(_KIND)], list(row[len(_KIND) :])) for row in rows]

    def _counted(self, *by: str) -> pd.DataFrame:
        """Sums by these; a token count that none of the calls reported is missing."""
        if "start_ms" in by:
            rows = self._sums.added(self._width_ms, by, _COUNTS)
        else:
            places = [_KIND.index(name) for name in by]
            rows = joined((tuple(key[at] for at in places), sums) for key, sums in self._kinds)
        known = [f"{name}_known" for name in TOKENS]
        frame = pd.DataFrame(rows, columns=[*by, *_COUNTS])
        for name in TOKENS:
            frame[name] = frame[name].astype("Int64").where(frame[f"{name}_known"] > 0)
        return frame.drop(columns=known)


def _calls(rows: Sequence[tuple[Any, ...]]) -> int:
    return sum(row[-1] for row in rows)


def _points(lines: int) -> int:
    return min(MOST_POINTS, max(_FEWEST, _IN_A_FIGURE // max(lines, 1)))


def _width(span: Extent, points: int, widths: Sequence[int] = _WIDTHS) -> int:
    """The narrowest bucket of which so many are enough."""
    for width in widths:
        if span.last_ms // width - span.first_ms // width < points:
            return width
    days = (span.last_ms - span.first_ms) // DAY + 2
    return DAY * -(-days // points)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
