"""What a run has measured, as arrays for the statistics: (settings, prompts, repeats)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, func, select

from experiments import designs
from experiments.journal import Journal, Run
from experiments.statistics.paired import Array, by_prompt
from experiments.types import Stage
from usage.tables import cells, prompts

_OPEN = ("waiting", "running")


def prompt_ids(journal: Journal, run: str) -> list[str]:
    """The ids of a run's prompts, in order."""
    query = select(prompts.c.id).where(prompts.c.run == run).order_by(prompts.c.position)
    return [row["id"] for row in journal.store.rows(query)]


def choosing(run: Run, count: int) -> int:
    """How many of the first of so many prompts choose the winner; the others measure it again."""
    return count - designs.held_out(run.plan, count)


def scores(journal: Journal, run: Run, label: str, stage: Stage = "main") -> Array:
    """One score of every answer, of shape (settings, prompts of that stage, repeats).

    NaN where there is no figure: not called, no answer, or an answer that cannot be scored.
    """
    places = {name: place for place, name in enumerate(prompt_ids(journal, run.id))}
    repeats = run.plan.repeats if stage == "main" else run.plan.remeasure
    found = np.full((len(run.settings), len(places), max(repeats, 1)), np.nan)
    done = (cells.c.stage == stage, cells.c.state == "done")
    columns = (cells.c.setting, cells.c.prompt_id, cells.c.repeat, cells.c.scores)
    for row in journal.store.rows(select(*columns).where(cells.c.run == run.id, *done)):
        figure = row["scores"].get(label)
        if figure is not None:
            found[row["setting"], places[row["prompt_id"]], row["repeat"]] = figure
    first = choosing(run, len(places))
    if stage == "main":
        return found[:, :first]
    return found[:, first:] if first < len(places) else found


def complete(journal: Journal, run: Run, ids: Sequence[str] = ()) -> int:
    """How many of the first prompts have nothing open.

    An adaptive design asks every prompt in each of its trials; there it is all or none. `ids`
    spares whoever asks often the reading of all `prompt_ids`.
    """
    ids = ids or prompt_ids(journal, run.id)
    ids = ids[: choosing(run, len(ids))]
    if run.plan.design == "adaptive":
        first = list(_first(journal, run.id, cells.c.state.in_(_OPEN)).values())
    else:
        first = _first_open(journal, run.id)
    return min(map(ids.index, first), default=len(ids))


def asked(journal: Journal, run: Run) -> list[int]:
    """How many of the first prompts each setting was asked, before it was given up."""
    ids = prompt_ids(journal, run.id)
    most = complete(journal, run, ids)
    dropped = _first(journal, run.id, cells.c.state == "dropped")
    return [
        min(most, ids.index(dropped[setting])) if setting in dropped else most
        for setting in range(len(run.settings))
    ]


def _first(journal: Journal, run: str, condition: ColumnElement[bool]) -> dict[int, str]:
    """Of each setting the prompt of its first cell that meets the condition.

    Cells are numbered prompt by prompt, so the least number is of the first prompt.
    """
    found = (
        select(func.min(cells.c.number))
        .where(cells.c.run == run, cells.c.stage == "main", condition)
        .group_by(cells.c.setting)
    )
    query = select(cells.c.setting, cells.c.prompt_id)
    rows = journal.store.rows(query.where(cells.c.run == run, cells.c.number.in_(found)))
    return {row["setting"]: row["prompt_id"] for row in rows}


def _first_open(journal: Journal, run: str) -> list[str]:
    """The prompt of the first open cell; asked after every few calls, so each state is one seek."""
    found: list[Mapping[str, Any]] = []
    for state in _OPEN:
        open_ = (cells.c.run == run, cells.c.state == state, cells.c.stage == "main")
        query = select(cells.c.number, cells.c.prompt_id).where(*open_)
        found += journal.store.rows(query.order_by(cells.c.number).limit(1))
    return [row["prompt_id"] for row in sorted(found, key=lambda row: row["number"])[:1]]


def means(values: Array) -> Array:
    """The mean of each setting over prompts, its repeats first; NaN where there is none."""
    return by_prompt(by_prompt(values))
