"""Means of a score with 95 % intervals: of each setting, of each level of a factor, of two.

Intervals are over prompts, not over calls: repeats only reduce the noise within a prompt.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

# A factor of more values than that is shown by quarters of its range.
MOST_LEVELS = 6
_QUARTERS = 4


def by_group(
    cells: pd.DataFrame, score: str, keys: Sequence[str], *, within: bool = True
) -> pd.DataFrame:
    """The mean of `score` for each combination of `keys`, with `low` and `high`.

    `cells` has the columns prompt_id, `score` and `keys`. Rows are in the order of the keys'
    values; combinations that were not asked have none. With one prompt there is no interval.
    `within`: what prompts differ in is taken out, so that intervals are for comparing the groups
    (Morey 2008, https://doi.org/10.20982/tqmp.04.2.p061); else each is of its mean alone.
    """
    known = cells[cells[score].notna()]
    if known.empty:
        return pd.DataFrame(columns=[*keys, "mean", "low", "high", "prompts"])
    each = known.groupby([*keys, "prompt_id"], sort=True, dropna=False)[score].mean().reset_index()
    groups = each.groupby(list(keys), sort=True, dropna=False)
    spread, widen = each[score], 1.0
    if within and groups.ngroups > 1:
        spread = spread - each.groupby("prompt_id")[score].transform("mean")
        widen = np.sqrt(groups.ngroups / (groups.ngroups - 1))
    each["spread"] = spread * widen
    rows = [
        {**dict(zip(keys, found, strict=True)), **_interval(part[score], part["spread"])}
        for found, part in groups
    ]
    return pd.DataFrame(rows)


def leveled(cells: pd.DataFrame, name: str) -> pd.Series:
    """A factor's values as levels: as they are, or of many numbers the quarters of their range."""
    values = cells[name]
    numbers = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if not numbers:
        return values.map(lambda value: "" if value is None or value != value else value)
    if values.nunique() <= MOST_LEVELS:
        return values
    cut = pd.qcut(values, _QUARTERS, duplicates="drop")
    return cut.map(lambda each: f"{each.left:.3g}–{each.right:.3g}").astype(object)


def _interval(values: pd.Series, spread: pd.Series) -> dict[str, Any]:
    mean, count = float(values.mean()), len(values)
    half = np.nan
    if count > 1:
        half = float(stats.t.ppf(0.975, count - 1) * spread.std(ddof=1) / np.sqrt(count))
    return {"mean": mean, "low": mean - half, "high": mean + half, "prompts": count}
