"""Means of a score with 95 % intervals, each of its own: of a setting, or of a place on a surface.

Intervals are over prompts, not over calls: repeats only reduce the noise within a prompt. For
comparing means there are `effects` and `said`, which take out how hard the prompts are.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from experiments.statistics.paired import Bounds, Paired, scale, within

_UNKNOWN = (float("nan"), float("nan"))


def by_group(
    cells: pd.DataFrame, score: str, keys: Sequence[str], bounds: Bounds = (None, None)
) -> pd.DataFrame:
    """The mean of `score` for each combination of `keys`, with `low` and `high`.

    `cells` has the columns prompt_id, `score` and `keys`. Combinations without a score have no
    row. NaN where there is no interval: with one prompt, or where all agree on a score without
    `bounds`, which leaves open how far the next one lies.
    """
    known = cells[cells[score].notna()]
    each = known.groupby([*keys, "prompt_id"], dropna=False)[score].mean().reset_index()
    groups = each.groupby(list(keys), dropna=False)[score]
    ends = [_ends(Paired(part.to_numpy(float), scale(bounds)), bounds) for _, part in groups]
    return (
        groups.mean()
        .rename("mean")
        .reset_index()
        .assign(low=[low for low, _ in ends], high=[high for _, high in ends])
    )


def _ends(scores: Paired, bounds: Bounds) -> tuple[float, float]:
    found = scores.interval()
    return _UNKNOWN if found is None else (within(found[0], bounds), within(found[1], bounds))
