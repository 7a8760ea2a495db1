"""By which rules a score of a run is judged."""

from __future__ import annotations

from experiments.journal import Run
from experiments.scoring.scores import KINDS, lower_is_better
from experiments.statistics.verdict import Rules
from experiments.types import ScoreSpec


def rules_of(run: Run, spec: ScoreSpec, prompts: int) -> Rules:
    """The rules for one score, the run having so many prompts.

    The plan's margin is in units of the primary score; the others go by their kind's.
    """
    kind = KINDS[spec.kind]
    own = run.plan.delta if spec == run.plan.primary else None
    return Rules(
        planned_prompts=prompts,
        delta=kind.delta if own is None else own,
        higher_is_better=not lower_is_better(spec),
        bounds=kind.bounds,
    )
