"""Differences paired by prompt: the prompt is the block, repeats only quieten it.

Treating calls as independent gives 95 % intervals that cover 46 %; the t interval over per-prompt
differences covers 95 % (measured: field/engines.md §1.1, and `make calibrate`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]
Bounds = tuple[float | None, float | None]

# With fewer prompts off the commonest difference, the sample cannot tell how wide the rest spreads.
# At 2 intervals of pass/fail scores cover 93 % and more from 8 prompts on; at 5 they cover 99 %.
_FEW = 2
# Up to so many off it, *equivalent* asks the exact limit as well as t.
_FEW_OFF = 10


@dataclass(frozen=True, slots=True)
class Paired:
    """Differences a - b, one for each prompt that both answered.

    `scale` is the width of the score's range (None: unbounded).
    """

    differences: Array
    scale: float | None = None

    @property
    def prompts(self) -> int:
        """How many prompts both answered."""
        return len(self.differences)

    @property
    def mean(self) -> float | None:
        """The mean difference; None without any."""
        return float(self.differences.mean()) if self.prompts else None

    @property
    def spread(self) -> float | None:
        """The standard deviation of the differences; None below two."""
        return float(self.differences.std(ddof=1)) if self.prompts > 1 else None

    def interval(self, alpha: float = 0.05) -> tuple[float, float] | None:
        """The two-sided interval of the mean at level 1 - alpha; None where nothing is known.

        Student's t. Where nearly all differences are alike, as of pass/fail scores, their
        spread says little about the rest: the half width is then at least what the rule of three
        leaves open (Hanley and Lippman-Hand 1983, https://doi.org/10.1001/jama.1983.03330370053031).
        """
        if self.mean is None or self.spread is None:
            return None
        quantile = -float(special.stdtrit(self.prompts - 1, alpha / 2))
        half = quantile * self.spread / math.sqrt(self.prompts)
        if self.alike:
            if self.scale is None:
                return None
            half = max(half, self.scale * (1 - alpha ** (1 / self.prompts)))
        return self.mean - half, self.mean + half

    def p_value(self) -> float:
        """The smallest alpha whose interval excludes 0; 1 where nothing is known."""
        if self.mean is None or self.spread is None or not self.mean:
            return 1.0
        found = 0.0
        if self.spread:
            error = self.spread / math.sqrt(self.prompts)
            found = 2 * float(special.stdtr(self.prompts - 1, -abs(self.mean) / error))
        if self.alike:
            if self.scale is None:
                return 1.0
            found = max(found, max(0.0, 1 - abs(self.mean) / self.scale) ** self.prompts)
        return found

    @property
    def alike(self) -> bool:
        """Whether nearly all differences are the same."""
        _, counts = np.unique(self.differences, return_counts=True)
        return bool(1 < counts.max() > self.prompts - _FEW)

    def inside(self, delta: float, level: float) -> bool:
        """Whether the mean lies within ±delta, by two one-sided tests at `level` each.

        They are one interval at twice that level, and where t cannot be trusted also `reach`.
        """
        inner = self.interval(min(2 * level, 0.5))
        if inner is None:
            return False
        wide = self.reach(level) or inner
        return -delta < min(inner[0], wide[0]) and max(inner[1], wide[1]) < delta

    def reach(self, level: float) -> tuple[float, float] | None:
        """How far down and up the mean may lie, each side at one-sided `level`; None: t tells.

        Where few prompts are off the commonest difference, t calls differences equivalent that are
        not: the exact limit of how many are off counts (Clopper and Pearson 1934,
        https://doi.org/10.1093/biomet/26.4.404), each taken for as wide as the score allows.
        """
        return self._reach(level, self.prompts)

    def prompts_in_reach(self, delta: float, level: float, most: int) -> int | None:
        """After how many prompts `reach` is inside ±delta, if as large a share stays off.

        0 where t alone tells; None beyond `most`.
        """
        prompts = self.prompts
        while (wide := self._reach(level, prompts)) is not None:
            if -delta < wide[0] and wide[1] < delta:
                return prompts
            prompts += max(1, prompts // 20)
            if prompts > most:
                return None
        return 0 if prompts == self.prompts else prompts

    def _reach(self, level: float, prompts: int) -> tuple[float, float] | None:
        """The same after so many prompts, of which as large a share is off as now."""
        if self.scale is None or self.mean is None:
            return None
        values, counts = np.unique(self.differences, return_counts=True)
        common = values[counts.argmax()]
        below, above = (
            round(int(off.sum()) * prompts / self.prompts)
            for off in (self.differences < common, self.differences > common)
        )
        if counts.max() < 2 or below + above > _FEW_OFF:
            return None
        return (
            self.mean - self.scale * _beyond(below, prompts, level),
            self.mean + self.scale * _beyond(above, prompts, level),
        )


def _beyond(count: int, prompts: int, level: float) -> float:
    """How far the exact upper limit of a share lies above the share that was seen."""
    return float(special.betaincinv(count + 1, prompts - count, 1 - level)) - count / prompts


def paired(a: Array, b: Array, bounds: Bounds = (None, None)) -> Paired:
    """The differences of two settings' scores, each of shape (prompts, repeats), NaN where missing.

    Repeats are averaged first; a prompt counts where each side has at least one score.
    """
    difference = by_prompt(a) - by_prompt(b)
    return Paired(difference[~np.isnan(difference)], scale(bounds))


def scale(bounds: Bounds) -> float | None:
    """The width of a score's range; None where it has none."""
    low, high = bounds
    return None if low is None or high is None else high - low


def within(figure: float, bounds: Bounds) -> float:
    """A mean or an end of its interval, cut to the score's range."""
    low, high = bounds
    figure = figure if low is None else max(low, figure)
    return figure if high is None else min(high, figure)


def by_prompt(values: Array) -> Array:
    """The mean over the last axis, of what there is; NaN where there is nothing."""
    known = ~np.isnan(values)
    count = known.sum(axis=-1)
    total = np.where(known, values, 0.0).sum(axis=-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def worst(a: Array, b: Array, bounds: Bounds) -> tuple[float, float] | None:
    """Between what the mean difference must lie whatever the missing scores were.

    None where the score has no range, or nothing was asked.
    """
    low, high = bounds
    if low is None or high is None or not a.size:
        return None
    return (
        float(np.nan_to_num(a, nan=low).mean() - np.nan_to_num(b, nan=high).mean()),
        float(np.nan_to_num(a, nan=high).mean() - np.nan_to_num(b, nan=low).mean()),
    )
