"""Scoring a recorded run again, from its answers and from what its judges said at the time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from backends import Call, ChatRequest, Message, Words
from experiments.afterwards import Afterwards
from experiments.journal import Journal, Run
from experiments.scoring.judge import JUDGE_KINDS, TAG
from experiments.scoring.scores import check_scores, score
from experiments.types import Cell, Prompt, ScoreSpec
from usage.tables import cells

# Not made again: a stranger's code is not run, and prices change.
KEPT = frozenset({"python", "cost"})


def rescore(journal: Journal, run: Run) -> None:
    """Put scores made from the recorded calls in place of those of the answered cells.

    Nothing is called. Scores of the kinds in `KEPT` stay, and so does which scores a cell has.

    Raises:
        ScoreTrouble: the plan's scores cannot be computed.
    """
    specs = tuple(spec for spec in run.plan.scores if spec.kind not in KEPT)
    check_scores(specs, journal.whole_plan(run).prompts)
    again = {spec.label for spec in specs}
    before = list(_answered(journal, run))
    _settle(
        journal, run, before, lambda cell: {k: v for k, v in cell.scores.items() if k not in again}
    )
    scored = replace(run, plan=replace(run.plan, scores=specs))
    journal.want(run.id, "run")
    with ThreadPoolExecutor(1) as pool:
        Afterwards(journal, scored, _Recorded(journal, scored)).complete(pool)
    journal.want(run.id, run.wanted)
    found = {cell.number: cell.scores for cell in _answered(journal, run)}
    # In the order in which they were recorded, which tables keep.
    _settle(journal, run, before, lambda cell: {k: found[cell.number].get(k) for k in cell.scores})


class _Recorded:
    """Scores answers, with the replies that judges gave when the run was made."""

    def __init__(self, journal: Journal, run: Run) -> None:
        self._store = journal.store
        self._replies: dict[str, str] = {}
        if not any(spec.kind in JUDGE_KINDS for spec in run.plan.scores):
            return
        for call in journal.store.each(run.id):
            requested = {trace.name: trace.requested for trace in call.params}
            key = _key(call.cell, f"{call.provider}/{call.model}", call.messages, requested)
            # Of several tries the latest counts, unless it failed.
            if call.tag == TAG and (call.state == "ok" or key not in self._replies):
                self._replies[key] = call.id

    def judge(self, cell: Cell) -> Callable[[ChatRequest], Call]:
        """A function that finds the call which a judge made in a cell's name."""

        def ask(request: ChatRequest) -> Call:
            key = _key(cell.number, request.model, request.messages, request.params)
            found = self._store.find(self._replies.get(key, ""))
            provider, _, model = request.model.partition("/")
            # What was never asked was never answered.
            return found or Call("", 1, None, datetime.now(UTC), provider, model, False, "failed")

        return ask

    def score(self, spec: ScoreSpec, cell: Cell, prompt: Prompt, call: Call) -> float | None:
        """One score of one answer."""
        return score(spec, call, prompt, self.judge(cell), tell=self.tell)

    def tell(self, sentence: Words) -> None:
        """It was told when the run was made."""


def _answered(journal: Journal, run: Run) -> Any:
    return journal.cells(run.id, cells.c.state == "done", cells.c.outcome == "ok")


def _settle(
    journal: Journal,
    run: Run,
    listed: Sequence[Cell],
    scores: Callable[[Cell], Mapping[str, float | None]],
) -> None:
    done = journal.settle(run.id, [replace(cell, scores=scores(cell)) for cell in listed])
    if done is not None:
        done.result()


def _key(
    cell: int | None, model: str, messages: Sequence[Message], params: Mapping[str, Any]
) -> str:
    """What tells one question to a judge from every other of a run."""
    given = {name: value for name, value in params.items() if value is not None}
    told = [message.content for message in messages]
    return json.dumps([cell, model, told, given], sort_keys=True)
