"""Looking at a study while it runs, without being fooled by it.

O'Brien-Fleming boundaries: the critical value at look k of K is c·sqrt(K/k), with c such that all
looks together err at alpha (Jennison and Turnbull, Group Sequential Methods, 1999, table 2.3:
c = 2.040 for K = 5, alpha = 0.05). Used with the t distribution by way of the nominal level of
each look, as their section 3.8 recommends.
"""

from __future__ import annotations

import functools
import itertools
import math

import numpy as np
from scipy import optimize, special

LOOKS = 5
# A look at fewer prompts could neither drop nor settle anything worth the risk.
FIRST = 10
# Points of the Gauss-Legendre rule: many more change a level by less than 1e-12.
_NODES = 80


def looks(planned_prompts: int) -> tuple[int, ...]:
    """At how many completed prompts one looks: five times evenly, never below ten prompts.

    Fewer than twenty planned prompts have one look, at their end.
    """
    if planned_prompts < 2 * FIRST:
        return (planned_prompts,)
    even = {math.ceil(planned_prompts * k / LOOKS) for k in range(1, LOOKS + 1)}
    return tuple(sorted(count for count in even if count >= FIRST))


def nominal(alpha: float, look: int, planned: tuple[int, ...]) -> float:
    """The two-sided level at which look number `look` (from 1) of `planned` is read."""
    shares = tuple(count / planned[-1] for count in planned)
    critical = _constant(round(alpha, 12), shares) / math.sqrt(shares[look - 1])
    return 2 * float(special.ndtr(-critical))


@functools.lru_cache(maxsize=256)
def _constant(alpha: float, shares: tuple[float, ...]) -> float:
    """c such that a Brownian motion leaves c/sqrt(share) at one of the looks with chance alpha."""
    if len(shares) == 1:
        return -float(special.ndtri(alpha / 2))
    start = -float(special.ndtri(alpha / 2))
    found = optimize.brentq(lambda c: _crossing(c, shares) - alpha, start, start + 2, xtol=1e-6)
    return float(found)


def _crossing(constant: float, shares: tuple[float, ...]) -> float:
    """The chance to cross at any look, by integrating the density of the sum look by look.

    (Armitage, McPherson and Rowe 1969.) The sum at share t crosses where it exceeds `constant`,
    since z = sum/sqrt(t) and the boundary is constant/sqrt(t).
    """
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    grid, weights = constant * nodes, constant * weights
    density = _normal(grid, shares[0])
    for before, share in itertools.pairwise(shares):
        step = _normal(grid[:, None] - grid[None, :], share - before)
        density = step @ (density * weights)
    inside = float(density @ weights)
    return 1 - inside


def _normal(distance: np.ndarray, variance: float) -> np.ndarray:
    return np.exp(-(distance**2) / (2 * variance)) / math.sqrt(2 * math.pi * variance)
