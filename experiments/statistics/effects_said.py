"""What factors do, in words of both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backends import Words
from experiments.designs import level_text
from experiments.statistics.effects import Effect
from experiments.statistics.interactions import Interaction
from experiments.statistics.matters import Matters
from experiments.statistics.parts_said import factor_name, filled, more_prompts

_UNKNOWN = Words(
    "{score}：现有回答看不出 {factor} 的影响。若研究已结束，请改正得不到分数的取值，"
    "在新研究中增加题目或设置。",
    "{score}: the answers so far do not show what {factor} does. If the study is over, correct "
    "values whose calls got no score, and ask more settings or prompts in a new study.",
)
_EFFECTS: Mapping[Matters, Words] = {
    "matters": Words(
        "{score}：{factor} 有影响，从 {start} 到 {end} 变化 {difference} [{low}, {high}]。",
        "{score}: {factor} matters: from {start} to {end} by {difference} [{low}, {high}].",
    ),
    "does not matter": Words(
        "{score}：{factor} 平均而言没有影响（±{delta} 以内），最大差异为从 {start} 到 {end} 的 "
        "{difference} [{low}, {high}]。",
        "{score}: {factor} does not matter on average (±{delta}); the most is from {start} "
        "to {end}, by {difference} [{low}, {high}].",
    ),
    "cannot tell": Words(
        "{score}：还无法判断 {factor} 是否有影响，从 {start} 到 {end} 变化 {difference} "
        "[{low}, {high}]{more}。",
        "{score}: cannot tell yet whether {factor} matters: from {start} to {end} by "
        "{difference} [{low}, {high}]{more}.",
    ),
}
_INTERACTIONS: Mapping[Matters, Words] = {
    "matters": Words(
        "{score}：{a} 的影响取决于 {b}：从 {start} 到 {end} 的变化，在 {other_end} 时比在 "
        "{other_start} 时多 {difference} [{low}, {high}]。",
        "{score}: what {a} does depends on {b}: from {start} to {end} it changes by {difference} "
        "[{low}, {high}] more at {other_end} than at {other_start}.",
    ),
    "does not matter": Words(
        "{score}：{a} 与 {b} 互不影响（±{delta} 以内）。",
        "{score}: {a} and {b} act independently of each other (±{delta}).",
    ),
    "cannot tell": Words(
        "{score}：还无法判断 {a} 的影响是否取决于 {b}，差 {difference} [{low}, {high}]{more}。",
        "{score}: cannot tell yet whether what {a} does depends on {b}: {difference} "
        "[{low}, {high}]{more}.",
    ),
}


def effect_sentence(effect: Effect, score: str, delta: float | None = None) -> Words:
    """An effect in plain words; `delta` is the margin it was judged by."""
    if effect.difference is None or effect.low is None:
        return filled(_UNKNOWN, score=score, factor=factor_name(effect.factor))
    return filled(
        _EFFECTS[effect.word],
        score=score,
        factor=factor_name(effect.factor),
        start=_shown(effect.start),
        end=_shown(effect.end),
        delta=_shown(delta),
        **_figures(effect),
    )


def interaction_sentence(found: Interaction, score: str, delta: float | None = None) -> Words:
    """An interaction in plain words; `delta` is the margin it was judged by."""
    if found.difference is None or found.low is None:
        return filled(_UNKNOWN, score=score, factor=factor_name(*found.factors))
    (start, end), (other_start, other_end) = found.across, found.along
    return filled(
        _INTERACTIONS[found.word],
        score=score,
        a=factor_name(found.factors[0]),
        b=factor_name(found.factors[1]),
        start=_shown(start),
        end=_shown(end),
        other_start=_shown(other_start),
        other_end=_shown(other_end),
        delta=_shown(delta),
        **_figures(found),
    )


def _figures(found: Effect | Interaction) -> dict[str, str | Words]:
    return {
        "difference": _signed(found.difference),
        "low": _signed(found.low),
        "high": _signed(found.high),
        "more": more_prompts(found.n_more),
    }


def _shown(level: Any) -> str:
    return level_text(level, digits=4, most=40)


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.3g}"
