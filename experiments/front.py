"""Which settings nothing else beats on quality and price at once, and how sure one can be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from experiments.paired import Array, by_prompt

_DRAWS = 400
# Draws compared at a time: 256 settings against each other then take 6 MB.
_AT_ONCE = 100


def on_front(quality: Array, price: Array, *, higher_is_better: bool, seed: int = 0) -> Array:
    """The chance of each setting to be on the front: no other is better and no dearer, or cheaper
    and no worse.

    Both of shape (settings, prompts, repeats), NaN where unknown; a lower `price` is better. The
    share of draws of prompts, with replacement and the same for all settings, in which it is there
    (Efron 1979, https://doi.org/10.1214/aos/1176344552). NaN where a setting has no figures.
    """
    good = by_prompt(quality) if higher_is_better else -by_prompt(quality)
    cheap = -by_prompt(price)
    settings, prompts = good.shape
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(prompts, [1 / prompts] * prompts, _DRAWS).astype(float)
    there = np.zeros(settings)
    for some in np.array_split(weights, _DRAWS // _AT_ONCE):
        there += _undominated(_means(good, some), _means(cheap, some)).sum(axis=0)
    known = ~(np.isnan(good).all(axis=1) | np.isnan(cheap).all(axis=1))
    return np.where(known, there / _DRAWS, np.nan)


def _means(values: Array, weights: Array) -> Array:
    """The mean of each setting in each draw, (draws, settings); -inf where a draw has none."""
    known = ~np.isnan(values)
    total = weights @ np.where(known, values, 0.0).T
    count = weights @ known.T
    return np.where(count > 0, total / np.maximum(count, 1), -np.inf)


def _undominated(good: Array, cheap: Array) -> NDArray[np.bool_]:
    """Of each draw and setting: no other is at least as good in both and better in one."""
    better, cheaper = good[:, :, None], cheap[:, :, None]
    as_good = (better >= good[:, None, :]) & (cheaper >= cheap[:, None, :])
    ahead = (better > good[:, None, :]) | (cheaper > cheap[:, None, :])
    beaten: NDArray[np.bool_] = np.any(as_good & ahead, axis=1)
    return ~beaten
