"""What the tune page asks of the engine about a study that is being written, and of all others."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from typing import Any

import streamlit as st

import wiring
from backends import Words
from experiments import designs
from experiments.journal import Journal, Run
from experiments.plan import plan_of
from experiments.plan_values import PlanTrouble
from experiments.ready import check
from experiments.tabular.tables import Table, TableTrouble, prompts_of, read_table
from experiments.types import Plan
from pages import reader
from panels.streamlit_tune_run import State, state_of
from panels.tune_draft import Count, prompt_form
from usage.owners import is_dead


def checked(form: Mapping[str, Any], desk: wiring.Desk) -> tuple[Plan | None, Words | None]:
    """The plan of a form, or the sentence on why it cannot run."""
    try:
        plan = plan_of(form)
        check(plan, desk.catalogue, local=False)
    except PlanTrouble as trouble:
        return None, trouble.message
    return plan, None


def size(plan: Plan) -> dict[str, Count]:
    """How many settings, prompts and repeats a plan has, the calls that makes, the most of them
    that are made (0: all), and how many prompts are held back to measure the winner again."""
    settings = plan.points if plan.design == "adaptive" else len(designs.settings(plan))
    held = designs.held_out(plan, len(plan.prompts))
    prompts = len(plan.prompts) - held
    calls = settings * prompts * plan.repeats
    budget = plan.budget_calls
    return {
        "settings": Count(settings),
        "prompts": Count(prompts),
        "repeats": Count(plan.repeats),
        "calls": Count(calls),
        "most": Count(budget if budget is not None and budget < calls else 0),
        "held": Count(held),
    }


def state(journal: Journal, run: Run, desk: wiring.Desk) -> State:
    """What to call the state of a run."""
    counts = journal.counts(run.id)
    open_ = counts.get("waiting", 0) + counts.get("running", 0)
    busy = desk.works.going(run.id) or journal.worked_at(run.id, is_dead)
    return state_of(journal.wanted(run.id), open_, busy)


def begun(desk: wiring.Desk, run: str) -> str:
    """The id of a run that was created, once this process works at it."""
    desk.works.start(run)
    return run


def listed(journal: Journal, desk: wiring.Desk) -> list[dict[str, Any]]:
    """The latest studies, newest first, as the list draws them."""
    zone = st.context.timezone
    found = []
    for run in journal.latest(kind="study", user=reader()):
        counts = journal.counts(run.id)
        open_ = counts.get("waiting", 0) + counts.get("running", 0)
        created = run.created_at.astimezone(zoneinfo.ZoneInfo(zone) if zone else None)
        found.append(
            {
                "id": run.id,
                "created": f"{created:%Y-%m-%d %H:%M}",
                "name": run.name,
                "state": state(journal, run, desk),
                "done": counts.get("done", 0),
                "open": open_,
            }
        )
    return found


def read(data: bytes, name: str) -> Table | Words:
    """The table in an uploaded file, or the sentence on why there is none."""
    try:
        return read_table(data, name)
    except TableTrouble as trouble:
        return trouble.message


def prompts(
    table: Any, prompt: str, name: str | None, reference: str | None
) -> list[dict[str, str]] | Words:
    """The prompts in a table's columns, or the sentence on what is wrong with a row."""
    try:
        found = prompts_of(table, prompt, name, reference)
    except TableTrouble as trouble:
        return trouble.message
    return [{"id": each.id, **prompt_form(each.text, each.reference or "")} for each in found]
