"""Packed histograms of many buckets as one array, and quantiles of it."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from usage.histograms import value_of
from usage.tally import MEASURES

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stack:
    """`counts[group, bin]` of one measure; its first bin is the scale's bin `first`."""

    counts: Ints
    first: int

    def quantiles(self, shares: Sequence[float]) -> Floats:
        """[group, share]: the value at or below which that share lies; NaN where there is none."""
        passed = self.counts.cumsum(axis=1)
        found = np.full((len(passed), len(shares)), np.nan)
        some = passed[:, -1] > 0 if passed.shape[1] else np.zeros(len(passed), dtype=bool)
        for column, share in enumerate(shares):
            rank = np.ceil(share * passed[some, -1:])
            place = (passed[some] < rank).sum(axis=1)
            found[some, column] = [value_of(self.first + int(each)) for each in place]
        return found

    def coarser(self, wide: int) -> tuple[list[int], Ints]:
        """The bins taken `wide` at a time: where each begins on the scale, and [group, bin]."""
        places = (self.first + np.arange(self.counts.shape[1])) // wide
        if not len(places):
            return [], self.counts
        starts = np.flatnonzero(np.diff(places, prepend=-1))
        begins = [int(place) * wide for place in places[starts]]
        return begins, np.add.reduceat(self.counts, starts, axis=1)


def stack(packed: Sequence[bytes], groups: Sequence[int], measure: str) -> Stack:
    """The histograms of one of `MEASURES`, those of a group added up. Groups count from 0."""
    wanted = MEASURES.index(measure)
    runs = [_run(each, wanted) for each in packed]
    filled = [(first, first + len(run)) for first, run in runs if len(run)]
    low = min((first for first, _ in filled), default=0)
    counts = np.zeros((max(groups, default=-1) + 1, max((e for _, e in filled), default=0) - low),
                      dtype=np.int64)  # fmt: skip
    for group, (first, run) in zip(groups, runs, strict=True):
        counts[group, first - low : first - low + len(run)] += run
    return Stack(counts, low)


def _run(packed: bytes, wanted: int) -> tuple[int, npt.NDArray[np.uint32]]:
    at = 0
    for _ in range(wanted):
        at += 8 + 4 * struct.unpack_from("<I", packed, at + 4)[0]
    first, length = struct.unpack_from("<II", packed, at)
    return first, np.frombuffer(packed, "<u4", length, at + 8)
