"""Where a score is predicted to be best among numbers, and how sure that is.

A quadratic surface over the factors that are numbers, fitted prompt by prompt and averaged (Box
and Wilson 1951, https://doi.org/10.1111/j.2517-6161.1951.tb00067.x). It is a prediction: what it
names need never have been asked.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from experiments.statistics.coding import Axis, Coded, Design, full, is_number
from experiments.statistics.least_squares import per_prompt
from experiments.statistics.paired import Array, Bounds, Paired, by_prompt, scale, within
from experiments.statistics.quadratic import Quadratics
from experiments.statistics.verdict import Rules

_DRAWS = 400
# Faces of the box grow as 3 to the power of the factors; nobody strews more than six at once.
_MOST = 6
# Nine tenths of the coded range, which is 2 wide.
_OPEN = 1.8


@dataclass(frozen=True, slots=True)
class Place:
    """The best value of one factor with its 95 % interval, within the range that was asked.

    `edge`: it is at an end of that range, and may lie beyond. `open`: the interval is nearly the
    whole range, so that where the best lies is not known.
    """

    factor: str
    at: float
    low: float
    high: float
    edge: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Optimum:
    """The predicted best place, and the score there.

    `value` is what each prompt has at the place that the other prompts predict, so that it is not
    flattered by the choice; its ends are None below three prompts. `fits`: no setting's scores lie
    off the surface, at level 0.05 together; where some do, go by the settings' own means.
    """

    places: tuple[Place, ...]
    value: float
    low: float | None
    high: float | None
    fits: bool
    prompts: int


def optimum(values: Array, design: Design, rules: Rules) -> Optimum | None:
    """The predicted optimum over the numeric factors of a design with three values or more.

    Other factors shift the surface, and are averaged over: models that bend it differently are
    to be passed one by one. Arguments as of `effects.effects`. None where there is no such factor
    or more than six, too few settings for a quadratic, or fewer than two prompts that tell of it.
    """
    coding = _coding(design)
    curves = [place for place, axis in enumerate(coding.axes) if axis.degree]
    if not 0 < len(curves) <= _MOST or not full(coding, design):
        return None
    matrix = coding.matrix(design)
    found = per_prompt(values, matrix, np.eye(matrix.shape[1]))
    told = ~np.isnan(found).any(axis=0)
    if told.sum() < 2:
        return None
    fits = found[:, told].T
    surface = Quadratics(coding, curves, 1.0 if rules.higher_is_better else -1.0)
    best = surface.best(fits.mean(axis=0)[None, :])[0]
    likely = surface.best(_draws(fits))
    scored = surface.heights(fits, surface.best(_others(fits)))
    chosen = surface.heights(fits, np.tile(best, (len(fits), 1)))
    low, high = _hull(scored, chosen, rules)
    axes = [coding.axes[place] for place in curves]
    return Optimum(
        tuple(_place(axis, best[at], likely[:, at]) for at, axis in enumerate(axes)),
        within(float(scored.mean()), rules.bounds),
        low,
        high,
        _fits(by_prompt(values)[:, told] - matrix @ fits.T, rules.bounds),
        len(fits),
    )


def _coding(design: Design) -> Coded:
    axes = tuple(_axis(name, list(dict.fromkeys(values))) for name, values in design.items())
    curves = [place for place, axis in enumerate(axes) if axis.degree]
    return Coded(axes, tuple(itertools.combinations(curves, 2)))


def _axis(name: str, levels: list[float]) -> Axis:
    if not is_number(levels) or len(levels) < 3:
        return Axis(name, tuple(levels))
    low, high = min(levels), max(levels)
    return Axis(name, (low, (low + high) / 2, high), 2)


def _draws(fits: Array) -> Array:
    """Mean surfaces as they may truly be: multivariate t about the mean, as prompts scatter."""
    count, rng = len(fits), np.random.default_rng(0)
    off = rng.standard_normal((_DRAWS, count)) @ (fits - fits.mean(axis=0))
    wide = np.sqrt(rng.chisquare(count - 1, _DRAWS) / (count - 1))
    drawn: Array = fits.mean(axis=0) + off / np.sqrt(count * (count - 1)) / wide[:, None]
    return drawn


def _others(fits: Array) -> Array:
    """Of each prompt the mean surface of the others."""
    others: Array = (fits.sum(axis=0) - fits) / (len(fits) - 1)
    return others


def _hull(scored: Array, chosen: Array, rules: Rules) -> tuple[float | None, float | None]:
    """From the lower to the higher end of two intervals.

    Where the surface is flat, prompts left out in turn name places far apart, and the interval of
    their figures alone covers 80 to 91 %; with that of the place all name, 93 to 97 %.
    """
    one, other = (
        Paired(each, scale(rules.bounds)).interval() if len(each) > 2 else None
        for each in (scored, chosen)
    )
    if one is None or other is None:
        return None, None
    ends = min(one[0], other[0]), max(one[1], other[1])
    return within(ends[0], rules.bounds), within(ends[1], rules.bounds)


def _place(axis: Axis, at: float, likely: Array) -> Place:
    low, high = np.quantile(likely, [0.025, 0.975])
    first, last = axis.levels[0], axis.levels[-1]

    def value(coded: float) -> float:
        return float((first + last) / 2 + coded * (last - first) / 2)

    return Place(
        axis.name,
        value(at),
        value(min(low, at)),
        value(max(high, at)),
        bool(abs(at) == 1),
        bool(high - low > _OPEN),
    )


def _fits(residuals: Array, bounds: Bounds) -> bool:
    """Whether no setting's scores lie off the surface beyond doubt."""
    off = [Paired(row[~np.isnan(row)], scale(bounds)) for row in residuals]
    return min(each.p_value() for each in off) * len(off) > 0.05
