"""What is kept of calls when they are counted together: sums, timings, rate limits.

The writer folds what it settles and adds the result to the rollups; a page folds a few rows in
memory. Both come to the same, so that no figure depends on where it was read.
"""

from __future__ import annotations

import operator
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from backends import ANSWERED_STATES
from usage.histograms import Counts, bin_of, merge

# Rollups are kept at these widths, in milliseconds. Both begin at whole hours of UTC.
HOUR, DAY = 3_600_000, 86_400_000
# What the measures of `Spread.times` are, in order: seconds, seconds, tokens a second.
MEASURES = ("time_to_first_token", "total_time", "tokens_per_second")
# Token counts at which some provider's price changes (usage/prices.toml), per call.
INPUT_STEPS = (32_000, 128_000, 200_000, 256_000)
OUTPUT_STEPS = (200,)
# Price classes of calls that no price applies to: nobody counted, or nothing can be billed.
UNCOUNTED, UNBILLED = -1, -2

TOKENS = ("input_tokens", "output_tokens", "reasoning_tokens", "cached_tokens")
# Whose calls are drawn as one line, and those of each key apart. The name of a key is empty where
# it is not known, or none is needed.
LINE = ("provider", "model", "emulated")
KEYED = (*LINE, "credential")
SUMS = ("calls", *TOKENS, *(f"{name}_known" for name in TOKENS), "waits", "waited_ms")
COLUMNS = (
    "started_ms", "provider", "model", "emulated", "credential", "state", "billed", "input_tokens",
    "output_tokens", "usage_source", "usage_details", "rate_headers", "time_to_first_token",
    "total_time", "longest_gap", "error_class", "error_code", "waited",
)  # fmt: skip
_NONE = (0,) * len(SUMS)
# Some services leave the `x-` out, or the unit, which then is requests.
_HEADER = re.compile(
    r"(?:x-)?ratelimit-(limit|remaining)(?:-((?:input-|output-)?(?:requests|tokens)))?$"
)


class Series(NamedTuple):
    """Calls of one model and key, and the moment where their bucket begins; `credential` is empty
    where the key is not known, or none is needed."""

    start_ms: int
    provider: str
    model: str
    emulated: bool
    credential: str


class Kind(NamedTuple):
    """Calls of a bucket that ended alike and are priced alike."""

    start_ms: int
    provider: str
    model: str
    emulated: bool
    credential: str
    state: str
    price_class: int
    error_class: str
    error_code: str


class Limit(NamedTuple):
    """What a bucket's headers said of one unit; None where they named no such figure.

    `last_ms` is when the latest of the calls that they came with began.
    """

    limit: int | None
    lowest_limit: int | None
    remaining: int | None
    lowest_remaining: int | None
    last_ms: int

    def then(self, other: Limit) -> Limit:
        """Both together: the lower of the lowest, the later of the last."""
        early, late = sorted((self, other), key=lambda each: each.last_ms)
        return Limit(
            early.limit if late.limit is None else late.limit,
            _lower(self.lowest_limit, other.lowest_limit),
            early.remaining if late.remaining is None else late.remaining,
            _lower(self.lowest_remaining, other.lowest_remaining),
            late.last_ms,
        )


@dataclass(slots=True)
class Spread:
    """How the answered calls of a bucket were spread, and what all its headers said by unit."""

    answered: int = 0
    with_limits: int = 0
    times: list[Counts] = field(default_factory=lambda: [{} for _ in MEASURES])
    limits: dict[str, Limit] = field(default_factory=dict)

    def count(self, times: Sequence[float | None] | None, limits: Mapping[str, Limit]) -> None:
        """Take in one call: what of it is `MEASURES`, None where it was not answered, and what its
        headers said."""
        if times is not None:
            self.answered += 1
            for counts, value in zip(self.times, times, strict=True):
                if value is not None:
                    place = bin_of(value)
                    counts[place] = counts.get(place, 0) + 1
        if limits:
            self.with_limits += 1
            self._hear(limits)

    def add(self, other: Spread, sign: int = 1) -> None:
        """Take in the calls of another; with `sign` -1 take them out, save what headers said."""
        self.answered += sign * other.answered
        self.with_limits += sign * other.with_limits
        for mine, theirs in zip(self.times, other.times, strict=True):
            merge(mine, theirs, sign)
        if sign > 0:
            self._hear(other.limits)

    def _hear(self, limits: Mapping[str, Limit]) -> None:
        for unit, limit in limits.items():
            known = self.limits.get(unit)
            self.limits[unit] = limit if known is None else known.then(limit)


