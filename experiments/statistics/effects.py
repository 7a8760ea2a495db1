"""What each factor does to a score, on the average over the others, and whether it matters.

Full grids have the mean of each level; of a Sobol or an adaptive design each factor has a parabola,
told of at the ends of its range and in the middle. All of it is fitted prompt by prompt
(`least_squares`).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.statistics.coding import Axis, Coded, Design, coded, is_number
from experiments.statistics.least_squares import per_prompt
from experiments.statistics.matters import Matters, Said, about, differences, judged, seen
from experiments.statistics.paired import Array, Paired
from experiments.statistics.verdict import Rules


@dataclass(frozen=True, slots=True)
class Level:
    """The mean of a score at one level of a factor.

    `low` to `high` is for comparing levels: the 95 % interval of the `difference` from the mean of
    all levels, about this mean. None where it cannot be told.
    """

    level: Any
    mean: float | None
    low: float | None
    high: float | None
    difference: float | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What one factor does.

    `difference` is the mean at `end` less that at `start`, with an interval that holds for all
    levels and factors together. Of numbers `end` is the larger one, of names the better one.
    `curve`: the levels are read off a fitted curve. `n_more` is about how many more prompts would
    tell whether it matters; `prompts` is how many tell of it.
    """

    factor: str
    levels: tuple[Level, ...]
    curve: bool
    word: Matters
    start: Any
    end: Any
    difference: float | None
    low: float | None
    high: float | None
    n_more: int | None
    prompts: int


def effects(
    values: Array, design: Design, rules: Rules, complete: int | None = None
) -> list[Effect]:
    """The effect of every factor of a design, in its order.

    `values` is of shape (settings, prompts, repeats), NaN where no score; `design` has each
    setting's level of each factor (`coding.design_of`). `complete` is how many of the first
    prompts have nothing open (None: all): a running study is judged at its looks alone.
    """
    coding = coded(design)
    used, look = seen(values, rules, complete)
    told = [_told(coding, place, used, coding.matrix(design)) for place in range(len(coding.axes))]
    groups = [differences(each.between, rules.bounds) for each in told]
    said = judged(groups, rules, look)
    return [_effect(each, what, rules) for each, what in zip(told, said, strict=True)]


@dataclass(frozen=True, slots=True)
class _Told:
    """What prompts tell of one factor: each level's deviations from the mean of all, by prompt."""

    axis: Axis
    middle: float | None
    deviations: Array

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Which levels are compared, by place."""
        return list(itertools.combinations(range(len(self.axis.levels)), 2))

    @property
    def between(self) -> Array:
        """The differences of those pairs, by prompt."""
        return np.array([self.deviations[b] - self.deviations[a] for a, b in self.pairs])


def _told(coding: Coded, place: int, values: Array, matrix: Array) -> _Told:
    axis = coding.axes[place]
    parts = [coding.part({place: level}) for level in axis.levels]
    middle = np.eye(matrix.shape[1])[0]
    found = per_prompt(values, matrix, np.array([middle, *parts]))
    return _Told(axis, Paired(found[0][~np.isnan(found[0])]).mean, found[1:])


def _effect(told: _Told, said: Said, rules: Rules) -> Effect:
    start, end = told.pairs[said.place]
    difference, low, high = said.difference, said.low, said.high
    falls = difference is not None and (difference < 0) is rules.higher_is_better
    if falls and difference and not is_number(told.axis.levels):
        start, end, difference = end, start, -difference
        low, high = (None, None) if low is None or high is None else (-high, -low)
    levels = told.axis.levels
    return Effect(
        told.axis.name,
        _levels(told, rules),
        told.axis.degree > 0,
        said.word,
        levels[start],
        levels[end],
        difference,
        low,
        high,
        said.n_more,
        said.prompts,
    )


def _levels(told: _Told, rules: Rules) -> tuple[Level, ...]:
    off = differences(told.deviations, rules.bounds)
    return tuple(
        Level(level, *about(told.middle, each), each.mean)
        for level, each in zip(told.axis.levels, off, strict=True)
    )
