"""A run as frames: every cell with its call, and nothing that is not known made up."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import insert

from backends import Call, CallError, Usage, Words
from experiments.figures import frames
from experiments.types import Setting
from usage import Store
from usage.tables import cells, runs

pytestmark = pytest.mark.databases

MODEL = "qianfan/ernie-speed-8k"
SETTINGS = (
    Setting(MODEL, {"temperature": 0.2, "top_p": 0.8}),
    Setting(MODEL, {"temperature": 0.9, "top_p": 0.8}, "你是诗人"),
    Setting("spark/lite", {"temperature": 0.9, "top_p": 0.8, "stop": ["。", "!"]}),
)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store(url)
    yield opened
    opened.shut()


def planned(store: Store, *rows: dict[str, Any], run: str = "r1") -> None:
    """A run of `SETTINGS` with these cells."""
    forms = [dataclasses.asdict(setting) for setting in SETTINGS]
    head = {"id": run, "kind": "study", "name": "n", "created_ms": 0, "wanted": "run", "plan": {}}
    store.write(
        lambda c: c.execute(insert(runs), head | {"settings": forms, "events": []})
    ).result()
    blank = {"run": run, "stage": "main", "prompt_id": "1", "setting": 0, "repeat": 0}
    blank |= {"state": "waiting", "call_id": None, "outcome": None, "scores": {}}
    listed = [blank | {"number": number} | row for number, row in enumerate(rows)]
    store.write(lambda c: c.execute(insert(cells), listed)).result()


def called(store: Store, number: int, state: Any = "ok", **fields: Any) -> str:
    """Record a call of the run; returns its id."""
    given = {
        "id": f"{number:032x}",
        "attempt": 1,
        "retry_of": None,
        "started_at": datetime(2026, 11, 20, 12, 0, number, tzinfo=UTC),
        "provider": "qianfan",
        "model": "ernie-speed-8k",
        "emulated": True,
        "state": state,
        "messages": (),
        "system": "",
        "stream": True,
        "run": "r1",
        "cell": number,
        "text": "回答",
    }
    store.open(Call(**given | fields))
    return f"{number:032x}"


def failed(kind: str, code: str | None = None) -> dict[str, Any]:
    return {"error": CallError(kind, code, Words("限", "limit"))}


def test_a_cell_stands_beside_its_call_and_waiting_ones_have_gaps(store: Store) -> None:
    done = {"state": "done", "outcome": "ok", "scores": {"exact": 1.0, "judge": None}}
    call = called(store, 0, usage=Usage(10, 20, 30), total_time=1.5, time_to_first_token=0.2)
    planned(store, done | {"call_id": call}, {"setting": 1, "repeat": 3})
    frame = frames.cells_frame(store, "r1")
    first, second = frame.to_dict("records")
    assert first["label"] == f"{MODEL} temperature=0.2 top_p=0.8"
    assert (first["input_tokens"], first["output_tokens"], first["total_time"]) == (10, 20, 1.5)
    assert first["started_at"] == pd.Timestamp("2026-11-20T12:00:00Z")
    assert first["emulated"] is True and first["kind"] == "ok" and first["exact"] == 1.0
    assert math.isnan(first["judge"])
    assert (second["repeat"], second["state"]) == (3, "waiting")
    for unknown in ("kind", "call_id", "input_tokens", "total_time", "emulated", "started_at"):
        assert pd.isna(second[unknown]), unknown
    assert not {"text", "messages", "prompt"} & set(frame)


def test_what_varies_is_a_column_and_what_does_not_is_none(store: Store) -> None:
    planned(store, *({"setting": place} for place in (0, 1, 2)))
    frame = frames.cells_frame(store, "r1")
    assert frames.factors(SETTINGS) == ("temperature", "stop", "system")
    assert list(frame["temperature"]) == [0.2, 0.9, 0.9]
    assert list(frame["stop"])[2] == '["。", "!"]' and pd.isna(frame["stop"][0])
    assert list(frame["system"]) == ["", "你是诗人", ""]
    assert "top_p" not in frame


def test_a_score_named_like_a_column_loses_neither(store: Store) -> None:
    planned(store, {"state": "done", "outcome": "ok", "scores": {"model": 0.5, "temperature": 2}})
    row = frames.cells_frame(store, "r1").iloc[0]
    assert row["model"] == MODEL and row["score model"] == 0.5
    assert row["temperature"] == 0.2 and row["score temperature"] == 2


@pytest.mark.parametrize(
    ("state", "error", "kind"),
    [
        ("ok", None, "ok"),
        ("length", None, "truncated"),
        ("failed", "RateLimit", "limited"),
        ("failed", "Quota", "limited"),
        ("failed", "Timeout", "failed"),
        ("partial", "ContentFilter", "refused"),
        ("refused", "InvalidParam", "refused"),
        ("cancelled", "Cancelled", "cut"),
        ("interrupted", None, "cut"),
        ("unknown", None, "cut"),
        ("partial", None, "cut"),
        ("sent", None, None),
        (None, None, None),
    ],
)
def test_every_end_of_a_call_has_its_own_name(
    state: str | None, error: str | None, kind: str | None
) -> None:
    assert frames.kind_of(state, error) == kind


def test_tries_that_were_made_again_are_among_the_calls(store: Store) -> None:
    called(store, 1, "failed", cell=0, **failed("RateLimit", "336501"))
    call = called(store, 2, cell=0, attempt=2)
    called(store, 3, run="other", cell=0)
    planned(store, {"state": "done", "outcome": "ok", "call_id": call})
    found = frames.calls_frame(store, "r1")
    assert list(found["kind"]) == ["limited", "ok"]
    assert list(found["error_code"].fillna("")) == ["336501", ""]
    assert list(frames.cells_frame(store, "r1")["kind"]) == ["ok"]


def test_a_run_without_cells_or_unknown_gives_empty_frames(store: Store) -> None:
    for frame in (frames.cells_frame(store, "nobody"), frames.calls_frame(store, "nobody")):
        assert frame.empty and "kind" in frame
    assert frames.settings(store, "nobody") == ()


def test_short_labels_leave_out_what_all_have_in_common() -> None:
    one, two = Setting(MODEL, {"temperature": 0.2, "seed": 1}), Setting(MODEL, {"temperature": 0.9})
    assert frames.short_labels((Setting(MODEL), Setting("spark/lite"))) == (MODEL, "spark/lite")
    assert frames.short_labels((one, two)) == (
        "temperature=0.2<br>seed=1",
        "temperature=0.9<br>seed=–",
    )
    long = Setting(MODEL, {}, "你" * 40), Setting(MODEL, {}, "你" * 41)
    assert len(set(frames.short_labels(long))) == 2
    assert frames.short_labels((Setting(MODEL),)) == (MODEL,)
