"""Studies that end before their plan does, because nothing is left to learn."""

from __future__ import annotations

from typing import Any

import pytest

from experiments.said import sentence, verdicts
from tests.experiments.rigs import Desk, small

pytestmark = pytest.mark.databases

PROMPTS = [f"问题 {number}？" for number in range(40)]
FACTOR = {"temperature": [0.2, 0.6]}


def _plan(**more: Any) -> Any:
    return small(
        prompts=PROMPTS,
        params={},
        factors=FACTOR,
        # Three times as many are claimed ahead, and a look sees what was settled one claim before:
        # eight at once could all be called before the first.
        concurrency=2,
        scores=[{"kind": "latency"}],
        **more,
    )


def test_a_study_ends_when_every_verdict_is_there(desk: Desk) -> None:
    plan = _plan(delta=30.0)
    run = desk.create(plan)
    assert desk.work(run) == "run"
    [event] = desk.find(run).events
    assert event["kind"] == "settled" and event["prompts"] < 40
    counts = desk.journal.counts(run)
    assert counts["dropped"] > 0 and counts["dropped"] + counts["done"] == 80


def test_a_plan_that_wants_every_call_gets_it(desk: Desk) -> None:
    run = desk.create(_plan(delta=30.0, stop_early=False))
    desk.work(run)
    assert desk.journal.counts(run)["done"] == 80 and not desk.find(run).events


def test_verdicts_are_sentences_in_both_languages(desk: Desk) -> None:
    run = desk.create(
        small(params={}, scores=[{"kind": "length"}, {"kind": "contains", "value": "茶"}])
    )
    for verdict in verdicts(desk.journal, desk.find(run)):
        assert verdict.word == "cannot tell" and "no scores" in sentence(verdict).en
    desk.work(run)
    said = verdicts(desk.journal, desk.find(run))
    assert [verdict.score for verdict in said] == ["length", "contains"]
    for verdict in said:
        words = sentence(verdict)
        assert verdict.a in words.en and verdict.b in words.zh
        assert words.en.endswith(".") and words.zh.endswith("。")
