"""Durations and speeds as counts per bin of a logarithmic scale, for quantiles that add up.

A value stands for all of its bin, whose edges are a 36th of an octave apart: no quantile is off by
more than 1 % (DDSketch, https://arxiv.org/abs/1908.10693, has the same bound by the same means).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Mapping, Sequence

PER_OCTAVE = 36
# From a tenth of a millisecond (or a token in three hours) on; what is smaller counts as that.
SMALLEST = 1e-4
BINS = 30 * PER_OCTAVE
GROWTH = math.exp2(1 / PER_OCTAVE)

Counts = dict[int, int]


def bin_of(value: float) -> int:
    """The bin of a number; what lies beyond the scale is in its first or last."""
    if value <= SMALLEST:
        return 0
    return min(int(math.log2(value / SMALLEST) * PER_OCTAVE), BINS - 1)


def low_edge(place: int) -> float:
    """Where a bin begins."""
    return SMALLEST * math.exp2(place / PER_OCTAVE)


def value_of(place: int) -> float:
    """What a bin's values are taken for: the point equally far, in parts, from both edges."""
    return low_edge(place) * 2 * GROWTH / (1 + GROWTH)


def pack(histograms: Sequence[Mapping[int, int]]) -> bytes:
    """Histograms one after the other: first bin, number of bins, their counts; little-endian."""
    parts = []
    for counts in histograms:
        first = min(counts, default=0)
        run = [counts.get(place, 0) for place in range(first, max(counts, default=-1) + 1)]
        parts.append(struct.pack(f"<{len(run) + 2}I", first, len(run), *run))
    return b"".join(parts)


def unpack(packed: bytes) -> list[Counts]:
    """The inverse of `pack`; empty bins are left out."""
    words = struct.unpack(f"<{len(packed) // 4}I", packed)
    found: list[Counts] = []
    at = 0
    while at < len(words):
        first, length = words[at : at + 2]
        run = words[at + 2 : at + 2 + length]
        found.append({first + place: count for place, count in enumerate(run) if count})
        at += 2 + length
    return found


def changed(packed: bytes, more: Sequence[Mapping[int, int]], sign: int) -> bytes:
    """Packed histograms with others added, or taken away."""
    words = list(struct.unpack(f"<{len(packed) // 4}I", packed))
    at = 0
    for counts in more:
        first, length = words[at : at + 2]
        for place, count in counts.items():
            if not 0 <= place - first < length or words[at + 2 + place - first] + sign * count < 0:
                return _merged(packed, more, sign)
            words[at + 2 + place - first] += sign * count
        at += 2 + length
    return struct.pack(f"<{len(words)}I", *words)


def _merged(packed: bytes, more: Sequence[Mapping[int, int]], sign: int) -> bytes:
    known = unpack(packed)
    for mine, theirs in zip(known, more, strict=True):
        merge(mine, theirs, sign)
    return pack(known)


def merge(into: Counts, other: Mapping[int, int], sign: int = 1) -> None:
    """Add the counts of `other`, or take them away again."""
    for place, count in other.items():
        left = into.get(place, 0) + sign * count
        if left > 0:
            into[place] = left
        else:
            into.pop(place, None)


def quantiles(counts: Mapping[int, int], shares: Iterable[float]) -> list[float | None]:
    """The values below or at which such shares (0 < q ≤ 1) of all lie; None where there are none.

    The rank is the nearest one above, as `numpy.quantile(..., method="inverted_cdf")` has it.
    """
    total = sum(counts.values())
    places = sorted(counts)
    return [_at_rank(counts, places, math.ceil(share * total)) for share in shares]


def _at_rank(counts: Mapping[int, int], places: Sequence[int], rank: int) -> float | None:
    passed = 0
    for place in places:
        passed += counts[place]
        if passed >= rank:
            return value_of(place)
    return None
