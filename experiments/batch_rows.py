"""The rows of a batch with what came of each: asked, answered, at what cost, or why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import and_, case, distinct, func, not_, select

from backends import ANSWERED_STATES, Call, Usage
from experiments.journal import Journal, Run
from usage.prices import Prices
from usage.tables import calls, cells, prompts

Language = Literal["zh", "en"]
Which = Literal["answered", "failed", "open"]

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


_ANSWERED = cells.c.outcome.in_(sorted(ANSWERED_STATES))
_SUCH: Mapping[Which, Any] = {
    "answered": _ANSWERED,
    "failed": and_(cells.c.state == "done", not_(_ANSWERED)),
    "open": cells.c.state != "done",
}


@dataclass(frozen=True, slots=True)
class Totals:
    """Tokens of a batch as the providers counted them, and their cost.

    `unpriced` are calls without an error whose cost is not known; `emulated` says whether
    emulators answered any of them.
    """

    input_tokens: int
    output_tokens: int
    cost: Mapping[str, Decimal]
    unpriced: int
    emulated: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """One row: its number from 1, what was asked, its own columns, and `FIGURES` by setting."""

    number: int
    prompt: str
    columns: Mapping[str, Any]
    figures: tuple[Mapping[str, Any], ...]


def answered(
    journal: Journal,
    run: Run,
    positions: Sequence[int],
    prices: Prices,
    language: Language = "en",
) -> list[Answered]:
    """The rows at these positions, counted from 0, in order; those that there are."""
    wanted = (prompts.c[name] for name in ("position", "text", "columns"))
    query = select(*wanted).where(prompts.c.run == run.id, prompts.c.position.in_(positions))
    found = journal.store.rows(query.order_by(prompts.c.position))
    held = _cells(journal, run, [row["position"] for row in found])
    each = len(run.settings)
    return [
        Answered(
            row["position"] + 1,
            row["text"],
            row["columns"],
            tuple(
                _figures(held.get((row["position"], setting)), prices, language)
                for setting in range(each)
            ),
        )
        for row in found
    ]


def positions(journal: Journal, run: Run, which: Which) -> list[int]:
    """The rows, counted from 0, at least one of whose answers is such as `which` says."""
    query = select(cells.c.number).where(cells.c.run == run.id, _SUCH[which])
    each = len(run.settings)
    return sorted({row["number"] // each for row in journal.store.rows(query)})


def counts(journal: Journal, run: Run) -> dict[str, int]:
    """How many rows `positions` would find of each."""
    row = cells.c.number // len(run.settings)
    found: dict[str, Any] = {
        which: func.count(distinct(case((such, row)))).label(which) for which, such in _SUCH.items()
    }
    query = select(*found.values()).where(cells.c.run == run.id)
    told = journal.store.rows(query)[0]
    return {which: int(told[which]) for which in _SUCH}


def totals(journal: Journal, run: Run, prices: Prices) -> Totals:
    """What all calls of a batch came to, tries again included."""
    query = select(*(calls.c[name] for name in _CALL if name != "text")).where(
        calls.c.run == run.id
    )
    cost: dict[str, Decimal] = {}
    unpriced, emulated, tokens_in, tokens_out = 0, False, 0, 0
    for row in journal.store.rows(query):
        emulated = emulated or row["emulated"]
        call = _call({**row, "call_id": "", "outcome": "ok"})
        if call.usage is not None:
            tokens_in += call.usage.input_tokens or 0
            tokens_out += call.usage.output_tokens or 0
        known = prices.cost(call)
        if known is not None:
            cost[known.currency] = cost.get(known.currency, Decimal(0)) + known.amount
        elif row["error"] is None:
            unpriced += 1
    return Totals(tokens_in, tokens_out, cost, unpriced, emulated)


def _cells(
    journal: Journal, run: Run, rows_: Sequence[int]
) -> dict[tuple[int, int], Mapping[str, Any]]:
    """What is on record of these rows' cells, by the row's position and the setting's number."""
    # Every row has one cell of each setting, numbered row by row; numbers are the primary key.
    each = len(run.settings)
    numbers = [row * each + place for row in rows_ for place in range(each)]
    wanted = (cells.c[name] for name in ("number", "setting", "state", "outcome", "call_id"))
    query = (
        select(*wanted, *(calls.c[name] for name in _CALL))
        .select_from(cells.outerjoin(calls, cells.c.call_id == calls.c.id))
        .where(cells.c.run == run.id, cells.c.number.in_(numbers))
    )
    return {(row["number"] // each, row["setting"]): row for row in journal.store.rows(query)}


def _figures(row: Mapping[str, Any] | None, prices: Prices, language: Language) -> dict[str, Any]:
    if row is None:
        return dict.fromkeys(FIGURES)
    call = None if row["provider"] is None else _call(row)
    cost = None if call is None else prices.cost(call)
    usage = None if call is None else call.usage
    return {
        "answer": row["text"],
        # What was asked can be deleted on the usage page, with what it came to.
        "state": "deleted" if row["call_id"] and call is None else row["outcome"] or row["state"],
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
