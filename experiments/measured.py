"""What a run has measured, as arrays for the statistics: (settings, prompts, repeats)."""

from __future__ import annotations

import numpy as np
from sqlalchemy import select

from experiments.journal import Journal, Run
from experiments.paired import Array, by_prompt
from experiments.types import Stage
from usage.tables import cells, prompts


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


def complete(journal: Journal, run: Run) -> int | None:
    """How many of the first prompts have nothing open; None where cells do not go by prompts."""
    if run.plan.design == "adaptive":
        return None
    ids = prompt_ids(journal, run.id)
    open_ = (cells.c.run == run.id, cells.c.state.in_(("waiting", "running")))
    # Cells are numbered prompt by prompt, so the first open one tells.
    query = select(cells.c.prompt_id).where(*open_, cells.c.stage == "main")
    rows = journal.store.rows(query.order_by(cells.c.number).limit(1))
    return ids.index(rows[0]["prompt_id"]) if rows else len(ids)


def means(values: Array) -> Array:
    """The mean of each setting over prompts, its repeats first; NaN where there is none."""
    return by_prompt(by_prompt(values))
