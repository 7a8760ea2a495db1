"""Whether a study kept to what was declared before its first call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from backends import Words
from experiments import measured
from experiments.journal import Journal, Run
from experiments.types import Preregistration

_METRIC = Words(
    "声明的指标是 {declared}，实际用来判断的是 {used}。",
    "The metric was declared as {declared}; what decides is {used}.",
)
_DELTA = Words(
    "声明的等效界限是 {declared}，实际用的是 {used}。",
    "The margin was declared as {declared}; {used} was used.",
)
_COUNT = Words(
    "声明要 {declared} 个题目，每个设置都有分数的只有 {used} 个。",
    "{declared} prompts were declared; only {used} have a score under every setting.",
)


@dataclass(frozen=True, slots=True)
class Followed:
    """A declaration and where the study departed from it; no departure means it was followed."""

    declared: Preregistration
    departures: tuple[Words, ...]


def followed(journal: Journal, run: Run) -> Followed | None:
    """How a run compares with what was declared for it; None where nothing was."""
    if run.plan.preregistered is None:
        return None
    return Followed(run.plan.preregistered, tuple(_departures(journal, run)))


def _departures(journal: Journal, run: Run) -> Iterator[Words]:
    declared, primary = run.plan.preregistered, run.plan.primary
    if declared is None:
        return
    used = None if primary is None else primary.label
    if declared.metric != used:
        yield _METRIC.whole(declared=declared.metric, used=used)
    if declared.delta is not None and declared.delta != run.plan.delta:
        yield _DELTA.whole(declared=declared.delta, used=run.plan.delta)
    if declared.n is not None and primary is not None:
        values = measured.scores(journal, run, primary.label)
        scored = int((~np.isnan(values)).any(axis=2).all(axis=0).sum())
        if scored < declared.n:
            yield _COUNT.whole(declared=declared.n, used=scored)
