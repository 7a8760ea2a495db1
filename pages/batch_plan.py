"""What the batch page asks of the engine about a batch that is set up, and of all others."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

import wiring
from backends import Words
from experiments import batch as batches
from experiments import batch_results
from experiments.batch import Batch, plan_batch
from experiments.estimate import estimate
from experiments.journal import Journal, Run
from experiments.plan_values import PlanTrouble
from experiments.ready import check
from experiments.tabular.tables import Table, TableTrouble, read_table
from experiments.tabular.template import Rendered, TemplateTrouble, render
from experiments.tabular.template import check as check_template
from pages import reader
from pages.tune_plan import begun, state
from panels import streamlit_batch_steps as steps
from panels.streamlit_batch_setup import notes
from panels.streamlit_tune_before import before
from panels.streamlit_tune_run import State
from panels.streamlit_visitor import visitor
from panels.words import Lang


@dataclass(frozen=True, slots=True)
class Far:
    """How far a batch is: its rows, and answers that are there, failed among them, and to go."""

    state: State
    rows: int
    done: int
    failed: int
    open: int


def read(data: bytes, name: str, sheet: str | None) -> Table | Words:
    """The table in a file's bytes, or the sentence on why there is none."""
    try:
        return read_table(data, name, sheet)
    except TableTrouble as trouble:
        return trouble.message


def rendered(table: Table, template: str, row: int) -> Rendered | Words:
    """The question of a row counted from 0, or the sentence on why there is none."""
    try:
        check_template(template, table.columns)
        return render(template, dict(zip(table.columns, table.rows[row], strict=True)))
    except TemplateTrouble as trouble:
        return trouble.message


def planned(form: Mapping[str, Any], table: Table, name: str, desk: wiring.Desk) -> Batch | Words:
    """The batch of a form, or the sentence on why it cannot run."""
    given = {key: value for key, value in form.items() if key != "template"}
    try:
        batch = plan_batch(table, form["template"], name, given)
        check(batch.plan, desk.catalogue, local=False)
    except PlanTrouble as trouble:
        return trouble.message
    return batch


def trouble(form: Mapping[str, Any], name: str, table: Table, desk: wiring.Desk) -> list[Words]:
    """What is wrong with a form, told by its first row; nothing if it can run."""
    first = planned(form, replace(table, rows=table.rows[:1]), name, desk)
    return [first] if isinstance(first, Words) else []


def confirm(desk: wiring.Desk, journal: Journal, name: str, table: Table, lang: Lang) -> None:
    """The page before the first call: what it takes, and the button that starts it."""
    made = planned(steps.STEPS.held(), table, name, desk)
    if isinstance(made, Words):
        # What was checked can be overtaken, as when a model is no longer served.
        steps.STEPS.go("setup")
        return
    plan = made.plan
    emulated = [model for model in plan.models if desk.emulated(model.partition("/")[0])]
    expected = estimate(plan, desk.catalogue, desk.store, desk.prices, desk.emulated)
    renamed = batch_results.columns(table.columns, plan.models).renamed
    pressed = before(plan.name, [], emulated, expected, lang, notes(made.gaps, renamed, lang))
    if pressed == "start":
        steps.STEPS.start(lambda: begun(desk, batches.create(journal, made, visitor().name)))
    elif pressed == "back":
        steps.STEPS.go("setup")


def far(journal: Journal, run: Run, desk: wiring.Desk) -> Far:
    """How far a batch is. What is put off counts as to go, and nobody works at it."""
    counts = journal.counts(run.id)
    later = batches.put_off(counts)
    open_ = counts.get("waiting", 0) + counts.get("running", 0)
    now = state(journal, run, desk)
    if later and now == "finished":
        now = "paused"
    done, left = counts.get("done", 0), open_ + later
    rows = (done + left) // max(len(run.settings), 1)
    return Far(now, rows, done, batches.failed(counts), left)


def listed(journal: Journal, desk: wiring.Desk) -> list[dict[str, Any]]:
    """The latest batches, newest first, as the list draws them."""
    zone = st.context.timezone
    found = []
    for run in journal.latest(kind="batch", user=reader()):
        now = far(journal, run, desk)
        created = run.created_at.astimezone(zoneinfo.ZoneInfo(zone) if zone else None)
        found.append(
            {
                "id": run.id,
                "created": f"{created:%Y-%m-%d %H:%M}",
                "name": run.name,
                "models": ", ".join(batches.models(run)),
                "state": now.state,
                "done": now.done,
                "open": now.open,
            }
        )
    return found
