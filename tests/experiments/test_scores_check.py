"""What is refused before the first call, in sentences that say what to do."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from backends import Usage
from experiments.plan import read_plan
from experiments.scoring.scores import (
    KINDS,
    ScoreTrouble,
    check_scores,
    located,
    lower_is_better,
    score,
)
from experiments.types import Prompt, ScoreSpec

from .answers import QUESTION, Told, answer, nobody

PLAIN = Prompt("第2题", "你好")


def refused(*specs: ScoreSpec, prompts: tuple[Prompt, ...] = (QUESTION,)) -> str:
    """The sentence, once it was seen that both languages have one."""
    with pytest.raises(ScoreTrouble) as trouble:
        check_scores(specs, prompts)
    message = trouble.value.message
    assert message.zh.rstrip().endswith("。") or "可用的" in message.zh
    assert message.en
    return message.en


@pytest.mark.parametrize(
    ("spec", "parts"),
    [
        (ScoreSpec("bertscore"), ["bertscore", "chrf", "judge", "python"]),
        (ScoreSpec("regex"), ["regex", "value", "regular expression"]),
        (ScoreSpec("regex", "("), ["regex", "not valid", "missing )"]),
        (ScoreSpec("latency", "3"), ["latency", "takes no value"]),
        (ScoreSpec("length", options={"unit": "字节"}), ["unit", "characters / words"]),
        (ScoreSpec("length", options={"per": "行"}), ["no option", "per", "unit"]),
        (ScoreSpec("distinct", options={"n": 0}), ["n = 0", "1 ≤ n ≤ 8"]),
        (ScoreSpec("distinct", options={"n": True}), ["n = True"]),
        (ScoreSpec("json", options={"fenced": "yes"}), ["fenced", "true / false"]),
        (ScoreSpec("language", "fr"), ["fr", "zh or en"]),
        (ScoreSpec("judge"), ["model", "provider/model"]),
        (ScoreSpec("judge", options={"model": "ernie"}), ["ernie", "provider/model"]),
        (ScoreSpec("length", options={"better": "shorter"}), ["better", "higher / lower"]),
    ],
)
def test_a_score_that_cannot_be_computed_is_refused(spec: ScoreSpec, parts: list[str]) -> None:
    said = refused(spec)
    assert [part for part in parts if part not in said] == []


@pytest.mark.parametrize("kind", ["exact", "contains", "chrf", "bleu"])
def test_the_first_prompt_without_a_reference_is_named(kind: str) -> None:
    assert "第2题" in refused(ScoreSpec(kind), prompts=(QUESTION, PLAIN))
    check_scores([ScoreSpec(kind)], [QUESTION])


def test_a_value_stands_in_for_references() -> None:
    check_scores([ScoreSpec("contains", "随机")], [QUESTION, PLAIN])
    assert "第2题" in refused(ScoreSpec("contains", "  "), prompts=(QUESTION, PLAIN))


def test_one_score_decides_and_labels_differ() -> None:
    two = ScoreSpec("length", primary=True), ScoreSpec("latency", primary=True)
    assert "length" in refused(*two) and "latency" in refused(*two)
    assert "contains" in refused(ScoreSpec("contains", "好"), ScoreSpec("contains", "好"))
    check_scores(
        [ScoreSpec("contains", "好"), ScoreSpec("contains", "好", name="说好")], [QUESTION]
    )


def test_every_row_of_the_table_is_complete() -> None:
    assert list(KINDS) == [
        "exact", "contains", "regex", "length", "distinct", "repetition", "json", "chrf", "bleu",
        "similarity", "language", "refusal", "latency", "tokens", "cost", "judge", "pairwise",
        "python",
    ]  # fmt: skip
    for row in KINDS.values():
        assert all(row.label) and all(row.help)
        assert (row.value != "none") == (row.value_help is not None)
        assert [row.score, row.across, row.pair].count(None) == 2


def test_which_way_is_up_may_be_said() -> None:
    assert lower_is_better(ScoreSpec("latency"))
    assert not lower_is_better(ScoreSpec("length"))
    assert lower_is_better(ScoreSpec("length", options={"better": "lower"}))
    assert not lower_is_better(ScoreSpec("tokens", options={"better": "higher"}))


# Own functions

FILE = '''
from dataclasses import dataclass

@dataclass
class Wanted:
    word: "str"

def share(text, prompt):
    """How many of the row's keywords are in the answer."""
    wanted = [Wanted(word) for word in prompt["columns"]["关键词"].split("、")]
    return sum(one.word in text for one in wanted) / len(wanted)

def broken(text, prompt):
    return 1 / 0

def leaves(text, prompt):
    raise SystemExit(3)

def nan(text, prompt):
    return float("nan")

def words(text, prompt):
    return "很好"

def nothing(text, prompt):
    return None

def huge(text, prompt):
    return 10 ** 400

not_a_function = 3
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "评分.py").write_text(FILE, encoding="utf-8")
    (tmp_path / "坏.py").write_text("import 不存在的模块\n", encoding="utf-8")
    return tmp_path


def test_an_own_function_scores(folder: Path) -> None:
    spec = located(ScoreSpec("python", "评分.py:share"), folder)
    prompt = Prompt("q", "？", columns={"关键词": "温度、随机、采样"})
    check_scores([spec], [prompt], local=True)
    assert score(spec, answer("温度越高越随机"), prompt, nobody) == pytest.approx(2 / 3)


