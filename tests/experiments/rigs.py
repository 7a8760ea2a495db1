"""A store, a client over the emulators, and small plans to run on them."""

from __future__ import annotations

from typing import Any

from backends import Client
from experiments import designs
from experiments.journal import Journal, Run
from experiments.plan import plan_of
from experiments.runner import Runner
from experiments.types import Cell, Plan, Wanted
from tests.conftest import Rig
from usage import Store
from usage.prices import Prices

MODEL = "deepseek/deepseek-chat"


def small(**more: Any) -> Plan:
    """Two temperatures, three questions, short answers."""
    form = {
        "models": [MODEL],
        "prompts": ["北京在哪里？", "What is tea?", "天为什么是蓝的？"],
        "params": {"max_output_tokens": 12},
        "factors": {"temperature": [0.2, 0.6]},
        "concurrency": 4,
        **more,
    }
    return plan_of({key: value for key, value in form.items() if value is not None})


class Desk:
    """What a run needs, on a store of its own."""

    def __init__(self, rig: Rig, store: Store) -> None:
        self.client = Client(rig.client.catalogue, rig.access, store)
        self.store, self.journal = store, Journal(store)

    def create(self, plan: Plan) -> str:
        settings = designs.settings(plan)
        return self.journal.create(plan, settings, designs.cells(plan, range(len(settings))))

    def find(self, run: str) -> Run:
        found = self.journal.find(run)
        assert found is not None
        return found

    def runner(self, run: str, **more: Any) -> Runner:
        return Runner(self.client, self.journal, self.find(run), Prices.load(), **more)

    def work(self, run: str, **more: Any) -> Wanted:
        return self.runner(run, **more).work()

    def cells(self, run: str) -> list[Cell]:
        return list(self.journal.cells(run))
