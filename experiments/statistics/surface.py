"""A quadratic surface over two factors, fitted to what was measured.

With noisy calls a smooth surface finds a good setting with fewer of them than the best cell does
(field/engines.md §1.1; Box and Wilson 1951).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.statistics.paired import Array

# Six coefficients; with fewer places the surface is not determined.
_TERMS, _LEVELS = 6, 3
_GRID = 30


def fitted(points: pd.DataFrame) -> tuple[Array, Array, Array] | None:
    """The surface of least squares over `points` with the columns x, y and mean.

    Returns x, y and the values, of shape y × x, within what was asked; None where fewer than six
    places, or fewer than three values of a factor, were asked.
    """
    known = points.dropna(subset=["x", "y", "mean"])
    places = known[["x", "y"]].drop_duplicates()
    if len(places) < _TERMS or min(places["x"].nunique(), places["y"].nunique()) < _LEVELS:
        return None
    x, y = (_Axis(known[name].to_numpy(float)) for name in ("x", "y"))
    design = _terms(x.scaled(x.values), y.scaled(y.values))
    found, _, rank, _ = np.linalg.lstsq(design, known["mean"].to_numpy(float), rcond=None)
    if rank < _TERMS:
        return None
    across, up = x.grid(), y.grid()
    both = np.meshgrid(x.scaled(across), y.scaled(up))
    values = _terms(both[0].ravel(), both[1].ravel()) @ found
    return across, up, values.reshape(_GRID, _GRID)


class _Axis:
    """A factor's values, scaled to -1 … 1 so that squares of large ones do no harm."""

    def __init__(self, values: Array) -> None:
        self.values = values
        self._low, self._high = float(values.min()), float(values.max())

    def scaled(self, values: Array) -> Array:
        return 2 * (values - self._low) / (self._high - self._low) - 1

    def grid(self) -> Array:
        return np.linspace(self._low, self._high, _GRID)


def _terms(x: Array, y: Array) -> Array:
    return np.column_stack([np.ones_like(x), x, y, x * x, y * y, x * y])