class Tally:
    """Calls counted in buckets of some width."""

    def __init__(self, width_ms: int) -> None:
        self.width_ms = width_ms
        self.sums: dict[Kind, Sequence[int]] = {}
        self.spreads: dict[Series, Spread] = {}

    def count(self, rows: Iterable[Mapping[str, Any]]) -> Tally:
        """Count rows that have `COLUMNS`, missing ones being unknown; returns itself."""
        for row in rows:
            start = row["started_ms"] - row["started_ms"] % self.width_ms
            line = row["provider"], row["model"], bool(row["emulated"])
            series = Series(start, *line, row.get("credential") or "")
            self._sum(series, row)
            self._spread(series, row)
        return self

    def coarser(self, width_ms: int) -> Tally:
        """The same calls in wider buckets, each of a whole number of these."""
        wide = Tally(width_ms)
        for kind, sums in self.sums.items():
            kind = kind._replace(start_ms=kind.start_ms // width_ms * width_ms)
            wide.sums[kind] = list(map(operator.add, wide.sums.get(kind, _NONE), sums))
        for series, spread in self.spreads.items():
            series = series._replace(start_ms=series.start_ms // width_ms * width_ms)
            wide.spreads.setdefault(series, Spread()).add(spread)
        return wide

    def _sum(self, series: Series, row: Mapping[str, Any]) -> None:
        tokens = _tokens(row)
        trouble = (row.get("error_class") or "", row.get("error_code") or "")
        kind = Kind(*series, row["state"], price_class(row), *trouble)
        known = [int(each is not None) for each in tokens]
        waited = row.get("waited") or 0.0
        found = [1, *[each or 0 for each in tokens], *known, int(waited > 0), round(waited * 1000)]
        sums = self.sums.get(kind)
        self.sums[kind] = found if sums is None else list(map(operator.add, sums, found))

    def _spread(self, series: Series, row: Mapping[str, Any]) -> None:
        limits = limits_of(row) if row.get("rate_headers") else {}
        times = _times(row) if row["state"] in ANSWERED_STATES else None
        if times is None and not limits:
            return
        spread = self.spreads.get(series)
        if spread is None:
            spread = self.spreads[series] = Spread()
        spread.count(times, limits)


def price_class(row: Mapping[str, Any]) -> int:
    """Calls of one class, model and hour have the same price per token.

    Read back by `class_sizes`.
    """
    sent, received = row.get("input_tokens"), row.get("output_tokens")
    if row.get("usage_source") != "provider" or sent is None or received is None:
        return UNBILLED if row["billed"] == "no" else UNCOUNTED
    passed, other = bisect_left(INPUT_STEPS, sent), bisect_left(OUTPUT_STEPS, received)
    place = passed * (len(OUTPUT_STEPS) + 1) + other
    return 2 * place + bool(_cached(row))


def class_sizes(number: int) -> tuple[int, int, bool]:
    """Input and output tokens that stand for a price class, and whether some were cached."""
    place, cached = divmod(number, 2)
    sent, received = divmod(place, len(OUTPUT_STEPS) + 1)
    return _up_to(INPUT_STEPS, sent), _up_to(OUTPUT_STEPS, received), bool(cached)


def limit_headers(headers: Mapping[str, Any] | None) -> Iterator[tuple[str, str, int]]:
    """What headers say, names in any case, as ("limit" or "remaining", unit, figure)."""
    for name, value in (headers or {}).items():
        match, text = _HEADER.match(name.lower()), str(value)
        if match and text.isascii() and text.isdigit() and len(text) < 19:
            yield match[1], match[2] or "requests", int(text)


def limits_of(row: Mapping[str, Any]) -> dict[str, Limit]:
    """Unit (requests, tokens, input-tokens, …) → what this call's headers said of it."""
    found: dict[str, dict[str, int]] = {}
    for kind, unit, value in limit_headers(row.get("rate_headers")):
        found.setdefault(unit, {})[kind] = value
    return {
        unit: Limit(
            figures.get("limit"),
            figures.get("limit"),
            figures.get("remaining"),
            figures.get("remaining"),
            row["started_ms"],
        )
        for unit, figures in found.items()
    }


def _tokens(row: Mapping[str, Any]) -> tuple[int | None, ...]:
    details = row.get("usage_details") or {}
    return (
        row.get("input_tokens"),
        row.get("output_tokens"),
        details.get("reasoning_tokens"),
        _cached(row),
    )


def _cached(row: Mapping[str, Any]) -> int | None:
    """Never more than the input they are part of."""
    cached, sent = (row.get("usage_details") or {}).get("cached_tokens"), row.get("input_tokens")
    return cached if cached is None or sent is None else min(int(cached), int(sent))


def _times(row: Mapping[str, Any]) -> tuple[float | None, float | None, float | None]:
    first, total = row.get("time_to_first_token"), row.get("total_time")
    tokens = row.get("output_tokens") if row.get("usage_source") == "provider" else None
    # An answer that came in one piece has no time of growing, only of waiting.
    grew = first is not None and total is not None and row.get("longest_gap") and total > first
    return first, total, tokens / (total - first) if tokens and grew else None  # type: ignore[operator]


def _up_to(steps: tuple[int, ...], place: int) -> int:
    return steps[place] if place < len(steps) else steps[-1] + 1


def _lower(one: int | None, other: int | None) -> int | None:
    known = [each for each in (one, other) if each is not None]
    return min(known, default=None)
