"""Frames, charts and exports of what is on record."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from backends import RateLimit, Usage, as_json
from tests.usage.conftest import Make
from usage import Store, charts, export, frames
from usage.filters import Filter

pytestmark = pytest.mark.databases

WORDS = {
    name: name
    for name in (
        "call",
        "tokens",
        "requests",
        "input_tokens",
        "output_tokens",
        "emulated",
        "limit",
        "remaining",
        "time",
        "seconds",
        "time_to_first_token",
        "total_time",
    )
}


@pytest.fixture
def filled(store: Store, make: Make) -> Store:
    store.open(make())
    store.open(make(emulated=False, usage=Usage(1, 2, 3)))
    store.open(make(usage=None, rate_limit=None, state="failed", provider="spark", model="lite"))
    store.open(
        make(
            rate_limit=RateLimit(
                60,
                59,
                900,
                800,
                {"x-ratelimit-limit-tokens": "900", "x-ratelimit-remaining-tokens": "800"},
            )
        )
    )
    return store


def test_a_call_without_a_count_is_missing_not_zero(filled: Store) -> None:
    frame = frames.calls_frame(filled)
    assert list(frame["input_tokens"].isna()) == [False, False, True, False]
    assert frame["started_at"].iloc[0] == pd.Timestamp(
        datetime(2026, 11, 20, 12, 0, 1, 250_000, tzinfo=UTC)
    )


def test_an_empty_store_gives_empty_frames_and_figures(store: Store) -> None:
    frame = frames.calls_frame(store)
    limits = frames.limits_frame(frame)
    assert frame.empty and limits.empty and frames.totals(store).empty
    assert len(charts.tokens_figure(frame, WORDS).data) == 0


def test_filters_narrow(filled: Store) -> None:
    def count(**which: Any) -> int:
        return len(frames.calls_frame(filled, Filter(**which)))

    assert count() == 4
    assert count(providers=("spark",)) == 1
    assert count(emulated=False) == 1
    assert count(states=("failed", "partial")) == 1
    assert count(since=datetime(2026, 11, 20, 12, 0, 3, tzinfo=UTC)) == 2
    assert len(frames.calls_frame(filled, most=2)) == 2


def test_every_header_is_a_series_and_none_is_invented(filled: Store) -> None:
    limits = frames.limits_frame(frames.calls_frame(filled))
    assert set(limits["unit"]) == {"requests", "tokens", "input-tokens"}
    assert "spark/lite" not in set(limits["who"])
    tokens = limits[(limits["unit"] == "tokens") & (limits["kind"] == "remaining")]
    assert list(tokens["value"]) == [800]


def test_charts_say_what_is_emulated(filled: Store) -> None:
    frame = frames.calls_frame(filled)
    names = [trace.name for trace in charts.tokens_figure(frame, WORDS).data]
    assert names == [
        "input_tokens",
        "input_tokens (emulated)",
        "output_tokens",
        "output_tokens (emulated)",
    ]


def test_totals_are_summed_apart_for_live_and_emulated(filled: Store) -> None:
    totals = frames.totals(filled)
    live = totals[~totals["emulated"].astype(bool)]
    assert live[["calls", "input_tokens", "output_tokens"]].to_numpy().tolist() == [[1, 1, 2]]


def test_last_change_tells_new_and_settled_calls(store: Store, make: Make) -> None:
    seen = [frames.last_change(store)]
    call = make(state="sent")
    store.open(call)
    seen.append(frames.last_change(store))
    store.close(make(id=call.id, state="ok"))
    seen.append(frames.last_change(store))
    assert len(set(seen)) == 3


def test_jsonl_loses_nothing(filled: Store) -> None:
    out = io.StringIO()
    assert export.write(filled.each(), "jsonl", out) == 4
    assert [json.loads(line) for line in out.getvalue().splitlines()] == [
        json.loads(json.dumps(as_json(call, whole=True))) for call in filled.each()
    ]


def test_csv_has_no_formulas_and_numbers_stay_numbers(store: Store, make: Make) -> None:
    store.open(make(text='=HYPERLINK("http://x")', system="@cmd"))
    out = io.StringIO()
    export.write(store.each(), "csv", out)
    [row] = csv.DictReader(io.StringIO(out.getvalue()))
    assert row["text"].startswith("'=") and row["system"].startswith("'@")
    assert row["usage_input_tokens"] == "10"


def test_xlsx_and_parquet_are_readable(filled: Store, tmp_path: Path) -> None:
    assert export.write(filled.each(), "xlsx", tmp_path / "calls.xlsx") == 4
    with zipfile.ZipFile(tmp_path / "calls.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "<v>20</v>" in sheet
    assert export.write(filled.each(), "parquet", tmp_path / "calls.parquet") == 4
    assert list(pd.read_parquet(tmp_path / "calls.parquet")["usage_output_tokens"].dropna()) == [
        20,
        2,
        20,
    ]


def test_an_empty_export_still_names_its_columns(store: Store) -> None:
    out = io.StringIO()
    export.write(store.each(), "csv", out)
    assert out.getvalue().startswith("id,attempt,retry_of,provider,model,emulated,state,text")
