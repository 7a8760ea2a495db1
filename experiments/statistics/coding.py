"""What was varied, as columns of numbers for least squares.

Every column is 0 on the average of its factor, so that what is said of one factor is said of the
average over the others. Few levels are each a column (sum to zero); numbers that a Sobol or an
adaptive design strewed are a parabola over their range, for a mean of each would be noise.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.figures.frames import factors
from experiments.statistics.paired import Array
from experiments.types import Setting

MODEL, SYSTEM = "model", "system"
# What each setting has of each factor, the settings in order.
Design = Mapping[str, Sequence[Any]]

MOST_LEVELS = 6
# So many settings for each unknown keep one factor's effect out of another's.
_ROOM = 1.5


@dataclass(frozen=True, slots=True)
class Axis:
    """One factor. `levels` are those that are told of: of a curve its ends, and its middle.

    `degree` 0 is for levels, 1 for a straight line, 2 for a parabola over the range.
    """

    name: str
    levels: tuple[Any, ...]
    degree: int = 0

    @property
    def ends(self) -> tuple[int, ...]:
        """The places of the levels between which a line or each level makes a difference."""
        return tuple(range(len(self.levels))) if not self.degree else (0, len(self.levels) - 1)

    def columns(self, value: Any, *, line: bool = False) -> Array:
        """The value in coded numbers; of a parabola with `line` its straight part alone."""
        if not self.degree:
            unit = np.eye(len(self.levels))[self.levels.index(value)]
            coded: Array = unit[:-1] - unit[-1]
            return coded
        z = self.coded(value)
        return np.array([z] if line or self.degree == 1 else [z, z * z - 1 / 3])

    def coded(self, value: float) -> float:
        """A number on the range from -1 to 1."""
        low, high = self.levels[0], self.levels[-1]
        return float((2 * value - low - high) / (high - low))


@dataclass(frozen=True, slots=True)
class Coded:
    """Axes and which two of them, by place, are also multiplied; one row of numbers per setting."""

    axes: tuple[Axis, ...]
    products: tuple[tuple[int, int], ...] = ()

    def matrix(self, design: Design) -> Array:
        """The columns: 1, those of each axis, those of each product."""
        points = zip(*(design[axis.name] for axis in self.axes), strict=True)
        return np.array([self._row(point) for point in points])

    def part(self, values: Mapping[int, Any]) -> Array:
        """What these axes, by place, add to the average when they have these values."""
        own = [
            axis.columns(values[place]) if place in values else np.zeros(_width(axis))
            for place, axis in enumerate(self.axes)
        ]
        both = [np.outer(self._line(a, values), self._line(b, values)) for a, b in self.products]
        return np.concatenate([[0.0], *own, *(each.ravel() for each in both)])

    def _line(self, place: int, values: Mapping[int, Any]) -> Array:
        axis = self.axes[place]
        if place in values:
            return axis.columns(values[place], line=True)
        return np.zeros(1 if axis.degree else _width(axis))

    def _row(self, point: Sequence[Any]) -> Array:
        row = self.part(dict(enumerate(point)))
        row[0] = 1.0
        return row


def design_of(settings: Sequence[Setting]) -> dict[str, list[Any]]:
    """What differs between settings: the model first, parameters, the persona ("system") last."""
    found: dict[str, list[Any]] = {}
    if len({setting.model for setting in settings}) > 1:
        found[MODEL] = [setting.model for setting in settings]
    for name in factors(settings):
        found[name] = [
            setting.system if name == SYSTEM else setting.params.get(name) for setting in settings
        ]
    return {name: list(map(_hashable, values)) for name, values in found.items()}


def coded(design: Design) -> Coded:
    """The finest coding that the settings of a design can tell apart.

    Means of levels where there are few, else parabolas, else lines. Where curves leave room,
    products of two are fitted too, lest they pass for effects of one.
    """
    best = Coded(())
    for few, degree in ((MOST_LEVELS, 2), (0, 2), (0, 1)):
        best = Coded(tuple(_axis(name, values, few, degree) for name, values in design.items()))
        if full(best, design) and (degree == 1 or _roomy(best, design)):
            break
    curves = [place for place, axis in enumerate(best.axes) if axis.degree]
    crossed = Coded(best.axes, tuple(itertools.combinations(curves, 2)))
    return crossed if _roomy(crossed, design) and full(crossed, design) else best


def _roomy(coding: Coded, design: Design) -> bool:
    """Whether settings are enough for curves; levels need no more of them than there are."""
    if not any(axis.degree for axis in coding.axes):
        return True
    settings, columns = coding.matrix(design).shape
    return bool(columns * _ROOM <= settings)


def full(coding: Coded, design: Design) -> bool:
    """Whether the settings tell every column from the others."""
    if not coding.axes:
        return True
    matrix = coding.matrix(design)
    return bool(np.linalg.matrix_rank(matrix) == matrix.shape[1])


def is_number(values: Sequence[Any]) -> bool:
    """Whether a factor is of numbers alone; switches are none."""
    return all(isinstance(each, int | float) and not isinstance(each, bool) for each in values)


def _axis(name: str, values: Sequence[Any], few: int, degree: int) -> Axis:
    levels = list(dict.fromkeys(values))
    if not is_number(values):
        return Axis(name, tuple(levels))
    levels.sort()
    if len(levels) <= max(few, 2):
        return Axis(name, tuple(levels))
    if degree == 1:
        return Axis(name, (levels[0], levels[-1]), 1)
    return Axis(name, (levels[0], (levels[0] + levels[-1]) / 2, levels[-1]), 2)


def _width(axis: Axis) -> int:
    return axis.degree or len(axis.levels) - 1


def _hashable(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return json.dumps(value, ensure_ascii=False)
