"""A study's plan as people write it, in TOML or from a form, and as the engine takes it."""

from __future__ import annotations

import dataclasses
import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from backends import CATALOGUE, brief
from experiments.plan_values import (
    PlanTrouble,
    a_list,
    flag,
    number,
    positive,
    text,
    unknown,
    whole,
    wrong,
)
from experiments.scoring.score_files import located
from experiments.scoring.score_kinds import ScoreTrouble
from experiments.types import Design, Factor, Plan, Preregistration, Prompt, ScoreSpec

SYSTEM = "system"
# Calls at the same time; a provider's own limit is nearly always lower.
MOST_AT_ONCE = 128
# As the store's column has it.
_LONGEST_ID = 128
# A run's cells are listed in memory before they are written: a million take some hundred MB there,
# and ten calls a second take a day over them. Settings are compared each with each other.
MOST_CELLS, MOST_SETTINGS = 1_000_000, 5_000
# A trial of fewer calls is noise, and a search follows it: field/engines.md §1.1.
TRIAL_CALLS = 5


def read_plan(path: Path) -> Plan:
    """The plan in a TOML file; what it names by path is looked for beside it.

    Raises:
        PlanTrouble: the file cannot be read, is no TOML, or is no plan.
    """
    try:
        form = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise PlanTrouble(
            f"无法读取计划文件 {brief(path)}（{exc.strerror}）。请检查路径。",
            f"The plan {brief(path)} cannot be read ({exc.strerror}). Check the path.",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise PlanTrouble(
            f"计划文件 {brief(path)} 不是有效的 TOML（{brief(exc)}）。请修改那一行。",
            f"The plan {brief(path)} is no valid TOML ({brief(exc)}). Mend that line.",
        ) from None
    plan = plan_of(form, path.parent)
    try:
        # Only a file of this machine may point at code and schemas beside it.
        scores = tuple(located(spec, path.parent) for spec in plan.scores)
    except ScoreTrouble as trouble:
        raise PlanTrouble(*trouble.message) from None
    return dataclasses.replace(plan, scores=scores)


def plan_of(form: Mapping[str, Any], folder: Path | None = None) -> Plan:
    """The plan of a mapping of TOML's values.

    `folder` is where files that it names are; None: it came from a stranger and may name none.

    Raises:
        PlanTrouble: naming the first key that is unknown, missing or of the wrong kind.
    """
    plan = dataclasses.replace(without_prompts(form), prompts=_prompts(form, folder))
    _check(plan)
    return plan


def without_prompts(form: Mapping[str, Any]) -> Plan:
    """The plan but for its prompts, as a run is recorded.

    Raises:
        PlanTrouble: naming the first key that is unknown, missing or of the wrong kind.
    """
    for key in form:
        if key not in _KEYS:
            raise unknown("计划", "plan", key, _KEYS)
    given = {key: read(key, form[key]) for key, read in _KEYS.items() if key in form}
    given.pop("prompts_file", None)
    if not given.get("models"):
        raise PlanTrouble(
            '计划里没有模型。请写 models = ["handbook/ngram"]。',
            'The plan names no model. Write models = ["handbook/ngram"].',
        )
    return Plan(**{"name": "study", **given, "prompts": ()})


def as_form(plan: Plan) -> dict[str, Any]:
    """The plan as plain values, such that `plan_of` gives the same plan again."""
    form = dataclasses.asdict(plan)
    form["factors"] = {
        factor.name: list(factor.levels)
        if factor.levels
        else {"minimum": factor.minimum, "maximum": factor.maximum}
        for factor in plan.factors
    }
    form["prompts"] = [
        {"id": prompt.id, "prompt": prompt.text, **_given(prompt)} for prompt in plan.prompts
    ]
    form["scores"] = [_score_form(score) for score in plan.scores]
    return {key: value for key, value in form.items() if value is not None}


def _given(prompt: Prompt) -> dict[str, Any]:
    return {} if prompt.reference is None else {"reference": prompt.reference}


def _score_form(score: ScoreSpec) -> dict[str, Any]:
    form = {"kind": score.kind, "value": score.value, "name": score.name, **score.options}
    return {
        **{key: value for key, value in form.items() if value not in (None, "")},
        "primary": score.primary,
    }


def _check(plan: Plan) -> None:
    names = [factor.name for factor in plan.factors]
    fixed = [name for name in names if name in plan.params]
    if fixed or (SYSTEM in names and plan.system):
        name = fixed[0] if fixed else SYSTEM
        raise PlanTrouble(
            f"{name} 既是固定值又是因素。请只留其中一个。",
            f"{name} is both fixed and a factor. Keep one of the two.",
        )
    if plan.holdout is not None and plan.holdout >= len(plan.prompts):
        raise PlanTrouble(
            f"holdout = {plan.holdout} 没有给选择留下题目。请少留一些。",
            f"holdout = {plan.holdout} leaves no prompt to choose by. Hold out fewer.",
        )
    if plan.design != "grid" and not plan.factors:
        raise PlanTrouble(
            f"{plan.design} 设计需要至少一个因素。请写 [factors]，或改用 grid。",
            f"The design {plan.design} needs a factor. Write [factors], or choose grid.",
        )
    if plan.design == "adaptive":
        _check_adaptive(plan)
    _check_size(plan)


def _check_size(plan: Plan) -> None:
    """Counted and not listed, for it may be more than the memory holds."""
    # Not beside the other imports: it imports this module.
    from experiments.designs import held_out, levels

    settings = plan.points
    if plan.design != "adaptive":
        grid = math.prod(len(levels(factor)) for factor in plan.factors)
        settings = len(plan.models) * (grid if plan.design == "grid" else plan.points)
    if settings > MOST_SETTINGS:
        raise PlanTrouble(
            f"计划有 {settings:,} 种设置，最多 {MOST_SETTINGS:,} 种。请减少模型、因素取值或点数。",
            f"The plan has {settings:,} settings, and {MOST_SETTINGS:,} is the most. Take fewer "
            "models, values or points.",
        )
    held = held_out(plan, len(plan.prompts))
    prompts = len(plan.prompts) - held
    again = 2 * plan.remeasure * (held or prompts) if plan.primary and settings > 1 else 0
    calls = settings * prompts * plan.repeats + again
    if calls > MOST_CELLS:
        # Whoever writes a number of a thousand digits need not read it again.
        all_, repeats, again_ = (brief(f"{each:,}") for each in (calls, plan.repeats, again))
        raise PlanTrouble(
            f"计划共 {all_} 次调用（{settings:,} 种设置 × {prompts:,} 个题目 × 重复 {repeats} 次，"
            f"另复测赢家 {again_} 次），最多 {MOST_CELLS:,} 次。"
            "请减少重复或复测次数，或减少题目与取值。",
            f"The plan comes to {all_} calls (settings {settings:,} × prompts {prompts:,} × "
            f"repeats {repeats}, and {again_} to re-measure the winner), and "
            f"{MOST_CELLS:,} is the most. Lower repeats or re-measuring, or take fewer prompts "
            "or values.",
        )


def _check_adaptive(plan: Plan) -> None:
    if plan.primary is None:
        raise PlanTrouble(
            "自适应设计需要一个分数来判断好坏。请写 [[scores]]。",
            "An adaptive design needs a score to go by. Write [[scores]].",
        )
    if plan.repeats * len(plan.prompts) < TRIAL_CALLS:
        raise PlanTrouble(
            f"自适应设计的每次试验至少要 {TRIAL_CALLS} 次调用（题目 × 重复）。请增加 repeats。",
            f"A trial of an adaptive design needs at least {TRIAL_CALLS} calls "
            "(prompts × repeats). Raise repeats.",
        )


def _prompts(form: Mapping[str, Any], folder: Path | None) -> tuple[Prompt, ...]:
    listed = [_prompt(item, place) for place, item in enumerate(form.get("prompts", ()), 1)]
    if "prompts_file" in form:
        listed += _prompts_in(text("prompts_file", form["prompts_file"]), folder)
    if not listed:
        raise PlanTrouble(
            '计划里没有题目。请写 prompts = ["……"] 或 prompts_file。',
            'The plan has no prompts. Write prompts = ["…"] or prompts_file.',
        )
    seen: set[str] = set()
    for prompt in listed:
        if prompt.id in seen:
            raise PlanTrouble(
                f"题目编号 {brief(prompt.id)} 重复。请让每个 id 不同。",
                f"The prompt id {brief(prompt.id)} is there twice. Give each its own.",
            )
        if len(prompt.id) > _LONGEST_ID:
            raise PlanTrouble(
                f"题目编号 {brief(prompt.id, 20)} 超过 {_LONGEST_ID} 个字符。请写短一些。",
                f"The prompt id {brief(prompt.id, 20)} has more than {_LONGEST_ID} characters. "
                "Write a shorter one.",
            )
        seen.add(prompt.id)
    return tuple(listed)


def _prompt(item: Any, place: int) -> Prompt:
    if isinstance(item, str):
        item = {"prompt": item}
    if not isinstance(item, Mapping) or not str(item.get("prompt", "")).strip():
        raise PlanTrouble(
            f"第 {place} 个题目没有文字。请写成文字，或带 prompt 的表。",
            f"Prompt {place} has no text. Write it as text, or as a table with prompt.",
        )
    for key in item:
        if key not in ("id", "prompt", "reference"):
            raise unknown("题目", "prompt", key, ("id", "prompt", "reference"))
    reference = item.get("reference")
    return Prompt(
        str(item.get("id", place)),
        str(item["prompt"]),
        None if reference is None else str(reference),
    )


def _prompts_in(name: str, folder: Path | None) -> list[Prompt]:
    # Not beside the other imports: most plans bring their prompts along.
    from experiments.tabular.tables import prompts_of, read_table

    if folder is None:
        raise PlanTrouble(
            "这里的计划不能引用文件。请把题目写进 prompts，或上传表格。",
            "A plan from here may name no file. Write the prompts into it, or upload the table.",
        )
    try:
        table = read_table((folder / name).read_bytes(), name)
        return list(prompts_of(table, "prompt", *_columns(table.columns)))
    except OSError as exc:
        raise PlanTrouble(
            f"无法读取题目文件 {brief(name)}（{exc.strerror}）。请检查 prompts_file。",
            f"The prompts in {brief(name)} cannot be read ({exc.strerror}). Check prompts_file.",
        ) from None


def _columns(columns: Sequence[str]) -> tuple[str | None, str | None]:
    return "id" if "id" in columns else None, "reference" if "reference" in columns else None


def _factors(key: str, value: Any) -> tuple[Factor, ...]:
    if not isinstance(value, Mapping):
        raise wrong(key, "一个表", "a table", value)
    return tuple(_factor(name, levels) for name, levels in value.items())


def _factor(name: str, levels: Any) -> Factor:
    if name != SYSTEM and name not in CATALOGUE:
        raise unknown("因素", "factors", name, (SYSTEM, *CATALOGUE))
    if isinstance(levels, list | tuple) and levels:
        return Factor(name, tuple(levels))
    numeric = name != SYSTEM and CATALOGUE[name].kind in ("float", "int")
    if numeric and isinstance(levels, Mapping) and set(levels) == {"minimum", "maximum"}:
        low, high = (number(f"{name}.{end}", levels[end]) for end in ("minimum", "maximum"))
        if low < high:
            return Factor(name, (), low, high)
    raise PlanTrouble(
        f"因素 {name} 应是取值列表，或（数值参数）{{minimum = …, maximum = …}}。请修改。",
        f"The factor {name} must be a list of levels, or for a number "
        "{minimum = …, maximum = …}. Change it.",
    )


def _scores(key: str, value: Any) -> tuple[ScoreSpec, ...]:
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise wrong(key, "若干 [[scores]] 表", "tables [[scores]]", value)
    return tuple(_score(item) for item in value)


def _score(form: Mapping[str, Any]) -> ScoreSpec:
    own = {"kind", "value", "primary", "name"}
    value = form.get("value")
    return ScoreSpec(
        text("scores.kind", form.get("kind")),
        None if value is None else str(value),
        flag("scores.primary", form.get("primary", False)),
        text("scores.name", form.get("name", "")),
        {key: option for key, option in form.items() if key not in own},
    )


def _preregistered(key: str, value: Any) -> Preregistration:
    if not isinstance(value, Mapping):
        raise wrong(key, "一个表", "a table", value)
    names = [field.name for field in dataclasses.fields(Preregistration)]
    for name in value:
        if name not in names:
            raise unknown(key, key, name, names)
    delta, count = value.get("delta"), value.get("n")
    return Preregistration(
        text(f"{key}.hypothesis", value.get("hypothesis")),
        text(f"{key}.metric", value.get("metric")),
        None if delta is None else positive(f"{key}.delta", delta),
        None if count is None else _count(f"{key}.n", count),
    )


def _params(key: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise wrong(key, "一个表", "a table", value)
    for name in value:
        if name not in CATALOGUE:
            raise unknown(key, key, name, CATALOGUE)
    return dict(value)


def _examples(key: str, value: Any) -> tuple[tuple[str, str], ...]:
    found = []
    for pair in a_list(key, value):
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise wrong(key, "[问, 答] 的列表", "a list of [question, answer]", value)
        found.append((text(key, pair[0]), text(key, pair[1])))
    return tuple(found)


def _models(key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise wrong(key, "模型名的列表", "a list of model names", value)
    return tuple(dict.fromkeys(value))


def _design(key: str, value: Any) -> Design:
    if value not in get_args(Design):
        raise wrong(key, "grid、sobol 或 adaptive", "grid, sobol or adaptive", value)
    return value  # type: ignore[no-any-return]


_count = whole(1)

# Every key of a plan, and how its value is read.
_KEYS: Mapping[str, Callable[[str, Any], Any]] = {
    "name": text,
    "question": text,
    "models": _models,
    "prompts": a_list,
    "prompts_file": text,
    "system": text,
    "params": _params,
    "examples": _examples,
    "factors": _factors,
    "repeats": _count,
    "concurrency": whole(1, MOST_AT_ONCE),
    "design": _design,
    "points": whole(2, 1000),
    "budget_calls": _count,
    "scores": _scores,
    "delta": positive,
    "remeasure": whole(0),
    "holdout": whole(0),
    "stop_early": flag,
    "stream": flag,
    "against": text,
    "seed": whole(0),
    "preregistered": _preregistered,
}
