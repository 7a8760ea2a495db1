"""Studies that end before their plan does, because nothing is left to learn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from experiments.said import sentence, verdicts
from experiments.types import Verdict
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


def test_what_is_still_needed_and_what_to_do_is_told_in_words() -> None:
    close = Verdict("a", "b", "s", "cannot tell", 0.1, -0.1, 0.3, 1, 5)
    assert "about 1 more prompt needed." in sentence(close).en
    assert "大约还需 1 个题目。" in sentence(close).zh
    assert "about 1,200 more prompts needed." in sentence(replace(close, n_more=1200)).en
    none = Verdict("a", "b", "s", "cannot tell", None, None, None, None, 0)
    assert "Let the study go on" in sentence(none).en
    words = sentence(replace(none, missing_b=4))
    assert "correct the value" in words.en and "Answers without a score: 0 and 4." in words.en
    few = Verdict("a", "b", "s", "cannot tell", 0.1, None, None, None, 1)
    assert "ask more prompts in a new one" in sentence(few).en


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
