"""What may be said of a run: a verdict for every pair and score, in words of both languages."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from backends import Words
from experiments import measured
from experiments.designs import labels
from experiments.journal import Journal, Run
from experiments.rules import rules_of
from experiments.statistics.parts_said import filled, more_prompts
from experiments.statistics.verdict import Decision
from experiments.statistics.verdict import verdicts as decide
from experiments.types import Verdict

# Up to so many settings each is compared with every other; beyond, each with the first.
_ALL_PAIRS = 4


def pairs(settings: int) -> list[tuple[int, int]]:
    """Which settings are compared: (a, b) by number."""
    if settings <= _ALL_PAIRS:
        return list(itertools.combinations(range(settings), 2))
    return [(number, 0) for number in range(1, settings)]


def verdicts(journal: Journal, run: Run) -> list[Verdict]:
    """What may be said of every pair on every score, the primary score first."""
    names = labels(run.settings)
    wanted = pairs(len(names))
    asked = measured.asked(journal, run)
    found: list[Verdict] = []
    for spec in sorted(run.plan.scores, key=lambda spec: spec != run.plan.primary):
        values = measured.scores(journal, run, spec.label)
        rules = rules_of(run, spec, values.shape[1])
        said = decide(values, wanted, rules, asked)
        found += [
            _verdict(names[a], names[b], spec.label, each, rules.delta)
            for (a, b), each in zip(wanted, said, strict=True)
        ]
    return found


def _verdict(a: str, b: str, score: str, said: Decision, delta: float | None) -> Verdict:
    return Verdict(
        a,
        b,
        score,
        said.word,
        said.difference,
        said.low,
        said.high,
        said.n_more,
        said.prompts,
        said.missing_a,
        said.missing_b,
        said.worst,
        delta,
    )


_NOTHING = Words(
    "{score}：{a} 与 {b} 没有可比较的分数：没有题目同时问过两者。请让研究继续；若已结束，"
    "请在新研究中提高调用上限。",
    "{score}: {a} and {b} have no scores to compare: no prompt was asked of both. Let the study "
    "go on; if it is over, raise its most calls in a new one.",
)
_NONE_SCORED = Words(
    "{score}：{a} 与 {b} 没有可比较的分数：没有题目两者都得了分。若研究已结束，请在回答里查看原因，"
    "改正取值或评分，再用新研究提问。",
    "{score}: {a} and {b} have no scores to compare: no prompt has a score of both. If the study "
    "is over, see in the answers why, correct the value or the score, and ask in a new study.",
)
_TOO_FEW = Words(
    "{score}：{a} 与 {b} 还无法判断，题目太少，或差异完全相同（{difference}）。"
    "若研究已结束，请在新研究中增加题目。",
    "{score}: {a} against {b}: cannot tell yet; too few prompts, or all differ alike "
    "({difference}). If the study is over, ask more prompts in a new one.",
)
_MISSING = Words("没有分数的回答：{a} 个和 {b} 个。", "Answers without a score: {a} and {b}.")
_AT_WORST = Words(
    "无论它们如何，差异在 [{low}, {high}] 之内。",
    "Whatever they were, the difference lies within [{low}, {high}].",
)
_WORDED: Mapping[str, Words] = {
    "better": Words(
        "{score}：{a} 优于 {b}，差 {difference} [{low}, {high}]。",
        "{score}: {a} is better than {b} by {difference} [{low}, {high}].",
    ),
    "worse": Words(
        "{score}：{a} 劣于 {b}，差 {difference} [{low}, {high}]。",
        "{score}: {a} is worse than {b} by {difference} [{low}, {high}].",
    ),
    "equivalent": Words(
        "{score}：{a} 与 {b} 在 ±{delta} 内等效，差 {difference} [{low}, {high}]。",
        "{score}: {a} and {b} are equivalent within ±{delta}, difference {difference} "
        "[{low}, {high}].",
    ),
    "cannot tell": Words(
        "{score}：{a} 与 {b} 还无法判断，差 {difference} [{low}, {high}]{more}。",
        "{score}: {a} against {b}: cannot tell yet, difference {difference} [{low}, {high}]{more}.",
    ),
}


def sentence(verdict: Verdict) -> Words:
    """A verdict in plain words, with what is missing and how much that could matter."""
    if verdict.difference is None:
        asked = verdict.missing_a or verdict.missing_b
        words = _NONE_SCORED if asked else _NOTHING
        said = words.whole(score=verdict.score, a=verdict.a, b=verdict.b)
        return said.then(_missing(verdict))
    words = _WORDED[verdict.word]
    if verdict.low is None:
        words = _TOO_FEW
    said = filled(
        words,
        score=verdict.score,
        a=verdict.a,
        b=verdict.b,
        difference=_shown(verdict.difference),
        low=_shown(verdict.low),
        high=_shown(verdict.high),
        delta=f"{verdict.delta or 0:g}",
        more=more_prompts(verdict.n_more),
    )
    return said.then(_missing(verdict))


def _missing(verdict: Verdict) -> Words:
    if not verdict.missing_a and not verdict.missing_b:
        return Words("", "")
    said = _MISSING.whole(a=verdict.missing_a, b=verdict.missing_b)
    if verdict.worst is None:
        return said
    low, high = map(_shown, verdict.worst)
    return said.then(_AT_WORST.whole(low=low, high=high))


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:+.3g}"
