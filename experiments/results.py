"""What came of a run: verdicts on its scores, and the run as JSON or as a table of its cells."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from backends import redactor
from experiments.declared import Followed, followed
from experiments.designs import labels
from experiments.factors_of import Factors
from experiments.journal import Journal, Run
from experiments.plan import as_form
from experiments.said import verdicts
from experiments.statistics.winner_said import winner_of
from usage.sheets import neutral
from usage.tables import calls, cells


def exported(journal: Journal, run: Run, form: str) -> str:
    """A run as "json", or its cells as "csv"; emulated calls are marked in both.

    Raises:
        KeyError: another form.
    """
    return _FORMS[form](journal, run)


def cell_forms(journal: Journal, run: Run) -> Iterator[dict[str, Any]]:
    """Every cell as plain values; `state` is the final state of its call once there is one."""
    names = labels(run.settings)
    query = (
        select(cells, calls.c.emulated, calls.c.error_class, calls.c.error_code)
        .select_from(cells.outerjoin(calls, cells.c.call_id == calls.c.id))
        .where(cells.c.run == run.id)
        .order_by(cells.c.number)
    )
    for row in journal.store.rows(query):
        yield {
            "cell": row["number"],
            "prompt_id": row["prompt_id"],
            "setting": names[row["setting"]],
            "repeat": row["repeat"],
            "stage": row["stage"],
            "call_id": row["call_id"],
            "state": row["outcome"] or row["state"],
            "error": row["error_class"],
            "code": row["error_code"],
            "emulated": row["emulated"],
            "scores": row["scores"],
        }


def as_json(journal: Journal, run: Run) -> dict[str, Any]:
    """A whole run as plain values, under the names of the command-line contract."""
    listed = list(cell_forms(journal, run))
    return {
        "run": run.id,
        "name": run.name,
        "question": run.plan.question,
        "created_at": run.created_at.isoformat(),
        "emulated": any(cell["emulated"] for cell in listed),
        "plan": as_form(journal.whole_plan(run)),
        "settings": [
            {"label": label, **asdict(setting)}
            for label, setting in zip(labels(run.settings), run.settings, strict=True)
        ],
        "cells": listed,
        "verdicts": [asdict(verdict) for verdict in verdicts(journal, run)],
        "winner": _winner(journal, run),
        **_factors(Factors(journal, run)),
        "preregistered": _declared(followed(journal, run)),
        "events": list(run.events),
    }


def _declared(said: Followed | None) -> dict[str, Any] | None:
    if said is None:
        return None
    return {
        **asdict(said.declared),
        "followed": not said.departures,
        "departures": [words.en for words in said.departures],
        "departures_zh": [words.zh for words in said.departures],
    }


def _factors(told: Factors) -> dict[str, Any]:
    return {
        "effects": [asdict(each) for each in told.effects],
        "interactions": [asdict(each) for each in told.interactions],
        "predicted": [{"model": model, **asdict(best)} for model, best in told.optima],
    }


def _winner(journal: Journal, run: Run) -> dict[str, Any] | None:
    names, found = labels(run.settings), winner_of(journal, run)
    if found is None:
        return None
    return asdict(found) | {"setting": names[found.setting], "first": names[found.first]}


def _as_json_text(journal: Journal, run: Run) -> str:
    return json.dumps(redactor.scrub(as_json(journal, run)), ensure_ascii=False, indent=1)


def _as_csv(journal: Journal, run: Run) -> str:
    out = io.StringIO()
    names = [spec.label for spec in run.plan.scores]
    columns = ["cell", "prompt_id", "setting", "repeat", "stage", "call_id", "state", "error",
               "code", "emulated", *names]  # fmt: skip
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    for cell in cell_forms(journal, run):
        row = redactor.scrub(cell | cell.pop("scores"))
        writer.writerow({key: neutral(value) for key, value in row.items()})
    return out.getvalue().rstrip("\n")


_FORMS: Mapping[str, Callable[[Journal, Run], str]] = {"json": _as_json_text, "csv": _as_csv}
FORMS = tuple(_FORMS)
