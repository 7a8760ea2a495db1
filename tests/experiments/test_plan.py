"""Plans as people write them: what is read, and the sentence for what cannot be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.plan import as_form, plan_of, read_plan
from experiments.plan_values import PlanTrouble
from experiments.types import Factor, Prompt

LEAST = {"models": ["handbook/ngram"], "prompts": ["你好"]}


def test_a_plan_of_every_key_is_read_and_written_again(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(
        """
        name = "温度"
        question = "Which temperature?"
        models = ["qianfan/ernie-speed-8k", "spark/lite"]
        prompts = ["你好", {id = "sky", prompt = "天为什么是蓝的？", reference = "散射"}]
        params = {max_output_tokens = 50}
        examples = [["一加一？", "二"]]
        repeats = 3
        concurrency = 8
        design = "sobol"
        points = 8
        budget_calls = 100
        delta = 0.1
        remeasure = 2
        stop_early = false
        stream = false
        seed = 7
        [factors]
        temperature = {minimum = 0.1, maximum = 0.9}
        system = ["", "你是诗人"]
        [[scores]]
        kind = "contains"
        value = "北京"
        primary = true
        [[scores]]
        kind = "distinct"
        name = "d3"
        n = 3
        [preregistered]
        hypothesis = "Lower is better"
        metric = "contains"
        delta = 0.1
        n = 40
        """,
        encoding="utf-8",
    )
    plan = read_plan(tmp_path / "plan.toml")
    assert plan.prompts == (Prompt("1", "你好"), Prompt("sky", "天为什么是蓝的？", "散射"))
    assert plan.factors[0] == Factor("temperature", (), 0.1, 0.9)
    assert plan.primary is plan.scores[0] and plan.scores[1].options == {"n": 3}
    assert plan.preregistered is not None and plan.preregistered.n == 40
    assert plan_of(json.loads(json.dumps(as_form(plan)))) == plan


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"modles": ["x"]}, "models"),
        ({"models": []}, "models"),
        ({"models": "handbook/ngram"}, "models"),
        ({"prompts": []}, "prompts"),
        ({"prompts": ["  "]}, "Prompt 1"),
        ({"prompts": [{"prompt": "a", "answer": "b"}]}, "answer"),
        ({"prompts": [{"id": "x", "prompt": "a"}, {"id": "x", "prompt": "b"}]}, "x"),
        ({"repeats": 0}, "repeats"),
        ({"repeats": True}, "repeats"),
        ({"concurrency": 1000}, "concurrency"),
        ({"design": "random"}, "design"),
        ({"factors": {"warmth": [1]}}, "warmth"),
        ({"factors": {"temperature": []}}, "temperature"),
        ({"factors": {"temperature": {"minimum": 1, "maximum": 0.5}}}, "temperature"),
        ({"factors": {"system": {"minimum": 0, "maximum": 1}}}, "system"),
        ({"factors": {"temperature": [0.1]}, "params": {"temperature": 1}}, "temperature"),
        ({"factors": {"system": ["a"]}, "system": "b"}, "system"),
        ({"design": "sobol"}, "factor"),
        ({"design": "adaptive", "factors": {"temperature": [0.1, 0.2]}}, "score"),
        (
            {
                "design": "adaptive",
                "factors": {"temperature": [0.1]},
                "scores": [{"kind": "length"}],
            },
            "repeats",
        ),
        ({"scores": [{"value": "x"}]}, "scores.kind"),
        ({"delta": 0}, "delta"),
        ({"prompts_file": "/etc/passwd"}, "file"),
        ({"examples": [["only one"]]}, "examples"),
        ({"preregistered": {"metric": "length"}}, "hypothesis"),
    ],
)
def test_what_cannot_be_run_is_told_by_name(change: dict[str, Any], named: str) -> None:
    with pytest.raises(PlanTrouble) as told:
        plan_of({**LEAST, **change})
    zh, en = told.value.message
    assert named in en and zh.endswith("。") and en.endswith(".")


@pytest.mark.parametrize(
    ("change", "counted", "lower"),
    [
        ({"repeats": 999_999_999}, "1,999,999,998 calls", "Lower repeats"),
        (
            {"remeasure": 10**9, "scores": [{"kind": "length"}]},
            "2,000,000,002 calls",
            "re-measuring",
        ),
        ({"budget_calls": 5, "repeats": 500_001}, "1,000,002 calls", "Lower repeats"),
        ({"design": "sobol", "points": 1000, "repeats": 1001}, "1,001,000 calls", "repeats"),
        (
            {"factors": {key: list(range(1000)) for key in ("seed", "top_k", "min_p")}},
            "1,000,000,000 settings",
            "fewer models, values or points",
        ),
    ],
)
def test_a_plan_of_more_calls_than_a_run_can_hold_is_refused_before_they_are_listed(
    change: dict[str, Any], counted: str, lower: str
) -> None:
    factors = {"temperature": [0.2, 0.9]}
    with pytest.raises(PlanTrouble) as told:
        plan_of({**LEAST, "factors": factors, **change})
    zh, en = told.value.message
    assert counted in en and lower in en and counted.split()[0] in zh


def test_a_count_of_a_thousand_digits_is_told_in_brief() -> None:
    with pytest.raises(PlanTrouble) as told:
        plan_of({**LEAST, "repeats": 10**1000})
    assert all(len(words) < 700 for words in told.value.message)


def test_a_plan_of_as_many_calls_as_a_run_can_hold_is_taken() -> None:
    plan = plan_of({**LEAST, "factors": {"temperature": [0.2, 0.9]}, "repeats": 500_000})
    assert plan.repeats == 500_000


def test_a_plan_that_is_no_toml_says_where(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text("name = \n", encoding="utf-8")
    with pytest.raises(PlanTrouble, match="line 1"):
        read_plan(tmp_path / "plan.toml")
    with pytest.raises(PlanTrouble, match="cannot be read"):
        read_plan(tmp_path / "none.toml")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(st.sampled_from(sorted(as_form(plan_of(LEAST)))), _JSON)
def test_whatever_stands_at_a_key_is_read_or_told(key: str, value: Any) -> None:
    try:
        plan = plan_of({**LEAST, key: value})
    except PlanTrouble as trouble:
        assert trouble.message.zh and trouble.message.en
    else:
        assert plan.models and plan.prompts


def test_prompts_come_from_a_table_beside_the_plan(tmp_path: Path) -> None:
    (tmp_path / "asked.csv").write_text(
        "id,prompt,reference\na,天为什么是蓝的？,散射\nb,What is tea?,leaf\n", encoding="utf-8"
    )
    plan = plan_of({"models": ["handbook/ngram"], "prompts_file": "asked.csv"}, tmp_path)
    assert [(each.id, each.text, each.reference) for each in plan.prompts] == [
        ("a", "天为什么是蓝的？", "散射"),
        ("b", "What is tea?", "leaf"),
    ]
    with pytest.raises(PlanTrouble, match="cannot be read"):
        plan_of({"models": ["handbook/ngram"], "prompts_file": "none.csv"}, tmp_path)
    (tmp_path / "other.csv").write_text("question\nhi\n", encoding="utf-8")
    with pytest.raises(PlanTrouble, match="prompt"):
        plan_of({"models": ["handbook/ngram"], "prompts_file": "other.csv"}, tmp_path)
