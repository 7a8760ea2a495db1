"""The runs that one process works at: each once, and no more than fit."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import wiring
from backends import ProviderError
from experiments import designs
from experiments.journal import Journal
from experiments.plan import plan_of

PLAN = {"models": ["handbook/ngram"], "prompts": ["你好"]}


def created(journal: Journal) -> str:
    plan = plan_of(PLAN)
    settings = designs.settings(plan)
    return journal.create(plan, settings, designs.cells(plan, range(len(settings))))


def test_of_more_runs_than_fit_the_last_waits_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = wiring.Desk({"TUNEDESK_DB": f"sqlite:///{tmp_path / 's.db'}"})
    journal = Journal(desk.store)
    first, second = created(journal), created(journal)
    monkeypatch.setattr("experiments.works._MOST", 0)
    with pytest.raises(ProviderError, match="resume it from the list") as told:
        desk.works.start(second)
    assert "从列表里继续" in told.value.message.zh
    assert not desk.works.going(second) and journal.counts(second) == {"waiting": 1}
    monkeypatch.setattr("experiments.works._MOST", 1)
    for run in (first, second):
        desk.works.start(run)
        deadline = time.monotonic() + 30
        while desk.works.going(run) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert journal.counts(run)["done:ok"] == 1
    desk.close()
