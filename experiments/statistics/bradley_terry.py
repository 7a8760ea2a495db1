"""Strengths behind votes: the Bradley-Terry model, fitted with intervals that hold for few votes.

The log-odds of a point for the left answer are its strength less the right one's, plus what being
on the left is worth (Bradley and Terry 1952, https://doi.org/10.2307/2334029). A tie is half a
point for each (Chiang et al. 2024, https://arxiv.org/abs/2403.04132).
"""

from __future__ import annotations

import functools

import numpy as np
from scipy import optimize, special

from experiments.statistics.paired import Array

# As if the log-odds were known to lie within some ±9: enough to keep every fit finite, and
# too weak to move one of 30 votes (coverage: tests/experiments/test_ratings.py).
_PENALTY = 0.05
_STEPS = 60
# Votes cannot scatter more than wins and losses do, so t need not be as wide as for one or two.
_LEAST = 5


class Fit:
    """The best strengths for points of votes, and how far others are as good.

    `design` has a row for each vote and a column for each unknown, `points` are what the left
    answer got: 1, 0.5 or 0. `unknowns` is how many columns the votes can tell apart.
    """

    def __init__(self, design: Array, points: Array, unknowns: int) -> None:
        rows, place = np.unique(design, axis=0, return_inverse=True)
        self._design = rows
        self._counts = np.bincount(place.ravel(), minlength=len(rows)).astype(float)
        self._points = np.bincount(place.ravel(), weights=points, minlength=len(rows))
        self._ties = float((points == 0.5).sum())
        self.best, self._height = self._climb(np.zeros(design.shape[1]), None)
        left = max(len(points) - unknowns, _LEAST)
        self._drop = self._spread() * float(special.stdtrit(left, 0.975)) ** 2

    def interval(self, contrast: Array) -> tuple[float, float]:
        """The 95 % interval of a weighted sum of the unknowns, by profile likelihood.

        Its ends are where the likelihood, at its best under that sum, has dropped by what t
        (instead of the normal distribution) makes of the level: 93-97 % coverage from 30 votes.
        """
        middle = float(contrast @ self.best)
        return self._end(contrast, middle, -1.0), self._end(contrast, middle, 1.0)

    def _end(self, contrast: Array, middle: float, direction: float) -> float:
        beyond = functools.partial(self._beyond, contrast)
        reach = 0.5
        while beyond(middle + direction * reach) < 0:
            reach *= 2
        found = optimize.brentq(beyond, middle, middle + direction * reach, xtol=1e-4)
        return float(found)

    def _beyond(self, contrast: Array, value: float) -> float:
        shift = (value - contrast @ self.best) / (contrast @ contrast)
        _, height = self._climb(self.best + shift * contrast, contrast)
        return 2 * (self._height - height) - self._drop

    def _climb(self, start: Array, held: Array | None) -> tuple[Array, float]:
        """Newton's way up from `start`, along which the sum `held` stays as it is."""
        at, size = start, len(start)
        for _ in range(_STEPS):
            chance = special.expit(self._design @ at)
            slope = self._design.T @ (self._points - self._counts * chance) - _PENALTY * at
            weights = self._counts * chance * (1 - chance)
            system = (self._design.T * weights) @ self._design + _PENALTY * np.eye(size)
            if held is not None:
                system = np.block([[system, held[:, None]], [held[None, :], np.zeros((1, 1))]])
                slope = np.append(slope, 0.0)
            step = np.linalg.solve(system, slope)[:size]
            longest = float(np.abs(step).max())
            # Far from the top a full step can overshoot.
            at = at + step * min(1.0, 2 / max(longest, 1e-300))
            if longest < 1e-7:
                break
        logits = self._design @ at
        height = self._points @ logits - self._counts @ np.logaddexp(0, logits)
        return at, float(height) - _PENALTY / 2 * float(at @ at)

    def _spread(self) -> float:
        """How much less points scatter than wins and losses would, since ties lie between them.

        A vote's variance is p(1 - p) - t/4 where t is the chance of a tie. One vote more is
        counted that was none, lest all ties pass for certainty.
        """
        chance = special.expit(self._design @ self.best)
        decided = float(self._counts @ (chance * (1 - chance)))
        return 1 - self._ties / 4 / (decided + 1)