def test_python_code_runs_only_from_a_local_plan(folder: Path) -> None:
    spec = located(ScoreSpec("python", "评分.py:share"), folder)
    assert "command line" in refused(spec)
    assert "command line" in refused(ScoreSpec("python", "评分.py:share"))
    with pytest.raises(ScoreTrouble, match="command line"):
        check_scores([ScoreSpec("python", "评分.py:share")], [QUESTION], local=True)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("评分.py", "file.py:function"),
        ("评分:share", "file.py:function"),
        ("没有.py:share", "没有.py"),
        ("评分.py:没有", "no function 没有"),
        ("评分.py:not_a_function", "no function"),
        ("坏.py:share", "ModuleNotFoundError"),
    ],
)
def test_a_mistake_in_naming_the_function_is_one_sentence(
    folder: Path, value: str, part: str
) -> None:
    spec = located(ScoreSpec("python", value), folder)
    with pytest.raises(ScoreTrouble) as refused_:
        check_scores([spec], [QUESTION], local=True)
    assert part in refused_.value.message.en


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("share", "KeyError"),
        ("broken", "ZeroDivisionError"),
        ("leaves", "SystemExit"),
        ("nan", "nan"),
        ("words", "ValueError"),
        ("huge", "OverflowError"),
    ],
)
def test_a_function_that_fails_costs_one_score_and_says_why(
    folder: Path, name: str, part: str
) -> None:
    told = Told()
    spec = located(ScoreSpec("python", f"评分.py:{name}"), folder)
    assert score(spec, answer("好"), QUESTION, nobody, tell=told) is None
    assert len(told) == 1
    assert part in told[0].en and "q1" in told[0].zh


def test_a_function_may_decline_to_score(folder: Path) -> None:
    told = Told()
    spec = located(ScoreSpec("python", "评分.py:nothing"), folder)
    assert score(spec, answer("好"), QUESTION, nobody, tell=told) is None
    assert not told


# The call itself


def test_time_and_tokens_are_those_on_record() -> None:
    call = answer("好", total_time=2.5, time_to_first_token=0.4, usage=Usage(10, 20, 30))
    facts: list[tuple[ScoreSpec, float]] = [
        (ScoreSpec("latency"), 2.5),
        (ScoreSpec("latency", options={"until": "first token"}), 0.4),
        (ScoreSpec("tokens"), 20),
    ]
    for spec, expected in facts:
        assert score(spec, call, QUESTION, nobody) == expected


@pytest.mark.parametrize("usage", [None, Usage(10, None, 30), Usage(10, 20, 30, source="estimate")])
def test_what_the_provider_did_not_count_is_unknown(usage: Any) -> None:
    call = answer("好", usage=usage)
    for kind in ("tokens", "cost"):
        assert score(ScoreSpec(kind), call, QUESTION, nobody) is None
    assert score(ScoreSpec("latency"), call, QUESTION, nobody) is None


@pytest.mark.parametrize(
    ("model", "options", "expected"),
    [
        ("qianfan/ernie-4.5-turbo-128k", {}, 0.0024),
        ("qianfan/ernie-4.5-turbo-128k", {"currency": "USD"}, None),
        ("qianfan/ernie-4.5-turbo-128k", {"currency": "USD", "usd_in_cny": 8}, 0.0003),
        ("openai/gpt-4.1", {"usd_in_cny": 7}, 0.042),
        ("openai/gpt-4.1", {}, None),
        # Nothing is nothing in any currency.
        ("qianfan/ernie-speed-8k", {"currency": "USD"}, 0.0),
        ("custom/unpriced", {}, None),
    ],
)
def test_cost_is_in_one_currency_or_unknown(
    model: str, options: dict[str, Any], expected: float | None
) -> None:
    provider, _, name = model.partition("/")
    call = answer("好", provider=provider, model=name, usage=Usage(1000, 500, 1500),
                  started_at=datetime(2026, 11, 18, tzinfo=UTC))  # fmt: skip
    spec = ScoreSpec("cost", options=options)
    check_scores([spec], [QUESTION])
    found = score(spec, call, QUESTION, nobody)
    assert found == (None if expected is None else pytest.approx(expected))


def test_a_schema_beside_the_plan_goes_into_the_run(tmp_path: Path) -> None:
    (tmp_path / "形状.json").write_text('{"required": ["类别"]}', encoding="utf-8")
    spec = located(ScoreSpec("json", "形状.json"), tmp_path)
    (tmp_path / "形状.json").unlink()
    check_scores([spec], [QUESTION])
    assert score(spec, answer("{}"), QUESTION, nobody) == 0.0
    with pytest.raises(ScoreTrouble, match="cannot be read"):
        located(ScoreSpec("json", options={"schema": "没有.json"}), tmp_path)
    plain = ScoreSpec("contains", "价目.json")
    assert located(plain, tmp_path) == plain


def test_a_plan_file_brings_its_own_function(folder: Path) -> None:
    (folder / "plan.toml").write_text(
        """name = "自己的评分"
models = ["handbook/ngram"]
[[prompts]]
id = "q"
prompt = "？"
[[scores]]
kind = "python"
value = "评分.py:nothing"
""",
        encoding="utf-8",
    )
    plan = read_plan(folder / "plan.toml")
    check_scores(plan.scores, plan.prompts, local=True)
    assert score(plan.scores[0], answer("好"), plan.prompts[0], nobody) is None
