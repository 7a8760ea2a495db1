"""Batches over emulators: every row asked once, its answer beside it, failures again alone."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest

from backends import Call
from experiments import batch as batches
from experiments import batch_results, batch_rows
from experiments.batch import plan_batch
from experiments.plan_values import PlanTrouble
from experiments.tabular.tables import Table, read_table
from experiments.tabular.template import TemplateTrouble
from tests.conftest import Rig
from tests.experiments.rigs import MODEL, Desk
from usage.prices import Price, Prices
from usage.retention import forget_conversation

pytestmark = pytest.mark.databases

OTHER = "spark-http/lite"
WHICH: tuple[batch_rows.Which, ...] = get_args(batch_rows.Which)
REVIEWS = Table(
    ("编号", "评价", "answer"),
    ((7, "{很好}", "old"), (8, None, "=1+1"), (9, "太慢", None)),
)
PRICES = Prices([Price(MODEL, "CNY", Decimal(2), Decimal(8), date(2020, 1, 1), "here", Decimal(1))])


def made(desk: Desk, table: Table = REVIEWS, **form: Any) -> str:
    given = {"models": [MODEL], "params": {"max_output_tokens": 6}, **form}
    batch = plan_batch(table, "好评还是差评：{评价}", "评价.csv", given)
    return batches.create(desk.journal, batch)


def results(desk: Desk, run: str, language: Any = "en") -> list[dict[str, Any]]:
    return list(batch_results.rows(desk.journal, desk.find(run), PRICES, language))


def many(count: int) -> Table:
    return Table(("n", "评价"), tuple((n, f"第 {n} 条") for n in range(1, count + 1)))


def test_every_row_is_a_prompt_and_gaps_are_told() -> None:
    batch = plan_batch(REVIEWS, "{{{评价}}} {编号}", "评价.csv", {"models": [MODEL]})
    assert [prompt.text for prompt in batch.plan.prompts] == ["{{很好}} 7", "{} 8", "{太慢} 9"]
    assert [prompt.id for prompt in batch.plan.prompts] == ["1", "2", "3"]
    assert batch.plan.prompts[0].columns == {"编号": 7, "评价": "{很好}", "answer": "old"}
    assert batch.gaps == {"评价": (2,)}


def test_what_cannot_be_asked_is_told_before_anything_is_sent() -> None:
    with pytest.raises(TemplateTrouble, match="编号, 评价"):
        plan_batch(REVIEWS, "{text}", "a.csv", {"models": [MODEL]})
    with pytest.raises(PlanTrouble, match="temprature"):
        plan_batch(REVIEWS, "{评价}", "a.csv", {"models": [MODEL], "params": {"temprature": 1}})
    with pytest.raises(PlanTrouble, match="no model"):
        plan_batch(REVIEWS, "{评价}", "a.csv", {"models": []})


def test_answers_stand_beside_the_rows_they_belong_to(desk: Desk, rig: Rig) -> None:
    run = made(desk, system="你是店长", examples=[["好评还是差评：棒", "好评"]])
    assert results(desk, run)[0] == {
        **dict(zip(REVIEWS.columns, REVIEWS.rows[0], strict=True)),
        "answer_2": None,
        "state": "waiting",
        "input_tokens": None,
        "output_tokens": None,
        "cost": None,
        "currency": None,
        "error": None,
        "emulated": None,
        "call_id": None,
    }
    assert desk.work(run) == "run"
    turns = [entry["body"]["messages"] for entry in rig.chats(least=3)]
    assert all([turn["content"] for turn in asked[:3]] == ["你是店长", "好评还是差评：棒", "好评"]
               for asked in turns)  # fmt: skip
    calls = {call.id: call for call in desk.store.each()}
    for row, own in zip(results(desk, run), REVIEWS.rows, strict=True):
        call = calls[row["call_id"]]
        assert tuple(row[name] for name in REVIEWS.columns) == own
        assert call.messages[-1].content == f"好评还是差评：{own[1] or ''}"
        assert (row["answer_2"], row["state"], row["emulated"]) == (call.text, call.state, True)
        assert row["cost"] == pytest.approx(_cost(call)) and row["currency"] == "CNY"


def test_an_answer_that_was_deleted_is_said_to_be(desk: Desk) -> None:
    run = made(desk)
    assert desk.work(run) == "run"
    gone = results(desk, run)[1]
    forget_conversation(desk.store, gone["call_id"])
    first, second, *_ = results(desk, run)
    assert first["state"] != "deleted" and first["answer_2"]
    assert (second["state"], second["answer_2"]) == ("deleted", None)


def _cost(call: Call) -> float:
    assert call.usage is not None
    return ((call.usage.input_tokens or 0) * 2 + (call.usage.output_tokens or 0) * 8) / 1e6


def test_several_models_each_have_columns_of_their_own(desk: Desk) -> None:
    run = made(desk, models=[MODEL, OTHER])
    assert desk.work(run) == "run"
    assert len(list(desk.store.each())) == 6
    names = batch_results.columns_of(desk.journal, desk.find(run))
    assert names.all[:5] == (*REVIEWS.columns, f"{MODEL} answer", f"{MODEL} state")
    for row in results(desk, run):
        for model in (MODEL, OTHER):
            call = desk.store.find(row[f"{model} call_id"])
            assert call is not None and f"{call.provider}/{call.model}" == model
            assert row[f"{model} answer"] == call.text
        # No price is known of the other model: unknown, not nothing.
        assert row[f"{OTHER} cost"] is None and row[f"{MODEL} cost"] > 0


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl", "parquet"])
def test_the_table_comes_back_with_its_answers(desk: Desk, tmp_path: Path, form: str) -> None:
    run = made(desk)
    desk.work(run)
    path = tmp_path / f"out.{form}"
    assert batch_results.write(desk.journal, desk.find(run), PRICES, form, path) == 3
    if form == "parquet":
        import pandas as pd

        frame = pd.read_parquet(path)
        assert list(frame["编号"]) == [7, 8, 9] and frame["cost"].dtype == "float64"
        return
    table = read_table(path.read_bytes(), path.name)
    assert table.columns[:4] == (*REVIEWS.columns, "answer_2")
    for row, own in zip(table.rows, REVIEWS.rows, strict=True):
        kept = tuple("'=1+1" if value == "=1+1" and form == "csv" else value for value in own)
        assert row[:3] == kept
        assert isinstance(row[table.columns.index("input_tokens")], int)


def test_failures_are_told_and_called_again_alone(desk: Desk, rig: Rig) -> None:
    run = made(desk, many(6), concurrency=2)
    rig.running.fault = "quota"
    assert desk.work(run) == "run"
    failed = results(desk, run)
    assert {row["state"] for row in failed} == {"failed"}
    assert all(row["answer"] == "" and row["cost"] is None for row in failed)
    assert "Quota" in failed[0]["error"] and "。" in results(desk, run, "zh")[0]["error"]
    assert batches.failed(desk.journal.counts(run)) == 6
    rig.running.fault = None
    before = len(list(desk.store.each()))
    batches.retry_failed(desk.journal, run)
    assert desk.work(run) == "run"
    assert len(list(desk.store.each())) == before + 6
    assert {row["state"] for row in results(desk, run)} <= {"ok", "length"}
    assert batches.failed(desk.journal.counts(run)) == 0
    batches.retry_failed(desk.journal, run)
    assert desk.work(run) == "run"
    assert len(list(desk.store.each())) == before + 6


def test_rows_that_wait_are_put_off_while_failures_are_called(desk: Desk, rig: Rig) -> None:
    run = made(desk, many(60), concurrency=2)
    rig.running.fault = "quota"
    runner = desk.runner(run, told=lambda _: desk.journal.want(run, "pause"))
    assert runner.work() == "pause"
    rig.running.fault = None
    counts = desk.journal.counts(run)
    failed, waiting = batches.failed(counts), counts["waiting"]
    assert failed > 0 and waiting > 0
    batches.retry_failed(desk.journal, run)
    desk.journal.want(run, "run")
    assert desk.work(run) == "run"
    counts = desk.journal.counts(run)
    assert (counts["done"], batches.put_off(counts)) == (failed, waiting)
    assert {row["state"] for row in results(desk, run)} <= {"ok", "length", "dropped"}
    batches.take_up(desk.journal, run)
    assert desk.work(run) == "run"
    assert desk.journal.counts(run)["done"] == 60


def test_a_batch_knows_what_it_was_made_of(desk: Desk) -> None:
    run = desk.find(made(desk))
    made_of = batches.source(run)
    assert made_of == batches.Source("评价.csv", REVIEWS.columns, "好评还是差评：{评价}")
    assert run.kind == "batch" and batches.models(run) == [MODEL]


def test_results_of_more_rows_than_one_page_keep_their_order(desk: Desk) -> None:
    run = made(desk, many(1203))
    out = io.StringIO()
    assert batch_results.write(desk.journal, desk.find(run), PRICES, "jsonl", out) == 1203
    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [row["n"] for row in rows] == list(range(1, 1204))
    assert {row["state"] for row in rows} == {"waiting"}


def test_rows_are_found_by_what_came_of_them(desk: Desk, rig: Rig) -> None:
    """A row counts where one of its answers is such: of two models one may fail."""
    run_id = made(desk, many(4), models=[MODEL, OTHER], params={})
    run = desk.find(run_id)
    assert batch_rows.counts(desk.journal, run) == {"answered": 0, "failed": 0, "open": 4}
    cells = desk.cells(run_id)
    outcomes = {0: "ok", 1: "failed", 2: "ok", 3: "length", 5: "refused"}
    settled = [replace(cells[n], state="done", outcome=each) for n, each in outcomes.items()]
    written = desk.journal.settle(run_id, settled)
    assert written is not None
    written.result()
    found = {which: batch_rows.positions(desk.journal, run, which) for which in WHICH}
    assert found == {"answered": [0, 1], "failed": [0, 2], "open": [2, 3]}
    assert batch_rows.counts(desk.journal, run) == {w: len(rows) for w, rows in found.items()}
    read = batch_rows.answered(desk.journal, run, found["open"], PRICES)
    assert [(row.number, row.prompt) for row in read] == [
        (3, "好评还是差评：第 3 条"),
        (4, "好评还是差评：第 4 条"),
    ]


def test_the_totals_are_those_of_all_calls(desk: Desk) -> None:
    run_id = made(desk, models=[MODEL, OTHER])
    desk.work(run_id)
    totals = batch_rows.totals(desk.journal, desk.find(run_id), PRICES)
    calls = list(desk.store.each())
    counted = [call.usage for call in calls if call.usage and call.usage.source == "provider"]
    assert totals.input_tokens == sum(usage.input_tokens or 0 for usage in counted)
    assert totals.output_tokens == sum(usage.output_tokens or 0 for usage in counted)
    priced = [call for call in calls if f"{call.provider}/{call.model}" == MODEL]
    assert float(totals.cost["CNY"]) == pytest.approx(sum(map(_cost, priced)))
    # No price is known of the other model's three answers.
    assert (totals.unpriced, totals.emulated) == (3, True)
