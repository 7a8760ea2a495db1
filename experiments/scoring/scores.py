"""Every kind of score, one row each, and how answers are scored.

Only answers whose call ended *ok* are scored. Whatever else became of a call is an outcome of its
own, and an answer that cannot be scored has None: neither is ever a 0.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence

from backends import Call
from experiments.scoring.call_scores import CALL_KINDS
from experiments.scoring.json_score import JSON_KINDS
from experiments.scoring.judge import JUDGE_KINDS
from experiments.scoring.language_scores import LANGUAGE_KINDS
from experiments.scoring.own_function import OWN_KINDS, load_function
from experiments.scoring.reference_scores import REFERENCE_KINDS
from experiments.scoring.score_check import check_specs
from experiments.scoring.score_files import located
from experiments.scoring.score_kinds import Ask, Case, Option, ScoreKind, ScoreTrouble, Tell, to_log
from experiments.scoring.text_scores import TEXT_KINDS
from experiments.types import Prompt, ScoreSpec
from usage.prices import Prices

__all__ = [
    "KINDS",
    "Option",
    "ScoreKind",
    "ScoreTrouble",
    "across",
    "check_scores",
    "load_function",
    "located",
    "lower_is_better",
    "pairwise",
    "score",
]

KINDS: Mapping[str, ScoreKind] = {
    **TEXT_KINDS,
    **JSON_KINDS,
    **REFERENCE_KINDS,
    **LANGUAGE_KINDS,
    **CALL_KINDS,
    **JUDGE_KINDS,
    **OWN_KINDS,
}


def check_scores(
    specs: Sequence[ScoreSpec], prompts: Sequence[Prompt], *, local: bool = False
) -> None:
    """Refuse scores that could not be computed, before the first call.

    `local` says that the plan comes from a file of this machine, read by its owner: only then may
    it bring Python code. Whether a judge's model exists is for the catalogue to say.

    Raises:
        ScoreTrouble: naming the score, what is wrong with it and what to do.
    """
    check_specs(KINDS, specs, prompts, local)


def score(
    spec: ScoreSpec,
    call: Call,
    prompt: Prompt,
    ask: Ask,
    *,
    prices: Prices | None = None,
    tell: Tell = to_log,
) -> float | None:
    """The score of one *ok* answer; None where it cannot be scored, or the kind scores no single
    answer.

    `ask` makes the judge's calls, which are on record like any other. `prices` is the table that
    the cost goes by (the built-in one without it). `tell` is given the sentence that says why an
    answer has no score, where it is not plain from the kind.

    Raises:
        KeyError: the kind is not in the table; `check_scores` refuses that.
    """
    kind = KINDS[spec.kind]
    if kind.score is None:
        return None
    found = kind.score(Case(spec, call, prompt, ask, prices or _built_in(), tell))
    return found if found is not None and math.isfinite(found) else None


def across(spec: ScoreSpec, calls: Sequence[Call]) -> float | None:
    """The score of all repeats of one setting and prompt; None below two *ok* answers, or where
    the kind looks at single answers.
    """
    kind = KINDS[spec.kind]
    if kind.across is None:
        return None
    return kind.across(spec, [call.text for call in calls if call.state == "ok"])


def pairwise(
    spec: ScoreSpec,
    prompt: Prompt,
    first: Call,
    second: Call,
    ask: Ask,
    *,
    tell: Tell = to_log,
) -> float | None:
    """Which of two *ok* answers is better: 1 the first, 0 the second, 0.5 neither or undecided.

    None where it could not be judged, or the kind compares no two answers.
    """
    kind = KINDS[spec.kind]
    if kind.pair is None:
        return None
    return kind.pair(Case(spec, first, prompt, ask, _built_in(), tell), second)


def lower_is_better(spec: ScoreSpec) -> bool:
    """Which way is up: the spec's own word (`better = "lower"` or "higher"), else its kind's."""
    said = spec.options.get("better")
    return KINDS[spec.kind].lower_is_better if said is None else said == "lower"


@functools.cache
def _built_in() -> Prices:
    return Prices.load()
