"""How timings and limits are spread, as frames: the columns are told in `usage.series.View`."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from usage.histograms import PER_OCTAVE, low_edge
from usage.sources import Spreading
from usage.spreads import Stack, stack
from usage.tally import KEYED, LINE, Limit, Series

_SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
_LIMITS = ("limit", "lowest_limit", "remaining", "lowest_remaining")
# Bins of a distribution, in bins of the histograms: a quarter of an octave.
_WIDE = PER_OCTAVE // 4


def latency_frame(
    spread: Sequence[Spreading], measure: str, width_ms: int, by: Sequence[str]
) -> pd.DataFrame:
    """Quantiles of a measure for each group that has any value of it."""
    keys, stacked = _stacked(spread, measure, width_ms, by)
    found = stacked.quantiles(tuple(_SHARES.values()))
    keys["calls"] = stacked.counts.sum(axis=1)
    for column, name in enumerate(_SHARES):
        keys[name] = found[:, column]
    return keys.query("calls > 0").reset_index(drop=True)


def distribution_frame(
    spread: Sequence[Spreading], measure: str, by: Sequence[str]
) -> pd.DataFrame:
    """How many values of a measure lie in each bin, for each group."""
    keys, stacked = _stacked(spread, measure, 1, by)
    places, counts = stacked.coarser(_WIDE)
    found = keys.loc[keys.index.repeat(len(places))].reset_index(drop=True)
    found["low"] = [low_edge(place) for place in places] * len(keys)
    found["high"] = [low_edge(place + _WIDE) for place in places] * len(keys)
    found["calls"] = counts.ravel()
    return found.query("calls > 0").reset_index(drop=True)


def limits_frame(spread: Sequence[Spreading], width_ms: int) -> pd.DataFrame:
    """What headers said of each unit, bucket by bucket."""
    found: dict[tuple[Series, str], Limit] = {}
    for each in spread:
        series = _bucketed(each.series, width_ms)
        for unit, limit in each.limits.items():
            known = found.get((series, unit))
            found[series, unit] = limit if known is None else known.then(limit)
    rows = [(*series, unit, *found[series, unit][:4]) for series, unit in sorted(found)]
    frame = pd.DataFrame(rows, columns=["start_ms", *KEYED, "unit", *_LIMITS])
    return with_moments(frame.astype(dict.fromkeys(_LIMITS, "Int64")))


def headers_frame(spread: Sequence[Spreading]) -> pd.DataFrame:
    """How many calls were answered, and with how many came limit headers."""
    rows = [(*each.series[1:4], each.answered, each.with_limits) for each in spread]
    frame = pd.DataFrame(rows, columns=[*LINE, "answered", "with_limits"])
    return frame.groupby(list(LINE), as_index=False).sum()


def with_moments(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with `start_ms` as a first column `at`, in UTC."""
    others = [name for name in frame.columns if name != "start_ms"]
    at = pd.to_datetime(frame["start_ms"], unit="ms", utc=True)
    return frame.assign(at=at)[["at", *others]]


def _stacked(
    spread: Sequence[Spreading], measure: str, width_ms: int, by: Sequence[str]
) -> tuple[pd.DataFrame, Stack]:
    names = [*("start_ms" if name == "at" else name for name in by), "emulated"]
    places: dict[tuple[object, ...], int] = {}
    groups: list[int] = []
    for each in spread:
        series = _bucketed(each.series, width_ms)
        key = tuple(getattr(series, name) for name in names)
        groups.append(places.setdefault(key, len(places)))
    keys = pd.DataFrame(list(places), columns=names)
    stacked = stack([each.times for each in spread], groups, measure)
    return (with_moments(keys) if "start_ms" in names else keys), stacked


def _bucketed(series: Series, width_ms: int) -> Series:
    return series._replace(start_ms=series.start_ms // width_ms * width_ms)
