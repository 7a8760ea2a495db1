"""The runs that one process works at: each once, and no more than fit."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import emulators
import wiring
from backends import ProviderError
from bench.upstream import answer, question
from experiments import designs
from experiments.journal import Journal
from experiments.plan import plan_of
from tests.browser.acts import until

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
        until_over(desk, run)
        assert journal.counts(run)["done:ok"] == 1
    desk.close()


def test_a_run_that_is_resumed_while_its_last_calls_end_goes_on(tmp_path: Path) -> None:
    with emulators.start(["deepseek"], tokens_per_second=4, answer=answer) as running:
        store = f"sqlite:///{tmp_path / 's.db'}"
        desk = wiring.Desk({"TUNEDESK_DB": store, **running.environment, **running.keys})
        journal = Journal(desk.store)
        plan = plan_of(
            {
                "models": ["deepseek/deepseek-chat"],
                "prompts": [f"{number}. {question(8)}" for number in range(4)],
                "concurrency": 1,
            }
        )
        settings = designs.settings(plan)
        run = journal.create(plan, settings, designs.cells(plan, range(len(settings))))
        desk.works.start(run)
        until(lambda: journal.under_way(run) > 0, 30)
        journal.want(run, "pause")
        # Several looks at what is wanted; the call under way takes longer.
        time.sleep(0.8)
        assert desk.works.going(run)
        desk.works.start(run)
        until_over(desk, run)
        assert journal.counts(run)["done"] == 4
        desk.close()


def until_over(desk: wiring.Desk, run: str) -> None:
    until(lambda: not desk.works.going(run), 30)
