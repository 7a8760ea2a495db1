"""What the usage page draws of a filter's calls: small frames, however many calls there are.

Where a frame has a column `at`, it is the beginning of a bucket in UTC. Emulated calls are rows of
their own everywhere. Numbers that nobody reported are missing, never 0.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pandas as pd

from usage.costs import costs_frame, parts
from usage.filters import Filter
from usage.histograms import PER_OCTAVE, low_edge
from usage.ledger import Store
from usage.prices import Prices
from usage.sources import DAY, HOUR, MINUTE, Extent, Folded, Source, extent
from usage.spreads import stack
from usage.tally import SUMS, TOKENS, Limit, Series

MOST_POINTS = 1_000
_IN_A_FIGURE = 1_500
_FEWEST = 30
# Bins of a distribution, in bins of the histograms: a quarter of an octave.
_WIDE = PER_OCTAVE // 4
_LINE = ("provider", "model", "emulated")
SHARES = (0.5, 0.95, 0.99)
# Divide an hour or a day evenly.
_WIDTHS = (
    *(seconds * 1000 for seconds in (1, 2, 5, 10, 30)),
    *(minutes * MINUTE for minutes in (1, 2, 5, 10, 30)),
    *(hours * HOUR for hours in (1, 2, 3, 6, 12)),
)


@dataclass(frozen=True, slots=True)
class Span:
    """The time that is drawn, both ends on the edge of a bucket, and how wide a bucket is."""

    start: datetime
    end: datetime
    width: timedelta


class View:
    """The calls of a filter, counted. What it has read once it keeps: make one for each drawing.

    Filters by run, tag or user are answered from the newest rows (`usage.sources.MOST_ROWS`), and
    so are timings and limits where states are filtered: see `whole` and `spreads_whole`.
    """

    def __init__(self, store: Store, which: Filter | None = None) -> None:
        self._store, self._which = store, which or Filter()
        self._extent = extent(store, self._which) or Extent(0, 0)
        self._sums: Source = Folded(store, self._which)
        self._spreads: Source = self._sums

    @property
    def whole(self) -> bool:
        """Whether every call of the filter is counted; else the newest rows alone are."""
        return self._sums.whole

    @property
    def spreads_whole(self) -> bool:
        """The same of `latency`, `distribution` and `limits`."""
        return self._spreads.whole

    @functools.cached_property
    def span(self) -> Span:
        """From the first call to the last, in so many buckets that a figure stays small: at most
        1,000 for a line, fewer where there are many lines."""
        lines = len(self.totals())
        points = min(MOST_POINTS, max(_FEWEST, _IN_A_FIGURE // max(lines, 1)))
        width = _width(self._extent, points)
        first = self._extent.first_ms - self._extent.first_ms % width
        end = self._extent.last_ms - self._extent.last_ms % width + width
        return Span(_moment(first), _moment(end), timedelta(milliseconds=width))

    def totals(self) -> pd.DataFrame:
        """Columns: provider, model, emulated, calls, input_tokens, output_tokens,
        reasoning_tokens, cached_tokens (part of the input). A row for each line."""
        return self._counted(*_LINE)

    def states(self) -> pd.DataFrame:
        """Columns: emulated, provider, state, calls. Open calls are among them."""
        return self._counted("emulated", "provider", "state").drop(columns=list(TOKENS))

    def tokens(self) -> pd.DataFrame:
        """Columns: at, and those of `totals`; a row for each bucket of a line that has calls."""
        return self._counted("start_ms", *_LINE)

    def errors(self) -> pd.DataFrame:
        """Columns: provider, model, emulated, state, error_class, error_code ("" where none was
        given), calls; the most frequent first. Calls that an error ended; truncated ("length")
        and refused-by-us ("refused") answers are in `states`."""
        found = self._counted(*_LINE, "state", "error_class", "error_code")
        found = found[found["error_class"] != ""].drop(columns=list(TOKENS))
        return found.sort_values("calls", ascending=False, ignore_index=True)

    def refusals(self) -> pd.DataFrame:
        """Columns: at, provider, model, emulated, error_code, calls: those that the provider
        refused because of their rate."""
        found = self._counted("start_ms", *_LINE, "error_class", "error_code")
        refused = found[found["error_class"] == "RateLimit"]
        return refused.drop(columns=[*TOKENS, "error_class"]).reset_index(drop=True)

    def costs(self, prices: Prices, *by: str) -> pd.DataFrame:
        """Columns: `by` ("at", an hour or more wide, or nothing), provider, model, emulated,
        currency ("" where no price is known), amount (Decimal; missing where unknown), calls,
        unknown (of them, those that may be billed and whose price or tokens nobody knows). One row
        for each currency of a line."""
        width = max(self._width_ms, HOUR) if by else DAY
        found = parts(self._sums, prices, HOUR if width < DAY else DAY, self._rows_of)
        frame = costs_frame(found, width if by else None)
        return _with_moments(frame) if by else frame.drop(columns="start_ms")

    def _rows_of(self, model: str) -> Folded:
        return Folded(self._store, replace(self._which, models=(model,)))

    def waits(self) -> pd.DataFrame:
        """Columns: at, provider, model, emulated, waits (calls that waited for the limit),
        seconds (how long in all)."""
        sums = self._sums.sums(self._width_ms, ("start_ms", *_LINE))
        waited = sums[sums["waits"] > 0].reset_index(drop=True)
        waited["seconds"] = waited["waited_ms"] / 1000
        return _with_moments(waited)[["at", *_LINE, "waits", "seconds"]]

    def latency(self, measure: str, *by: str) -> pd.DataFrame:
        """Columns: `by` (any of at, provider, model), emulated, calls, p50, p95, p99; of answered
        calls. `measure` is one of `usage.tally.MEASURES`: seconds, or tokens a second as the
        provider counted them. No quantile is off by more than 1 %."""
        keys, packed, groups = self._grouped(by)
        stacked = stack(packed, groups, measure)
        found = stacked.quantiles(SHARES)
        frame = keys.assign(calls=stacked.counts.sum(axis=1))
        for column, name in enumerate(("p50", "p95", "p99")):
            frame[name] = found[:, column]
        return frame[frame["calls"] > 0].reset_index(drop=True)

    def distribution(self, measure: str, *by: str) -> pd.DataFrame:
        """Columns: `by` (provider, model), emulated, low, high (edges of a bin), calls. Bins are a
        quarter of an octave wide; empty ones have no row."""
        keys, packed, groups = self._grouped(by)
        stacked = stack(packed, groups, measure)
        places, counts = stacked.coarser(_WIDE)
        found = keys.loc[keys.index.repeat(len(places))].reset_index(drop=True)
        found["low"] = [low_edge(place) for place in places] * len(keys)
        found["high"] = [low_edge(place + _WIDE) for place in places] * len(keys)
        found["calls"] = counts.ravel()
        return found.query("calls > 0").reset_index(drop=True)

    def limits(self) -> pd.DataFrame:
        """Columns: at, provider, model, emulated, unit (requests, tokens, input-tokens,
        output-tokens), limit, remaining (as the bucket's last headers said), lowest_limit,
        lowest_remaining. Only buckets whose headers named the unit have a row."""
        found: dict[tuple[Series, str], Limit] = {}
        for each in self._spreads.spreads(self._width_ms):
            start = each.series.start_ms - each.series.start_ms % self._width_ms
            series = each.series._replace(start_ms=start)
            for unit, limit in each.limits.items():
                known = found.get((series, unit))
                found[series, unit] = limit if known is None else known.then(limit)
        rows = [(*series, unit, *limit[:4]) for (series, unit), limit in sorted(found.items())]
        names = ("limit", "lowest_limit", "remaining", "lowest_remaining")
        frame = pd.DataFrame(rows, columns=["start_ms", *_LINE, "unit", *names])
        frame = frame.astype(dict.fromkeys(names, "Int64"))
        return _with_moments(frame)

    def headers(self) -> pd.DataFrame:
        """Columns: provider, model, emulated, answered, with_limits: how many of the calls of a
        line were answered, and with how many came limit headers. None of many: sends none."""
        found: dict[tuple[object, ...], list[int]] = {}
        for each in self._spreads.spreads(self._width_ms):
            sums = found.setdefault(tuple(each.series[1:]), [0, 0])
            sums[0] += each.answered
            sums[1] += each.with_limits
        rows = [(*line, *sums) for line, sums in sorted(found.items(), key=str)]
        return pd.DataFrame(rows, columns=[*_LINE, "answered", "with_limits"])

    @property
    def _width_ms(self) -> int:
        return self.span.width // timedelta(milliseconds=1)

    def _counted(self, *by: str) -> pd.DataFrame:
        """Sums by these; a token count that none of the calls reported is missing."""
        width = self._width_ms if "start_ms" in by else DAY
        frame = self._sums.sums(width, by)
        for name in TOKENS:
            known = frame[f"{name}_known"] > 0
            frame[name] = frame[name].astype("Int64").where(known)
        frame = frame.drop(columns=[name for name in SUMS if name not in ("calls", *TOKENS)])
        return _with_moments(frame) if "start_ms" in by else frame

    def _grouped(self, by: Sequence[str]) -> tuple[pd.DataFrame, list[bytes], list[int]]:
        names = [*("start_ms" if name == "at" else name for name in by), "emulated"]
        places: dict[tuple[object, ...], int] = {}
        packed: list[bytes] = []
        groups: list[int] = []
        for each in self._spreads.spreads(self._width_ms):
            start = each.series.start_ms - each.series.start_ms % self._width_ms
            series = each.series._replace(start_ms=start)
            key = tuple(getattr(series, name) for name in names)
            groups.append(places.setdefault(key, len(places)))
            packed.append(each.times)
        keys = pd.DataFrame(list(places), columns=names)
        return (_with_moments(keys) if "start_ms" in names else keys), packed, groups


def _width(span: Extent, points: int) -> int:
    """The narrowest bucket of which so many are enough."""
    for width in _WIDTHS:
        if span.last_ms // width - span.first_ms // width < points:
            return width
    days = (span.last_ms - span.first_ms) // DAY + 2
    return DAY * -(-days // points)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _with_moments(frame: pd.DataFrame) -> pd.DataFrame:
    others = [name for name in frame.columns if name != "start_ms"]
    return frame.assign(at=pd.to_datetime(frame["start_ms"], unit="ms", utc=True))[["at", *others]]
