"""The scores that are still missing once all answers are there.

Those over the repeats of a setting and prompt; those of each answer against the first setting's
answer to the same prompt, where 0.5 means as good; and whatever was cut before it was judged.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from operator import attrgetter
from typing import Protocol

from backends import Call, ChatRequest, Words
from experiments.caller import Held
from experiments.journal import Journal, Run
from experiments.scoring.scores import KINDS, across, pairwise
from experiments.types import Cell, Prompt, ScoreSpec
from usage.tables import cells

_BY_PROMPT = attrgetter("stage", "prompt_id")


class Scorer(Protocol):
    """Who scores answers; `experiments.caller.Caller` says what each function promises."""

    def judge(self, cell: Cell) -> Callable[[ChatRequest], Call]: ...
    def score(self, spec: ScoreSpec, cell: Cell, prompt: Prompt, call: Call) -> float | None: ...
    def tell(self, sentence: Words) -> None: ...


class Afterwards:
    """Completes the scores of one run. What is scored already stays as it is."""

    def __init__(self, journal: Journal, run: Run, caller: Scorer) -> None:
        self._journal, self._run, self._caller = journal, run, caller
        self._specs = run.plan.scores

    def complete(self, pool: Executor) -> None:
        """Score what lacks a score; judges are asked on the threads of `pool`.

        Raises:
            Held: the run was held back meanwhile; the rest is for the next time.
        """
        if not self._specs:
            return
        answered = (cells.c.state == "done", cells.c.outcome == "ok")
        listed = sorted(self._journal.cells(self._run.id, *answered), key=_BY_PROMPT)
        for (_, prompt_id), block in itertools.groupby(listed, key=_BY_PROMPT):
            cells_ = list(block)
            if any(spec.label not in cell.scores for cell in cells_ for spec in self._specs):
                if self._journal.wanted(self._run.id) != "run":
                    raise Held
                [prompt] = self._journal.prompts(self._run.id, [prompt_id])
                self._complete(prompt, cells_, pool)

    def _complete(self, prompt: Prompt, block: Sequence[Cell], pool: Executor) -> None:
        answers = {cell.number: self._answer(cell) for cell in block}
        found: dict[int, dict[str, float | None]] = {cell.number: {} for cell in block}
        for spec in self._specs:
            if KINDS[spec.kind].over == "repeats":
                figures = list(_over_repeats(spec, block, answers))
            else:
                missing = [cell for cell in block if spec.label not in cell.scores]
                one = self._pair(spec, prompt, block, answers)
                if KINDS[spec.kind].over == "answer":
                    one = self._single(spec, prompt, answers)
                figures = list(zip(missing, pool.map(one, missing), strict=True))
            for cell, figure in figures:
                found[cell.number][spec.label] = figure
        self._journal.settle(
            self._run.id,
            [replace(cell, scores={**found[cell.number], **cell.scores}) for cell in block],
        )

    def _single(
        self, spec: ScoreSpec, prompt: Prompt, answers: Mapping[int, Call]
    ) -> Callable[[Cell], float | None]:
        return lambda cell: self._caller.score(spec, cell, prompt, answers[cell.number])

    def _pair(
        self, spec: ScoreSpec, prompt: Prompt, block: Sequence[Cell], answers: Mapping[int, Call]
    ) -> Callable[[Cell], float | None]:
        first = {cell.repeat: answers[cell.number] for cell in block if cell.setting == 0}

        def judge(cell: Cell) -> float | None:
            if cell.setting == 0:
                return 0.5
            if cell.repeat not in first:
                return None
            own, ask = answers[cell.number], self._caller.judge(cell)
            return pairwise(spec, prompt, own, first[cell.repeat], ask, tell=self._caller.tell)

        return judge

    def _answer(self, cell: Cell) -> Call:
        found = self._journal.store.find(cell.call_id or "")
        if found is None:
            raise LookupError(f"the call of cell {cell.number} is not on record")
        return found


def _over_repeats(
    spec: ScoreSpec, block: Sequence[Cell], answers: Mapping[int, Call]
) -> Iterator[tuple[Cell, float | None]]:
    """Every repeat of a setting has the same figure: it is one of them all."""
    by_setting = sorted(block, key=attrgetter("setting"))
    for _, group in itertools.groupby(by_setting, key=attrgetter("setting")):
        same = list(group)
        figure = across(spec, [answers[cell.number] for cell in same])
        yield from ((cell, figure) for cell in same)
