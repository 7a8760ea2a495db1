"""Quadratic surfaces over a box, many at once: their heights, and where each is highest."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np

from experiments.statistics.coding import Coded
from experiments.statistics.paired import Array

# Keeps a surface without any bend from having no single stationary point.
_SHAKE = 1e-9


class Quadratics:
    """Quadratics over the box from -1 to 1, each given by its coefficients, and their tops."""

    def __init__(self, coding: Coded, curves: list[int], sign: float) -> None:
        self._coding, self._curves, self._sign = coding, curves, sign

    def best(self, fits: Array) -> Array:
        """Where each of the surfaces, of shape (surfaces, columns), is best: (surfaces, factors).

        The top of a quadratic over a box is the stationary point of one of its faces: all are
        tried, the inside first.
        """
        _, slope, bend = self._parts(fits)
        top = np.full(len(fits), -np.inf)
        found = np.zeros(slope.shape)
        for face in itertools.product((0.0, -1.0, 1.0), repeat=len(self._curves)):
            at = _stationary(slope, bend, np.array(face))
            height = np.where(np.abs(at).max(axis=1) <= 1, self._rise(slope, bend, at), -np.inf)
            higher = height > top
            top[higher], found[higher] = height[higher], at[higher]
        return found

    def heights(self, fits: Array, at: Array) -> Array:
        """The score of each surface at its own place."""
        middle, slope, bend = self._parts(fits)
        rise: Array = middle + self._sign * self._rise(slope, bend, at)
        return rise

    def _rise(self, slope: Array, bend: Array, at: Array) -> Array:
        rise: Array = (slope * at).sum(axis=1) + np.einsum("si,sij,sj->s", at, bend, at)
        return rise

    def _parts(self, fits: Array) -> tuple[Array, Array, Array]:
        """The score in the middle of the box, the slopes there and the bends, up being better."""
        size = len(self._curves)
        slope, bend = np.zeros((len(fits), size)), np.zeros((len(fits), size, size))
        columns = self._columns()
        for at, place in enumerate(self._curves):
            slope[:, at] = fits[:, columns[place]]
            bend[:, at, at] = fits[:, columns[place] + 1]
        both = fits.shape[1] - len(self._coding.products)
        pairs = itertools.combinations(range(size), 2)
        for column, (a, b) in enumerate(pairs, both):
            bend[:, a, b] = bend[:, b, a] = fits[:, column] / 2
        middle = fits[:, 0] - np.trace(bend, axis1=1, axis2=2) / 3
        return middle, self._sign * slope, self._sign * bend

    def _columns(self) -> Mapping[int, int]:
        """The first column of each axis."""
        widths = [axis.degree or len(axis.levels) - 1 for axis in self._coding.axes]
        return dict(enumerate(itertools.accumulate(widths, initial=1)))


def _stationary(slope: Array, bend: Array, face: Array) -> Array:
    """Where each surface is level along the free directions of a face; the others stay at ±1."""
    free = np.flatnonzero(face == 0)
    at = np.tile(face, (len(slope), 1))
    if len(free):
        pull = slope[:, free] + 2 * np.einsum("sij,j->si", bend[:, free], face)
        level = 2 * bend[:, free[:, None], free] - _SHAKE * np.eye(len(free))
        at[:, free] = -np.linalg.solve(level, pull[:, :, None])[:, :, 0]
    return at
