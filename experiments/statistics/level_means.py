"""Means of a score with 95 % intervals, each of its own: of a setting, or of a place on a surface.

Intervals are over prompts, not over calls: repeats only reduce the noise within a prompt. For
comparing means there are `effects` and `said`, which take out how hard the prompts are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special


def by_group(cells: pd.DataFrame, score: str, keys: Sequence[str]) -> pd.DataFrame:
    """The mean of `score` for each combination of `keys`, with `low` and `high`.

    `cells` has the columns prompt_id, `score` and `keys`. Combinations without a score have no
    row; with one prompt there is no interval.
    """
    known = cells[cells[score].notna()]
    each = known.groupby([*keys, "prompt_id"], dropna=False)[score].mean().reset_index()
    groups = each.groupby(list(keys), dropna=False)[score]
    found = groups.agg(["mean", "std", "count"]).reset_index()
    few = np.maximum(found["count"].to_numpy(float) - 1, 1)
    half = special.stdtrit(few, 0.975) * found["std"] / np.sqrt(found["count"])
    return found.drop(columns=["std", "count"]).assign(
        low=found["mean"] - half, high=found["mean"] + half
    )
