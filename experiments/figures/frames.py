"""What a run is made of, as pandas frames: its cells with their calls, its settings, every try."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import select

from experiments.designs import labels
from experiments.types import Setting
from usage import Store
from usage.tables import calls, cells, runs

# What a call came to, for people: apart from scores, because none of these but the first is one.
KINDS = ("ok", "truncated", "refused", "limited", "failed", "cut")
_KIND_OF_STATE = {"ok": "ok", "length": "truncated", "refused": "refused", "failed": "failed"}
_KIND_OF_ERROR = {"RateLimit": "limited", "Quota": "limited", "ContentFilter": "refused"}
_CELL = ("number", "stage", "prompt_id", "setting", "repeat", "state", "outcome", "call_id")
_CALL = (
    "input_tokens",
    "output_tokens",
    "time_to_first_token",
    "total_time",
    "started_ms",
    "provider",
    "emulated",
    "error_class",
    "error_code",
)
_TRY = ("id", "cell", "attempt", "tag", "model", "state", "billed")
_WHOLE = ("input_tokens", "output_tokens")
_SECONDS = ("time_to_first_token", "total_time")


def cells_frame(store: Store, run: str, *conditions: Any) -> pd.DataFrame:
    """One row per cell of a run with what its call came to; no texts of questions and answers.

    `conditions` on `usage.tables.cells` and `calls` narrow it.

    Columns: cell, stage, prompt_id, setting, label, model, repeat, state, outcome, kind (one of
    `KINDS`; missing while there is no call), call_id, input_tokens, output_tokens,
    time_to_first_token and total_time (seconds), started_at (UTC), provider, emulated,
    error_class, error_code; then one per factor, named as in `factors`, and one per score, by its
    label. What is not known is missing, never 0. A score that has the name of another column is
    found under `score` before its name.
    """
    query = (
        select(*(cells.c[name] for name in _CELL), cells.c.scores, *(calls.c[n] for n in _CALL))
        .select_from(cells.outerjoin(calls, cells.c.call_id == calls.c.id))
        .where(cells.c.run == run, *conditions)
        .order_by(cells.c.number)
    )
    rows = store.rows(query)
    frame = _typed(pd.DataFrame(rows, columns=[*_CELL, "scores", *_CALL]))
    frame = frame.rename(columns={"number": "cell"})
    known = settings(store, run)
    for name, values in _setting_columns(known).items():
        frame[name] = [values[place] for place in frame["setting"]]
    scores = frame.pop("scores")
    for label in dict.fromkeys(label for held in scores for label in held):
        frame[f"score {label}" if label in frame else label] = pd.to_numeric(
            pd.Series([held.get(label) for held in scores])
        )
    return frame


def calls_frame(store: Store, run: str) -> pd.DataFrame:
    """One row per call made for a run, earliest first: also those that were made again.

    Columns: id, cell, attempt, tag, model, state, billed, kind and the call's columns of
    `cells_frame`.
    """
    wanted = (calls.c[name] for name in (*_TRY, *_CALL))
    query = select(*wanted).where(calls.c.run == run).order_by(calls.c.started_ms, calls.c.id)
    frame = pd.DataFrame(store.rows(query), columns=[*_TRY, *_CALL])
    return _typed(frame.assign(outcome=frame["state"])).drop(columns="outcome")


def column_of(frame: pd.DataFrame, label: str) -> str | None:
    """The column of a score in a frame of cells; None while no answer has it."""
    return next((name for name in (f"score {label}", label) if name in frame), None)


def settings(store: Store, run: str) -> tuple[Setting, ...]:
    """The settings of a run in the order their numbers count; none for an unknown run."""
    found = store.rows(select(runs.c.settings).where(runs.c.id == run))
    return tuple(Setting(**form) for row in found for form in row["settings"])


def factors(known: Sequence[Setting]) -> tuple[str, ...]:
    """What differs between settings beside the model: names of parameters, "system" last."""
    names = dict.fromkeys(name for setting in known for name in setting.params)
    varied = [name for name in names if len({_level(s.params.get(name)) for s in known}) > 1]
    if len({setting.system for setting in known}) > 1:
        varied.append("system")
    return tuple(varied)


def short_labels(known: Sequence[Setting]) -> tuple[str, ...]:
    """A label for each setting that leaves out what all have in common, for charts.

    Lines are broken between parts with `<br>`; equal ones are told apart by their number.
    """
    several = len({setting.model for setting in known}) > 1
    varied = factors(known)
    found = []
    for setting in known:
        parts = [setting.model] if several or not varied else []
        parts += [f"{name}={_short(_value(setting, name))}" for name in varied]
        found.append("<br>".join(parts))
    return tuple(
        label if found.count(label) == 1 else f"{label} #{place + 1}"
        for place, label in enumerate(found)
    )


def kind_of(outcome: str | None, error_class: str | None) -> str | None:
    """Which of `KINDS` a call came to, from its final state and the class of its error."""
    if outcome is None or outcome in ("reserved", "sent"):
        return None
    return _KIND_OF_ERROR.get(error_class or "") or _KIND_OF_STATE.get(outcome, "cut")


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    for name in _WHOLE:
        frame[name] = pd.to_numeric(frame[name]).astype("Int64")
    for name in _SECONDS:
        frame[name] = pd.to_numeric(frame[name]).astype(float)
    started = frame.pop("started_ms")
    frame["started_at"] = pd.to_datetime(pd.to_numeric(started), unit="ms", utc=True)
    frame["emulated"] = frame["emulated"].astype("boolean")
    frame["kind"] = [
        kind_of(_or_none(outcome), _or_none(error))
        for outcome, error in zip(frame["outcome"], frame["error_class"], strict=True)
    ]
    return frame


def _setting_columns(known: Sequence[Setting]) -> Mapping[str, list[Any]]:
    columns: dict[str, list[Any]] = {
        "label": list(labels(known)),
        "model": [setting.model for setting in known],
    }
    return columns | {n: [_level(_value(s, n)) for s in known] for n in factors(known)}


def _value(setting: Setting, name: str) -> Any:
    return setting.system if name == "system" else setting.params.get(name)


def _level(value: Any) -> Any:
    """A factor's value such that it can be grouped by: lists and objects as JSON text."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return json.dumps(value, ensure_ascii=False)


def _short(value: Any) -> str:
    text = " ".join(str(_level(value)).split()) if value is not None else "–"
    return text if len(text) <= 18 else f"{text[:18]}…"


def _or_none(value: Any) -> Any:
    return None if pd.isna(value) else value
