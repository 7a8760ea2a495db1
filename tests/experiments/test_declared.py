"""What was declared before a study, against what was done."""

from __future__ import annotations

from typing import Any

import pytest

from experiments.declared import followed
from tests.experiments.rigs import Desk, small

SCORES = [{"kind": "length"}, {"kind": "latency"}]


def _declared(**more: Any) -> dict[str, Any]:
    return {"hypothesis": "Cooler answers are shorter", "metric": "length", **more}


@pytest.mark.parametrize(
    ("declared", "departures"),
    [
        (_declared(n=3, delta=2.0), []),
        (_declared(metric="latency"), ["latency"]),
        (_declared(delta=1.0, n=4), ["1.0", "4 prompts"]),
    ],
)
def test_departures_are_named(desk: Desk, declared: dict[str, Any], departures: list[str]) -> None:
    run = desk.create(small(params={}, scores=SCORES, delta=2.0, preregistered=declared))
    desk.work(run)
    said = followed(desk.journal, desk.find(run))
    assert said is not None and said.declared.hypothesis == declared["hypothesis"]
    assert len(said.departures) == len(departures)
    for sentence, named in zip(said.departures, departures, strict=True):
        assert named in sentence.en and sentence.zh.endswith("。")


def test_what_was_not_declared_is_not_judged(desk: Desk) -> None:
    run = desk.create(small())
    assert followed(desk.journal, desk.find(run)) is None
