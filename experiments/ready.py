"""Everything that is looked at before a run may begin."""

from __future__ import annotations

from backends import Catalogue, ProviderError, Words, brief, listing
from experiments.designs import held_out
from experiments.plan_values import PlanTrouble
from experiments.scoring.scores import KINDS, ScoreTrouble, check_scores
from experiments.types import Plan

_NO_AGAINST = Words(
    "没有名为“{against}”的分数可供权衡。请把 against 改为：{known}。",
    "There is no score “{against}” to trade off. Set against to one of: {known}.",
)
_TOO_LATE = Words(
    "自适应设计不能用 {label}：它要等全部回答完成才能计算。请换一个主要分数。",
    "An adaptive design cannot go by {label}, which is known only once all answers are there. "
    "Make another score the primary one.",
)


def check(plan: Plan, catalogue: Catalogue, *, local: bool) -> None:
    """Refuse a plan that this desk cannot run; `local`: it comes from a file of the user's own.

    Raises:
        PlanTrouble: a sentence that names what is wrong and what to do.
    """
    judges = [str(score.options["model"]) for score in plan.scores if "model" in score.options]
    for name in (*plan.models, *judges):
        try:
            catalogue.find(name)
        except ProviderError as error:
            raise PlanTrouble(*error.message) from None
    try:
        check_scores(plan.scores, plan.prompts, local=local)
    except ScoreTrouble as trouble:
        raise PlanTrouble(*trouble.message) from None
    labels = [score.label for score in plan.scores]
    if plan.against is not None and plan.against not in labels:
        raise PlanTrouble(*_NO_AGAINST.whole(against=brief(plan.against), known=listing(labels)))
    if plan.design == "adaptive":
        _check_search(plan)
    _check_declared(plan)


def _check_search(plan: Plan) -> None:
    wanted = [plan.primary, *(score for score in plan.scores if score.label == plan.against)]
    for score in wanted:
        if score is not None and KINDS[score.kind].over != "answer":
            raise PlanTrouble(*_TOO_LATE.format(label=score.label))


def _check_declared(plan: Plan) -> None:
    """What is declared must be possible: prompts that are held out do not decide."""
    held = held_out(plan, len(plan.prompts))
    decide, declared = len(plan.prompts) - held, plan.preregistered
    if declared is not None and declared.n is not None and declared.n > decide:
        raise PlanTrouble(
            f"声明了 n = {declared.n}，但能用来判断的题目只有 {decide} 个（另留出 {held} 个）。"
            "请增加题目，或改小 n。",
            f"n = {declared.n} is declared, but only {decide} prompts decide ({held} are held "
            "out). Add prompts, or lower n.",
        )
