"""Valid JSON, and schemas of strangers."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.scoring.json_score import parse_answer
from experiments.scoring.scores import ScoreTrouble, check_scores, score
from experiments.types import ScoreSpec

from .answers import QUESTION, Told, answer, nobody, scored

LABEL = {
    "type": "object",
    "properties": {"类别": {"enum": ["正面", "负面"]}, "置信度": {"type": "number", "maximum": 1}},
    "required": ["类别"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"类别": "正面"}', 1.0),
        (' ["正面", 1, null]\n', 1.0),
        ('"正面"', 1.0),
        ("正面", 0.0),
        ('答案：{"类别": "正面"}', 0.0),
        ('{"类别": "正面"} 以上。', 0.0),
        ("{'类别': '正面'}", 0.0),
        ("NaN", 0.0),
        ('{"类别": "正面",}', 0.0),
        ("9" * 5000, 1.0),
        ("[" * 100_000, 0.0),
        ("", 0.0),
    ],
)
def test_the_whole_answer_must_be_json(text: str, expected: float) -> None:
    assert scored("json", text) == expected


@pytest.mark.parametrize("opening", ["```json", "```", "```JSON"])
def test_a_code_block_counts_only_where_the_plan_says_so(opening: str) -> None:
    text = f'{opening}\n{{"类别": "正面"}}\n```'
    assert scored("json", text) == 0.0
    assert scored("json", text, options={"fenced": True}) == 1.0
    assert scored("json", f"好的：\n{text}", options={"fenced": True}) == 0.0


@pytest.mark.parametrize("form", [LABEL, json.dumps(LABEL), json.dumps(LABEL, ensure_ascii=False)])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"类别": "正面"}', 1.0),
        ('{"类别": "正面", "置信度": 0.9}', 1.0),
        ('{"类别": "正面", "置信度": 2}', 0.0),
        ('{"类别": "一般"}', 0.0),
        ('{"类别": "正面", "理由": "好"}', 0.0),
        ("{}", 0.0),
        ("[]", 0.0),
    ],
)
def test_the_answer_must_fit_the_schema(form: Any, text: str, expected: float) -> None:
    assert scored("json", text, options={"schema": form}) == expected


def test_a_schema_may_be_the_value() -> None:
    assert scored("json", '{"类别": "一般"}', value=json.dumps(LABEL)) == 0.0


@pytest.mark.parametrize(
    ("schema", "part"),
    [
        ("{", "JSON"),
        ('{"type": "对象"}', "对象"),
        ('{"pattern": "("}', "is not a 'regex'"),
        ('{"patternProperties": {"[": {}}}', "is not a 'regex'"),
        ('{"$ref": "http://127.0.0.1:9/schema.json"}', "elsewhere"),
        ('{"$ref": "#/$defs/没有"}', "没有"),
        ('{"patternProperties": {"a": {}}, "unevaluatedProperties": false}', "unevaluated"),
        ("3", "3 is not of type"),
    ],
)
def test_a_schema_that_cannot_be_used_is_refused_with_its_reason(schema: str, part: str) -> None:
    with pytest.raises(ScoreTrouble) as refused:
        check_scores([ScoreSpec("json", schema)], [QUESTION])
    assert part in refused.value.message.en
    assert "JSON Schema 不能用" in refused.value.message.zh


def test_nothing_is_fetched_for_a_schema_that_was_not_checked() -> None:
    told = Told()
    spec = ScoreSpec("json", '{"$ref": "http://127.0.0.1:9/schema.json"}')
    assert score(spec, answer("{}"), QUESTION, nobody, tell=told) is None
    assert "http://127.0.0.1:9/schema.json" in told[0].zh


def test_a_schema_that_refers_to_itself_without_end_gives_no_score() -> None:
    told = Told()
    assert score(ScoreSpec("json", '{"$ref": "#"}'), answer("{}"), QUESTION, nobody, tell=told) is (
        None
    )
    assert told


@pytest.mark.parametrize(
    "schema",
    [
        {"pattern": r"^(x+x+)+y$"},
        {"additionalProperties": False, "patternProperties": {r"^(x+x+)+y$": {}}},
    ],
)
def test_a_pattern_in_a_schema_ends_in_time(schema: dict[str, Any]) -> None:
    text = json.dumps("x" * 5000 if "pattern" in schema else {"x" * 5000: 1})
    started = time.monotonic()
    found = score(
        ScoreSpec("json", json.dumps(schema)), answer(text), QUESTION, nobody, tell=Told()
    )
    assert time.monotonic() - started < 10
    assert found in (None, 0.0)


def test_pattern_properties_are_followed() -> None:
    schema = json.dumps(
        {"patternProperties": {"^题": {"type": "number"}}, "additionalProperties": False}
    )
    assert scored("json", '{"题1": 3}', value=schema) == 1.0
    assert scored("json", '{"题1": "三"}', value=schema) == 0.0
    assert scored("json", '{"页1": 3}', value=schema) == 0.0


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)  # fmt: skip


@given(value=_JSON)
def test_whatever_is_written_as_json_is_read_as_written(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert parse_answer(f" {text}\n") == value
    assert parse_answer(f"```json\n{text}\n```", fenced=True) == value


@given(text=st.text())
def test_any_text_is_json_or_not(text: str) -> None:
    assert scored("json", text) in (0.0, 1.0)
