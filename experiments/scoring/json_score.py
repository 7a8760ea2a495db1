"""Whether an answer is JSON, and JSON of the wanted shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import regex

from backends import Words, brief
from experiments.scoring.json_schema import SchemaTrouble, fits, schema_fault
from experiments.scoring.score_kinds import Case, Option, ScoreKind, ScoreTrouble
from experiments.types import ScoreSpec

_BAD_SCHEMA = Words(
    "评分“{label}”的 JSON Schema 不能用：{why}。请修改后再运行。",
    "The JSON schema of the score “{label}” cannot be used: {why}. Correct it, then run.",
)
_UNCHECKED = Words(
    "评分“{label}”的 JSON Schema 无法用于一个回答（{why}），该回答未评分。请简化 Schema。",
    "The JSON schema of the score “{label}” could not be applied to an answer ({why}), which has "
    "no score. Simplify the schema.",
)
_FENCE = regex.compile(r"```[\w-]*[ \t]*\n(.*?)\n?[ \t]*```", regex.DOTALL)


def parse_answer(text: str, fenced: bool = False) -> Any:
    """The JSON value that an answer is, as RFC 8259 has it: no NaN, nothing before or after.

    With `fenced` the whole answer may stand in one Markdown code fence.

    Raises:
        ValueError: it is not JSON, or nested too deeply to be read.
    """
    text = text.strip()
    inside = _FENCE.fullmatch(text) if fenced else None
    try:
        return json.loads(inside[1] if inside else text, parse_constant=_refused, parse_int=_whole)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def valid_json(case: Case) -> float | None:
    """1 where the answer is JSON, and fits the schema where there is one, else 0.

    None, with a sentence told, where the schema's own patterns or references cannot be followed.
    """
    try:
        value = parse_answer(case.call.text, bool(case.option("fenced", False)))
    except ValueError:
        return 0.0
    schema = schema_text(case.spec)
    try:
        return 1.0 if schema is None else float(fits(schema, value))
    except SchemaTrouble as exc:
        case.tell(_UNCHECKED.format(label=case.spec.label, why=exc))
        return None


def check_schema(spec: ScoreSpec) -> None:
    """Refuse a schema that is not one, or that would have to be fetched from elsewhere."""
    text = schema_text(spec)
    if text is None:
        return
    try:
        why = schema_fault(parse_answer(text))
    except ValueError as exc:
        why = str(exc)
    if why is not None:
        raise ScoreTrouble(_BAD_SCHEMA.whole(label=brief(spec.label), why=brief(why, 200)))


def schema_text(spec: ScoreSpec) -> str | None:
    """The schema of a spec as JSON text: its option `schema` (a table or text), or its value."""
    schema = spec.options.get("schema", spec.value)
    if schema is None or isinstance(schema, str):
        return schema or None
    return json.dumps(schema, ensure_ascii=False)


def _refused(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _whole(digits: str) -> int | float:
    # A number of any length is JSON, but Python reads no whole number beyond 4,300 digits.
    return int(digits) if len(digits) <= 4300 else float(digits)


JSON_KINDS: Mapping[str, ScoreKind] = {
    "json": ScoreKind(
        label=Words("有效 JSON", "Valid JSON"),
        help=Words(
            "整个回答是有效 JSON（且符合给定的 JSON Schema）得 1，否则 0。"
            "打开 fenced 后也接受包在一个代码块里的 JSON。",
            "1 where the whole answer is valid JSON (and fits the JSON schema, if given), else 0. "
            "With fenced on, JSON inside one code block counts too.",
        ),
        value="optional",
        value_help=Words("JSON Schema（可不填）", "a JSON schema, or nothing"),
        bounds=(0, 1),
        delta=0.05,
        options={
            "schema": Option("table", Words("JSON Schema", "JSON schema")),
            "fenced": Option("switch", Words("接受代码块", "accept a code block"), False),
        },
        check=check_schema,
        score=valid_json,
    ),
}
