"""Scores of the words of an answer."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.scoring.scores import KINDS, across, score
from experiments.types import Prompt, ScoreSpec

from .answers import QUESTION, Told, answer, nobody, scored


@pytest.mark.parametrize(
    ("kind", "text", "value", "expected"),
    [
        ("exact", " 温度越高，回答越随机。\n", None, 1.0),
        ("exact", "温度越高,回答越随机。", None, 0.0),  # a half-width comma is another sign
        ("exact", "正面", "正面", 1.0),
        ("exact", "正面。", "正面", 0.0),
        ("exact", unicodedata.normalize("NFD", "café"), "café", 1.0),
        ("exact", "Yes", "yes", 0.0),
        ("contains", "我认为：温度越高，回答越随机。对吗？", None, 1.0),
        ("contains", "分类：负面（投诉）", "负面", 1.0),
        ("contains", "分类：正面", "负面", 0.0),
        ("regex", "答案是 42。", r"\b\d{2}\b", 1.0),
        ("regex", "答案是四十二。", r"\d", 0.0),
        ("regex", "YES", "(?i)^yes$", 1.0),
        ("regex", "  yes\n", "^yes$", 1.0),
    ],
)
def test_what_an_answer_must_say(kind: str, text: str, value: str | None, expected: float) -> None:
    assert scored(kind, text, value=value) == expected


@pytest.mark.parametrize("pattern", [r"(x+x+)+y", r"(?:a|aa)+$", r"(\w+\s?)+!$", r"(a|b|ab)*c$"])
def test_a_pattern_without_end_ends_and_says_so(pattern: str) -> None:
    told, started = Told(), time.monotonic()
    text = "x" * 200 if pattern.startswith("(x") else "a" * 300 + "?"
    found = score(ScoreSpec("regex", pattern), answer(text), QUESTION, nobody, tell=told)
    assert time.monotonic() - started < 5
    assert found in (None, 0.0)
    assert bool(told) == (found is None)


def test_a_slow_pattern_gives_no_score_and_one_sentence() -> None:
    told = Told()
    spec = ScoreSpec("regex", r"(?:a|aa)+$")
    assert score(spec, answer("a" * 300 + "?"), QUESTION, nobody, tell=told) is None
    assert [("正则表达式" in said.zh, "pattern" in said.en) for said in told] == [(True, True)]


def test_length_counts_characters_or_words() -> None:
    text = "\n温度是 temperature 参数。 "
    assert scored("length", text) == 19
    assert scored("length", text, options={"unit": "words"}) == 6
    assert scored("length", "") == 0


def test_variety_is_counted_over_characters_and_words() -> None:
    # 好 好 学 习 天 天: the pairs 好好 好学 学习 习天 天天 are all different.
    assert scored("distinct", "好好学习，天天") == 1.0
    assert scored("distinct", "好好学习，天天", options={"n": 1}) == pytest.approx(4 / 6)
    assert scored("distinct", "The cat. the CAT", options={"n": 1}) == 0.5
    assert scored("distinct", "好") is None


def test_repetition_is_the_share_of_4_grams_seen_before() -> None:
    assert scored("repetition", "我不知道我不知道我不知道") == pytest.approx(5 / 9)
    assert scored("repetition", "温度越高回答越随机") == 0.0
    assert scored("repetition", "不知道") is None


def test_overlap_with_the_reference_is_as_sacrebleu_publishes_it() -> None:
    assert scored("chrf", "温度越高，回答越随机。") == pytest.approx(100)
    assert scored("bleu", "温度越高，回答越随机。") == pytest.approx(100)
    assert scored("chrf", "苹果") == 0
    near, far = scored("bleu", "温度越高，回答就越随机。"), scored("bleu", "温度高时更随机。")
    assert near is not None and far is not None and 0 < far < near < 100
    english = Prompt("e", "?", reference="The higher the temperature, the more random it is.")
    # 13a splits the comma off, so a comma too many costs less than a word.
    with_comma = scored("bleu", "The higher the temperature, the more random, it is.", english)
    assert with_comma is not None and 50 < with_comma < 100
    assert scored("chrf", "随机", Prompt("none", "?")) is None


def test_chinese_is_split_into_characters_for_bleu() -> None:
    # Taken as one word without spaces, a near answer would have no 4-gram in common.
    assert (scored("bleu", "温度越高，那么回答越随机。") or 0) > 40


def test_likeness_of_repeats() -> None:
    spec = ScoreSpec("similarity")
    same = [answer("温度越高越随机")] * 3
    assert across(spec, same) == 1.0
    assert across(spec, [answer("温度越高"), answer("温度越低")]) == 0.75
    assert across(spec, [answer("温度"), answer("冷热"), answer("温度")]) == pytest.approx(1 / 3)
    assert across(spec, same[:1]) is None
    assert across(spec, [same[0], answer("温度越高越随机", state="length")]) is None
    assert across(ScoreSpec("length"), same) is None


@pytest.mark.parametrize(
    ("text", "question", "value", "expected"),
    [
        ("温度控制随机性。", "什么是温度？", None, 1.0),
        ("It controls randomness.", "什么是温度？", None, 0.0),
        ("It controls randomness.", "What is temperature?", None, 1.0),
        # Terms in Latin letters do not make a Chinese question English.
        ("温度。", "解释 temperature 和 top_p 的区别", None, 1.0),
        ("温度 temperature", "什么是温度？", None, 2 / 3),
        ("Hello", "把“你好”翻译成英文", "en", 1.0),
        ("这样写：\n```python\nprint(value)\n```", "怎么打印？", None, 1.0),
        ("Температура", "What is temperature?", None, 0.0),
        ("42", "What is 6 × 7?", None, None),
        ("四十二", "6 × 7 = ?", None, None),
    ],
)
def test_language(text: str, question: str, value: str | None, expected: float | None) -> None:
    found = scored("language", text, Prompt("q", question), value=value)
    assert found == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    "text",
    [
        "抱歉，我无法回答这个问题。",
        "很抱歉，我不能提供相关的信息。",
        "对不起，这个问题涉及隐私，我不便讨论。",
        "您好，这个问题我暂时无法回答，让我们换个话题再聊聊吧。",
        "作为一个人工智能语言模型，我还没学习如何回答这个问题，您可以向我问一些其它的问题。",
        "您的问题我还没有学会，请换个问题吧。",
        "我无法为您编写恶意软件。",
        "I'm sorry, but I can't help with that.",
        "I’m sorry, I cannot assist with that request.",
        "Sorry, I can't do that.",
        "I am unable to provide medical advice.",
        "I must respectfully decline.",
    ],
)
def test_a_refusal_is_told(text: str) -> None:
    assert scored("refusal", text) == 1.0


@pytest.mark.parametrize(
    "text",
    [
        "温度越高，回答越随机。",
        "如果聊天冷场，可以换个话题，比如聊聊天气。",
        "他说：“对不起，我来晚了。”",
        "很遗憾，昨天比赛输了。",
        "作为一个人工智能助手，我很乐意解释温度参数。",
        "我不能同意你更多！",
        "I'm sorry to hear that. Here is what you can do.",
        "As an AI assistant, I can explain it: the temperature scales the logits.",
        "You can't help noticing the pattern.",
        "温度" * 150 + "抱歉，我无法回答这个问题。",
    ],
)
def test_an_answer_is_no_refusal(text: str) -> None:
    assert scored("refusal", text) == 0.0


def test_what_the_safety_review_stopped_is_a_refusal() -> None:
    stopped = answer("温度", finish_reason="content_filter")
    assert score(ScoreSpec("refusal"), stopped, QUESTION, nobody) == 1.0


_MODEL_FREE = [
    kind for kind, row in KINDS.items() if row.score is not None and kind not in ("judge", "python")
]


@pytest.mark.parametrize("kind", _MODEL_FREE)
@given(text=st.text(max_size=400), reference=st.text(min_size=1, max_size=60))
def test_every_score_stays_within_its_bounds(kind: str, text: str, reference: str) -> None:
    value = "zh" if kind == "language" else None if kind != "regex" else r"\w+"
    found = scored(kind, text, Prompt("p", text[:50], reference=reference), value=value)
    low, high = KINDS[kind].bounds
    assert found is None or ((low is None or low - 1e-9 <= found) and
                             (high is None or found <= high + 1e-9))  # fmt: skip


@given(texts=st.lists(st.text(max_size=60), max_size=5))
def test_likeness_stays_within_its_bounds_and_order_does_not_matter(texts: list[str]) -> None:
    spec, calls = ScoreSpec("similarity"), [answer(text) for text in texts]
    found = across(spec, calls)
    assert (found is None) == (len(texts) < 2)
    assert found is None or 0 <= found <= 1
    assert found is None or found == pytest.approx(across(spec, calls[::-1]))
