"""A batch: every row of a table asked by one template, of one or more models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from backends import ANSWERED_STATES
from experiments import designs
from experiments.journal import Journal, Run
from experiments.plan import without_prompts
from experiments.tabular.table_types import Table
from experiments.tabular.template import check, render
from experiments.types import Plan, Prompt
from usage.tables import cells

# The event of a run that says which table and template it was made of.
_MADE_OF = "batch"


@dataclass(frozen=True, slots=True)
class Source:
    """What a batch was made of: the table's name and columns, and the template."""

    table: str
    columns: tuple[str, ...]
    template: str


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch before its first call.

    `gaps` are the rows, counted from 1, that have no value for a field of the template, by field;
    they are asked all the same, with nothing in its place.
    """

    plan: Plan
    source: Source
    gaps: Mapping[str, tuple[int, ...]]


def plan_batch(table: Table, template: str, name: str, form: Mapping[str, Any]) -> Batch:
    """The batch of a table called `name`; `form` has keys of a study's plan: models, params, …

    The prompt of each row has the row's number, counted from 1, as its id.

    Raises:
        TemplateTrouble: the template does not fit the table.
        PlanTrouble: a key of `form` is unknown, missing or of the wrong kind.
    """
    plan = without_prompts({"name": name, **form})
    check(template, table.columns)
    prompts: list[Prompt] = []
    gaps: dict[str, list[int]] = {}
    for number, row in enumerate(table.records(), 1):
        said = render(template, row)
        prompts.append(Prompt(str(number), said.text, None, row))
        for field in said.missing:
            gaps.setdefault(field, []).append(number)
    return Batch(
        replace(plan, prompts=tuple(prompts)),
        Source(name, table.columns, template),
        {field: tuple(numbers) for field, numbers in gaps.items()},
    )


def create(journal: Journal, batch: Batch, user: str | None = None) -> str:
    """Record a batch before its first call; returns the run's id."""
    plan, source = batch.plan, batch.source
    settings = designs.settings(plan)
    planned = designs.cells(plan, range(len(settings)))
    run = journal.create(plan, settings, planned, kind="batch", user=user)
    # Databases may keep the names of a row in an order of their own, so the order is noted.
    journal.note(
        run,
        _MADE_OF,
        table=source.table,
        columns=list(source.columns),
        template=source.template,
    )
    return run


def source(run: Run, first: Prompt | None = None) -> Source:
    """What a batch was made of; its `first` prompt tells the columns if nothing else does."""
    for event in run.events:
        if event["kind"] == _MADE_OF:
            return Source(event["table"], tuple(event["columns"]), event["template"])
    return Source(run.name, tuple(first.columns) if first else (), "")


def failed(counts: Mapping[str, int]) -> int:
    """How many rows came to no answer, from the counts of the journal."""
    answered = sum(counts.get(f"done:{state}", 0) for state in ANSWERED_STATES)
    return counts.get("done", 0) - answered


def put_off(counts: Mapping[str, int]) -> int:
    """How many rows are left for later, by a retry of the failed ones alone."""
    return counts.get("dropped", 0)


def take_up(journal: Journal, run: str) -> None:
    """Have what was put off called after all, together with what waits."""
    journal.reopen(run, cells.c.state == "dropped")


def retry_failed(journal: Journal, run: str) -> None:
    """Have the rows without an answer called again, and nothing else until `take_up`."""
    journal.drop(run)
    unanswered = cells.c.outcome.not_in(sorted(ANSWERED_STATES))
    journal.reopen(run, cells.c.state == "done", unanswered)


def models(run: Run) -> Sequence[str]:
    """The models asked, in the order of their settings."""
    return [setting.model for setting in run.settings]
