"""What a run is made of, as parts of a bundle, and back into a store."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, get_args

from sqlalchemy import Connection, insert, select

from backends import Call, State, as_json
from experiments.bundles.bundle_parts import (
    BundleTrouble,
    bad_part,
    read_lines,
    read_part,
    write_lines,
    write_part,
)
from experiments.journal import Journal, Run
from experiments.plan import without_prompts
from experiments.plan_values import PlanTrouble
from experiments.types import CellState, Kind, Plan, Stage, Wanted
from usage import Store
from usage.call_form import FormTrouble, call_of
from usage.shapes import (
    Shape,
    anything,
    between,
    count,
    every,
    mapping,
    maybe,
    number,
    one_of,
    record,
    text,
)
from usage.tables import cells, prompts, runs

PLAN, PROMPTS, CELLS, CALLS = "plan.json", "prompts.jsonl", "cells.jsonl", "calls.jsonl"
_CHUNK = 200
# Settings × prompts × repeats, for which figures are held; a stranger may name any numbers.
_MOST_FIGURES = 20_000_000

_RUN: Mapping[str, Shape] = {
    "id": text,
    "kind": one_of(*get_args(Kind)),
    "name": text,
    # Until about the year 2190.
    "created_ms": between(0, 7_000_000_000_000),
    "user": maybe(text),
    "wanted": one_of(*get_args(Wanted)),
    "plan": mapping(anything),
    "settings": every(record({"model": text, "params": mapping(anything), "system": text})),
    "events": every(mapping(anything)),
}
_PROMPT = record({"id": text, "text": text, "reference": maybe(text), "columns": mapping(anything)})
_CELL = record(
    {
        "number": count,
        "prompt_id": text,
        "setting": count,
        "repeat": count,
        "stage": one_of(*get_args(Stage)),
        "state": one_of(*get_args(CellState)),
        "call_id": maybe(text),
        "outcome": maybe(one_of(*get_args(State))),
        "scores": mapping(maybe(number)),
    }
)


def dump(journal: Journal, run_id: str, folder: Path) -> None:
    """Write a run's plan, prompts, cells and calls into a folder, without any known secret.

    The run may go on meanwhile: what a cell refers to is read after the cell.
    """
    write_lines(folder, CELLS, map(asdict, journal.cells(run_id)))
    columns = (runs.c[name] for name in _RUN)
    [row] = journal.store.rows(select(*columns).where(runs.c.id == run_id))
    for spec in row["plan"].get("scores", ()):
        # Where the author's own function lies on this machine is nobody's business.
        spec.pop("folder", None)
    write_part(folder, PLAN, row)
    write_lines(folder, PROMPTS, map(asdict, journal.prompts(run_id)))
    calls = (as_json(call, whole=True) for call in journal.store.each(run_id))
    write_lines(folder, CALLS, calls)


def load(folder: Path, store: Store) -> Run:
    """Put what `dump` wrote into an empty store.

    Raises:
        BundleTrouble: a part is not as it was written, or does not fit the others.
    """
    row = read_part(folder, PLAN, record(_RUN))
    try:
        plan = without_prompts(row["plan"])
    except PlanTrouble as trouble:
        raise BundleTrouble(trouble.message) from None
    store.write(lambda connection: connection.execute(insert(runs), row)).result()
    asked = _load_prompts(folder, store, row["id"])
    _check_size(plan, len(row["settings"]), len(asked))
    made = _load_calls(folder, store, row["id"])
    fits = _fits(plan, len(row["settings"]), asked, made)
    listed = _numbered(read_lines(folder, CELLS, _CELL), fits)
    _insert(store, insert(cells), ({**form, "run": row["id"]} for form in listed))
    run = Journal(store).find(row["id"])
    assert run is not None, "it was inserted above"
    return run


def _load_prompts(folder: Path, store: Store, run: str) -> set[str]:
    seen: set[str] = set()

    def rows() -> Iterator[dict[str, Any]]:
        for line, form in read_lines(folder, PROMPTS, _PROMPT):
            if form["id"] in seen:
                raise bad_part(PROMPTS, ".id", line)
            seen.add(form["id"])
            yield {**form, "run": run, "position": line - 1}

    _insert(store, insert(prompts), rows())
    return seen


def _load_calls(folder: Path, store: Store, run: str) -> set[str]:
    seen: set[str] = set()

    def made() -> Iterator[Call]:
        # The shape of a call is checked where it is read, with everything else about it.
        for line, form in read_lines(folder, CALLS, anything):
            try:
                call = call_of(form)
            except FormTrouble as trouble:
                raise bad_part(CALLS, trouble.where, line) from None
            if call.id in seen or call.run != run:
                raise bad_part(CALLS, ".id" if call.id in seen else ".run", line)
            seen.add(call.id)
            yield call

    calls = made()
    while batch := list(itertools.islice(calls, _CHUNK)):
        store.take_over(batch)
    return seen


def _check_size(plan: Plan, settings: int, asked: int) -> None:
    if settings * asked * max(plan.repeats, plan.remeasure) > _MOST_FIGURES:
        raise bad_part(PLAN, ".plan.repeats")


def _fits(
    plan: Plan, settings: int, asked: set[str], made: set[str]
) -> Callable[[dict[str, Any]], str | None]:
    """What of a cell does not fit the run, if anything."""

    def odd(form: dict[str, Any]) -> str | None:
        repeats = plan.repeats if form["stage"] == "main" else max(plan.remeasure, 1)
        wrong = {
            "prompt_id": form["prompt_id"] not in asked,
            "setting": form["setting"] >= settings,
            "repeat": form["repeat"] >= repeats,
            "call_id": form["call_id"] not in made
            and (form["call_id"] is not None or form["outcome"] is not None),
        }
        return next((f".{name}" for name, is_so in wrong.items() if is_so), None)

    return odd


def _numbered(
    lines: Iterator[tuple[int, dict[str, Any]]], odd: Callable[[dict[str, Any]], str | None]
) -> Iterator[dict[str, Any]]:
    """The cells, which count upwards."""
    last = -1
    for line, form in lines:
        where = odd(form) if form["number"] > last else ".number"
        if where is not None:
            raise bad_part(CELLS, where, line)
        last = form["number"]
        yield form


def _insert(store: Store, statement: Any, rows: Iterator[dict[str, Any]]) -> None:
    while batch := list(itertools.islice(rows, _CHUNK)):
        store.write(partial(_execute, statement=statement, batch=batch)).result()


def _execute(connection: Connection, statement: Any, batch: list[dict[str, Any]]) -> None:
    connection.execute(statement, batch)
