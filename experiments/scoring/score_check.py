"""What is wrong with the scores of a plan, told before the first call."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from backends import Words, brief
from experiments.scoring.own_function import check_function
from experiments.scoring.score_kinds import Option, ScoreKind, ScoreTrouble
from experiments.types import Prompt, ScoreSpec

# Which way is up, for kinds such as a length or an own function where only the author knows.
BETTER = Option("choice", Words("方向", "better is"), None, choices=("higher", "lower"))

_UNKNOWN = Words(
    "没有名为“{kind}”的评分。可用的评分：{known}。",
    "There is no score “{kind}”. The scores are: {known}.",
)
_NO_VALUE = Words(
    "评分“{label}”缺少 value（{what_zh}）。请补上。",
    "The score “{label}” lacks its value ({what}). Add it.",
)
_NEEDLESS_VALUE = Words(
    "评分“{label}”不需要 value。请去掉。", "The score “{label}” takes no value. Remove it."
)
_NO_REFERENCE = Words(
    "评分“{label}”需要参考答案，但提示词“{prompt}”没有。请补上参考答案，或换一种评分。",
    "The score “{label}” needs a reference answer, which the prompt “{prompt}” lacks. Add one, or "
    "choose another score.",
)
_PRIMARIES = Words(
    "有两个起决定作用的评分：{first} 和 {second}。请只留一个 primary。",
    "Two scores are marked as the one that decides: {first} and {second}. Leave one primary.",
)
_SAME_LABEL = Words(
    "有两个评分都叫“{label}”。请用 name 给它们不同的名字。",
    "Two scores are called “{label}”. Tell them apart with a name.",
)
_NO_OPTION = Words(
    "评分“{label}”没有名为“{name}”的选项。可用的选项：{known}。",
    "The score “{label}” has no option “{name}”. Its options are: {known}.",
)
_BAD_OPTION = Words(
    "评分“{label}”的选项 {name} = {value} 不对。可以填：{range}。",
    "The option {name} = {value} of the score “{label}” is wrong. It takes: {range}.",
)
_MISSING_OPTION = Words(
    "评分“{label}”缺少选项 {name}（{what_zh}）。请补上。",
    "The score “{label}” lacks its option {name} ({what}). Add it.",
)


def check_specs(
    kinds: Mapping[str, ScoreKind],
    specs: Sequence[ScoreSpec],
    prompts: Sequence[Prompt],
    local: bool,
) -> None:
    """Refuse the first score that could not be computed; see `scores.check_scores`."""
    for spec in specs:
        if spec.kind not in kinds:
            raise ScoreTrouble(_UNKNOWN.whole(kind=brief(spec.kind), known=", ".join(kinds)))
        kind = kinds[spec.kind]
        _check_value(spec, kind)
        _check_options(spec, kind)
        _check_references(spec, kind, prompts)
        if kind.check is not None:
            kind.check(spec)
        if spec.kind == "python":
            check_function(spec, local)
    _check_together(specs)


def _check_value(spec: ScoreSpec, kind: ScoreKind) -> None:
    given = spec.value is not None and bool(spec.value.strip())
    if kind.value == "required" and not given:
        what = kind.value_help or kind.label
        raise ScoreTrouble(_NO_VALUE.format(label=spec.label, what_zh=what.zh, what=what.en))
    if kind.value == "none" and given:
        raise ScoreTrouble(_NEEDLESS_VALUE.format(label=spec.label))


def _check_options(spec: ScoreSpec, kind: ScoreKind) -> None:
    options = {**kind.options, "better": BETTER}
    for name, value in spec.options.items():
        if name not in options:
            known = ", ".join(options)
            raise ScoreTrouble(
                _NO_OPTION.whole(label=brief(spec.label), name=brief(name), known=known)
            )
        if not _takes(options[name], value):
            raise ScoreTrouble(_BAD_OPTION.format(
                label=spec.label, name=name, value=brief(value), range=_range(options[name])
            ))  # fmt: skip
    for name, option in options.items():
        if option.required and name not in spec.options:
            what = option.label
            raise ScoreTrouble(
                _MISSING_OPTION.format(label=spec.label, name=name, what_zh=what.zh, what=what.en)
            )


def _takes(option: Option, value: Any) -> bool:
    match option.kind:
        case "switch":
            return isinstance(value, bool)
        case "choice":
            return value in option.choices
        case "text":
            return isinstance(value, str) and bool(value.strip())
        case "table":
            return isinstance(value, Mapping | str)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return False
    low, high = option.minimum, option.maximum
    within = (low is None or value >= low) and (high is None or value <= high)
    return within and (option.kind == "number" or value == int(value))


def _range(option: Option) -> str:
    if option.choices:
        return " / ".join(option.choices)
    if option.kind == "switch":
        return "true / false"
    if option.kind in ("int", "number"):
        low = "" if option.minimum is None else f"{option.minimum:g} ≤ "
        high = "" if option.maximum is None else f" ≤ {option.maximum:g}"
        return f"{low}n{high}"
    return option.kind


def _check_references(spec: ScoreSpec, kind: ScoreKind, prompts: Sequence[Prompt]) -> None:
    instead = kind.value == "or reference" and not (spec.value or "").strip()
    if not kind.needs_reference and not instead:
        return
    for prompt in prompts:
        if not (prompt.reference or "").strip():
            raise ScoreTrouble(_NO_REFERENCE.format(label=spec.label, prompt=prompt.id))


def _check_together(specs: Sequence[ScoreSpec]) -> None:
    primaries = [spec.label for spec in specs if spec.primary]
    if len(primaries) > 1:
        raise ScoreTrouble(_PRIMARIES.format(first=primaries[0], second=primaries[1]))
    for label, times in Counter(spec.label for spec in specs).items():
        if times > 1:
            raise ScoreTrouble(_SAME_LABEL.format(label=label))
