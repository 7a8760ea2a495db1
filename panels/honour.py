"""The same settings under several models: what each sends, and what it will not honour."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from backends import CATALOGUE, ModelSpec, ParamSpec, ParamTrace, account, not_honoured, span
from panels.bounds import as_text
from panels.words import Lang, pick, t


@dataclass(frozen=True, slots=True)
class Cell:
    """What becomes of one setting: the outcome in one word, and what is sent or why nothing is."""

    sent: bool
    outcome: str
    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """One model: by parameter what becomes of it, and the names of those not honoured.

    `verdict` says in two words whether there are any; both stand above the column.
    """

    cells: Mapping[str, Cell]
    verdict: str
    not_honoured: tuple[str, ...]


def column(model: ModelSpec, requested: Mapping[str, Any], lang: Lang) -> Column:
    """What `model` makes of the settings, which come in the catalogue's order.

    Raises:
        InvalidParam: for a name that the catalogue does not know.
    """
    traces = [trace for trace in account(model, requested) if trace.name in requested]
    refused = tuple(trace.name for trace in not_honoured(model, requested))
    return Column(
        {trace.name: _cell(trace, lang) for trace in traces},
        t("not_honoured" if refused else "honoured", lang),
        refused,
    )


def taken(models: Iterable[ModelSpec], lang: Lang) -> dict[str, list[str]]:
    """By parameter, what each model documents of it: wire name, range, default.

    "" where a model does not take it. Parameters that none of them takes are left out.
    """
    specs = list(models)
    rows = {name: [_documented(model.param(name), lang) for model in specs] for name in CATALOGUE}
    return {name: cells for name, cells in rows.items() if any(cells)}


def names_in_order(requested: Mapping[str, Any]) -> list[str]:
    """The rows of the table: the parameters asked for, in the catalogue's order."""
    return [name for name in CATALOGUE if name in requested]


def _documented(spec: ParamSpec | None, lang: Lang) -> str:
    if spec is None:
        return ""
    default = ""
    if spec.default is not None:
        default = t("default", lang, value=as_text(spec.default))
    return " · ".join(part for part in (spec.wire_name, span(spec), default) if part)


def _cell(trace: ParamTrace, lang: Lang) -> Cell:
    outcome = t(f"outcome_{trace.outcome.replace(' ', '_')}", lang)
    if trace.outcome != "sent":
        return Cell(False, outcome, pick(trace.reason, lang))
    value = json.dumps(trace.sent, ensure_ascii=False)
    return Cell(True, outcome, f"{trace.wire_name} = {value}")
