"""A fit to each prompt's scores on its own: the prompt is the block, here too.

What is wanted of the fit (a contrast) then has one figure for each prompt, and its interval is
that of `paired.Paired`.
"""

from __future__ import annotations

import numpy as np

from experiments.statistics.paired import Array, by_prompt

_SMALL, _GRAIN = 1e-8, 1e-11


def per_prompt(values: Array, matrix: Array, contrasts: Array) -> Array:
    """Weighted sums of the coefficients of each prompt's fit, of shape (contrasts, prompts).

    `values` is of shape (settings, prompts, repeats), `matrix` of (settings, columns), `contrasts`
    of (contrasts, columns). NaN where a prompt's answered settings do not settle it: what was not
    answered, or given up early, is not guessed.
    """
    means = by_prompt(values)
    known = ~np.isnan(means)
    found = np.full((len(contrasts), means.shape[1]), np.nan)
    if not means.size or not contrasts.size:
        return found
    patterns, place = np.unique(known, axis=1, return_inverse=True)
    for number, pattern in enumerate(patterns.T):
        rows = matrix[pattern]
        if not len(rows):
            continue
        weights = contrasts @ np.linalg.pinv(rows)
        settled = np.abs(weights @ rows - contrasts).max(axis=1) < _SMALL
        prompts = place.ravel() == number
        found[np.ix_(settled, prompts)] = weights[settled] @ means[np.ix_(pattern, prompts)]
    # What is equal but for rounding must count as equal: see `paired.Paired.alike`.
    grain = _GRAIN * float(np.nanmax(np.abs(means), initial=0.0)) or 1.0
    rounded: Array = np.round(found / grain) * grain
    return rounded
