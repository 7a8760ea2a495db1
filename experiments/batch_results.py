"""A batch's table with its answers beside each row, read from the store page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TextIO

from sqlalchemy import select

from backends import Call, Usage
from experiments.batch import models, source
from experiments.journal import Journal, Run
from usage.prices import Prices
from usage.sheets import write_table
from usage.tables import calls, cells, prompts

Language = Literal["zh", "en"]

# What is told of each row's answer by each model.
FIGURES = (
    "answer",
    "state",
    "input_tokens",
    "output_tokens",
    "cost",
    "currency",
    "error",
    "emulated",
    "call_id",
)
_CALL = (
    "provider",
    "model",
    "emulated",
    "started_ms",
    "text",
    "input_tokens",
    "output_tokens",
    "usage_source",
    "usage_details",
    "error",
)
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of the table that comes out: the own ones, then one per model and figure.

    `told` maps (setting, figure) to the column's name. `renamed` are the figures whose plain name
    the table had already, with the name they have instead.
    """

    own: tuple[str, ...]
    told: Mapping[tuple[int, str], str]
    renamed: Mapping[str, str]

    @property
    def all(self) -> tuple[str, ...]:
        """Every column, in order."""
        return (*self.own, *self.told.values())


def columns(own: Sequence[str], asked: Sequence[str]) -> Columns:
    """The columns for the answers of these models; of several, each figure names its model."""
    told: dict[tuple[int, str], str] = {}
    renamed: dict[str, str] = {}
    taken = set(own)
    for number, model in enumerate(asked):
        for figure in FIGURES:
            plain = figure if len(asked) == 1 else f"{model} {figure}"
            name = _free(plain, taken)
            if name != plain:
                renamed[plain] = name
            taken.add(name)
            told[number, figure] = name
    return Columns(tuple(own), told, renamed)


def _free(name: str, taken: set[str]) -> str:
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    return found


def columns_of(journal: Journal, run: Run) -> Columns:
    """The columns of a batch's results."""
    first = next(journal.prompts(run.id, ["1"]), None)
    return columns(source(run, first).columns, models(run))


def rows(
    journal: Journal, run: Run, prices: Prices, language: Language = "en"
) -> Iterator[dict[str, Any]]:
    """The table's rows in order with what is known of their answers; nothing is None."""
    names = columns_of(journal, run)
    after = -1
    while page := _prompts(journal, run.id, after):
        answers = _answers(journal, run, after + 1, after := page[-1]["position"])
        for row in page:
            said = dict(row["columns"])
            for number in range(len(run.settings)):
                figures = _figures(answers.get((row["id"], number)), prices, language)
                said |= {names.told[number, name]: value for name, value in figures.items()}
            yield said


def write(
    journal: Journal,
    run: Run,
    prices: Prices,
    form: str,
    target: Path | TextIO,
    language: Language = "en",
) -> int:
    """Write a batch's table with its answers; returns how many rows.

    Raises:
        KeyError: another form than of `usage.sheets.FORMS`. TypeError: a binary form without a
            path.
    """
    found = rows(journal, run, prices, language)
    return write_table(columns_of(journal, run).all, found, form, target)


def _prompts(journal: Journal, run: str, after: int) -> Sequence[Mapping[str, Any]]:
    wanted = select(prompts.c.position, prompts.c.id, prompts.c.columns)
    here = wanted.where(prompts.c.run == run, prompts.c.position > after)
    return journal.store.rows(here.order_by(prompts.c.position).limit(_PAGE))


def _answers(
    journal: Journal, run: Run, first: int, last: int
) -> dict[tuple[str, int], Mapping[str, Any]]:
    """What is on record of these rows' cells, by the row's id and the number of its setting."""
    wanted = (cells.c[name] for name in ("prompt_id", "setting", "state", "outcome", "call_id"))
    # Every row has one cell of each setting, numbered row by row; numbers are the primary key.
    each = len(run.settings)
    query = (
        select(*wanted, *(calls.c[name] for name in _CALL))
        .select_from(cells.outerjoin(calls, cells.c.call_id == calls.c.id))
        .where(cells.c.run == run.id)
        .where(cells.c.number >= first * each, cells.c.number < (last + 1) * each)
    )
    return {(row["prompt_id"], row["setting"]): row for row in journal.store.rows(query)}


def _figures(row: Mapping[str, Any] | None, prices: Prices, language: Language) -> dict[str, Any]:
    if row is None:
        return dict.fromkeys(FIGURES)
    call = None if row["provider"] is None else _call(row)
    cost = None if call is None else prices.cost(call)
    usage = None if call is None else call.usage
    return {
        "answer": row["text"],
        "state": row["outcome"] or row["state"],
        # An estimate of ours is no figure of theirs.
        "input_tokens": usage and usage.input_tokens,
        "output_tokens": usage and usage.output_tokens,
        "cost": None if cost is None else float(cost.amount),
        "currency": None if cost is None else cost.currency,
        "error": _error(row["error"], language),
        "emulated": row["emulated"],
        "call_id": row["call_id"],
    }


def _call(row: Mapping[str, Any]) -> Call:
    """As much of a call as its cost needs."""
    usage = None
    if row["usage_source"] == "provider":
        usage = Usage(
            row["input_tokens"], row["output_tokens"], None, row["usage_details"] or {}, "provider"
        )
    started = datetime.fromtimestamp(row["started_ms"] / 1000, UTC)
    return Call(
        row["call_id"],
        1,
        None,
        started,
        row["provider"],
        row["model"],
        row["emulated"],
        row["outcome"],
        usage=usage,
    )


def _error(form: Mapping[str, Any] | None, language: Language) -> str | None:
    """Class and code, our sentence, and the provider's own words."""
    if form is None:
        return None
    sentence = form["message_zh" if language == "zh" else "message"]
    kind = f"{form['class']} {form['code'] or ''}".strip()
    return f"{kind}: {sentence}" + (f" ({form['said']})" if form["said"] else "")
