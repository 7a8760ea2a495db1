"""What a run has measured, as arrays for the statistics: (settings, prompts, repeats)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from experiments.journal import Journal, Run
from experiments.types import Stage
from usage.tables import cells, prompts

Array = NDArray[np.float64]


def prompt_ids(journal: Journal, run: str) -> list[str]:
    """The ids of a run's prompts, in order."""
    query = select(prompts.c.id).where(prompts.c.run == run).order_by(prompts.c.position)
    return [row["id"] for row in journal.store.rows(query)]


def scores(journal: Journal, run: Run, label: str, stage: Stage = "main") -> Array:
    """One score of every answer, of shape (settings, prompts, repeats).

    NaN where there is no figure: not called, no answer, or an answer that cannot be scored.
    """
    places = {name: place for place, name in enumerate(prompt_ids(journal, run.id))}
    repeats = run.plan.repeats if stage == "main" else run.plan.remeasure
    found = np.full((len(run.settings), len(places), max(repeats, 1)), np.nan)
    done = (cells.c.stage == stage, cells.c.state == "done")
    for cell in journal.cells(run.id, *done):
        figure = cell.scores.get(label)
        if figure is not None:
            found[cell.setting, places[cell.prompt_id], cell.repeat] = figure
    return found


def means(values: Array) -> Array:
    """The mean of each setting over prompts, its repeats first; NaN where there is none."""
    by_prompt = _mean(values, 2)
    return _mean(by_prompt, 1)


def _mean(values: Array, axis: int) -> Array:
    known = ~np.isnan(values)
    count = known.sum(axis=axis)
    total = np.where(known, values, 0.0).sum(axis=axis)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
