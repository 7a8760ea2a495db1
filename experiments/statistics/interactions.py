"""Whether what one factor does depends on another: every two factors of a design.

An interaction is a difference of differences: what one factor changes at one level of the other,
less what it changes at another. Fitted prompt by prompt, as effects are.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.statistics.coding import Coded, Design, coded
from experiments.statistics.least_squares import per_prompt
from experiments.statistics.matters import Matters, Said, about, differences, judged, seen
from experiments.statistics.paired import Array, Paired
from experiments.statistics.verdict import Rules


@dataclass(frozen=True, slots=True)
class Cross:
    """The mean of a score where two factors have these levels, for comparing such means.

    `low` to `high` is the 95 % interval of its difference from the mean of all, about this mean;
    None where it cannot be told.
    """

    x: Any
    line: Any
    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Interaction:
    """Whether two factors act on each other.

    Going from the first to the second level of `across` changes the score by `difference` more at
    the second level of `along` than at its first; the interval holds for all levels and pairs of
    factors together. `cells` are the means of which that is said, line by line.
    """

    factors: tuple[str, str]
    cells: tuple[Cross, ...]
    word: Matters
    across: tuple[Any, Any]
    along: tuple[Any, Any]
    difference: float | None
    low: float | None
    high: float | None
    n_more: int | None
    prompts: int


def interactions(
    values: Array, design: Design, rules: Rules, complete: int | None = None
) -> list[Interaction]:
    """Every two factors of a design; arguments as of `effects.effects`.

    Curves are crossed as lines: what is asked is whether one tilts the other.
    """
    coding = coded(design)
    used, look = seen(values, rules, complete)
    told = [
        _told(coding, pair, used, design)
        for pair in itertools.combinations(range(len(coding.axes)), 2)
    ]
    groups = [differences(each.tilts, rules.bounds, 2.0) for each in told]
    said = judged(groups, rules, look)
    return [_interaction(each, what, rules) for each, what in zip(told, said, strict=True)]


@dataclass(frozen=True, slots=True)
class _Told:
    """What prompts tell of two factors.

    `corners` are two levels of the one and two of the other, by place; `tilts` the differences
    of differences at those, by prompt; `deviations` are of each combination, line by line.
    """

    coding: Coded
    pair: tuple[int, int]
    corners: Sequence[tuple[tuple[int, int], tuple[int, int]]]
    tilts: Array
    deviations: Array
    middle: float | None

    @property
    def levels(self) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """The levels of the one and of the other."""
        a, b = (self.coding.axes[place] for place in self.pair)
        return a.levels, b.levels


def _told(coding: Coded, pair: tuple[int, int], values: Array, design: Design) -> _Told:
    products = dict.fromkeys((*coding.products, pair))
    crossed = Coded(coding.axes, tuple(products))
    a, b = (coding.axes[place] for place in pair)
    corners = list(
        itertools.product(itertools.combinations(a.ends, 2), itertools.combinations(b.ends, 2))
    )
    part = {
        (x, y): crossed.part({pair[0]: a.levels[x], pair[1]: b.levels[y]})
        for y in range(len(b.levels))
        for x in range(len(a.levels))
    }
    tilts = [
        part[x2, y2] - part[x1, y2] - part[x2, y1] + part[x1, y1] for (x1, x2), (y1, y2) in corners
    ]
    middle = np.eye(len(tilts[0]))[0]
    wanted = np.array([middle, *tilts, *part.values()])
    found = per_prompt(values, crossed.matrix(design), wanted)
    return _Told(
        coding,
        pair,
        corners,
        found[1 : 1 + len(tilts)],
        found[1 + len(tilts) :],
        Paired(found[0][~np.isnan(found[0])]).mean,
    )


def _interaction(told: _Told, said: Said, rules: Rules) -> Interaction:
    (x1, x2), (y1, y2) = told.corners[said.place]
    across, along = told.levels
    a, b = (told.coding.axes[place].name for place in told.pair)
    return Interaction(
        (a, b),
        _cells(told, rules),
        said.word,
        (across[x1], across[x2]),
        (along[y1], along[y2]),
        said.difference,
        said.low,
        said.high,
        said.n_more,
        said.prompts,
    )


def _cells(told: _Told, rules: Rules) -> tuple[Cross, ...]:
    across, along = told.levels
    off = differences(told.deviations, rules.bounds)
    return tuple(
        Cross(x, line, *about(told.middle, each))
        for (line, x), each in zip(itertools.product(along, across), off, strict=True)
    )
