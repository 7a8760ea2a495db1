"""Scores that need nothing but the answer: what it says, how long it is, how varied."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

import regex

from backends import Words
from experiments.scoring.score_kinds import Case, Option, ScoreKind, ScoreTrouble
from experiments.scoring.text_units import PATIENCE, found, normal, units
from experiments.types import ScoreSpec

_BAD_PATTERN = Words(
    "评分“{label}”的正则表达式无效（{why}）。请修改后再运行。",
    "The regular expression of the score “{label}” is not valid ({why}). Correct it, then run.",
)
_SLOW = Words(
    "评分“{label}”的正则表达式在一个回答上超过 {seconds} 秒，该回答未评分。请简化表达式。",
    "The pattern of the score “{label}” took over {seconds} s on an answer, which has no score. "
    "Simplify the pattern.",
)


def exact(case: Case) -> float | None:
    """1 where the answer is the value, or the prompt's reference without one, else 0.

    Compared in Unicode's form NFC, without white space around either; case, punctuation and
    full-width forms count.
    """
    wanted = _wanted(case)
    return None if wanted is None else float(normal(case.call.text) == wanted)


def contains(case: Case) -> float | None:
    """1 where the value, or the prompt's reference without one, stands in the answer, else 0.

    Compared as in `exact`.
    """
    wanted = _wanted(case)
    return None if wanted is None else float(wanted in normal(case.call.text))


def matches(case: Case) -> float | None:
    """1 where the pattern is found anywhere in the answer, else 0; None where it takes too long.

    The syntax is that of the `regex` package (https://github.com/mrabarnett/mrab-regex), a
    superset of Python's; `(?i)` ignores case, `^` and `$` are the answer's ends.
    """
    pattern = unicodedata.normalize("NFC", case.spec.value or "")
    try:
        return float(found(pattern, normal(case.call.text)))
    except (TimeoutError, MemoryError):
        case.tell(_SLOW.format(label=case.spec.label, seconds=PATIENCE))
        return None


def check_pattern(spec: ScoreSpec) -> None:
    """Refuse a pattern that does not compile."""
    try:
        regex.compile(unicodedata.normalize("NFC", spec.value or ""))
    except (regex.error, RecursionError, OverflowError, ValueError) as exc:
        why = str(exc) if isinstance(exc, regex.error) else "too complex"
        raise ScoreTrouble(_BAD_PATTERN.format(label=spec.label, why=why)) from None


def length(case: Case) -> float:
    """Characters of the answer (Unicode code points, white space around it left out).

    With `unit = "words"`: its units, where a Chinese character is one and an English word is one.
    """
    if case.option("unit", "characters") == "words":
        return float(len(units(case.call.text)))
    return float(len(normal(case.call.text)))


def distinct(case: Case) -> float | None:
    """Different n-grams divided by all n-grams of the answer's units, (0, 1].

    Distinct-n of Li et al. 2016, https://arxiv.org/abs/1510.03055, over n-grams. None for an
    answer of fewer than n units. Longer answers have lower values by themselves.
    """
    return _variety(case.call.text, int(case.option("n", 2)))


def repetition(case: Case) -> float | None:
    """The share of the answer's 4-grams that were there before, [0, 1); None below 4 units.

    The seq-rep-4 of Welleck et al. 2019, https://arxiv.org/abs/1908.04319, on units.
    """
    variety = _variety(case.call.text, 4)
    return None if variety is None else 1.0 - variety


def _variety(text: str, n: int) -> float | None:
    said = units(text)
    grams = [tuple(said[start : start + n]) for start in range(len(said) - n + 1)]
    return len(set(grams)) / len(grams) if grams else None


def _wanted(case: Case) -> str | None:
    wanted = normal(case.spec.value or "") or normal(case.prompt.reference or "")
    return wanted or None


_COMPARED_WITH = Words(
    "用来比较的文字；不填则用每个提示词的参考答案",
    "text to compare with; without one, the reference",
)

TEXT_KINDS: Mapping[str, ScoreKind] = {
    "exact": ScoreKind(
        label=Words("完全一致", "Exact match"),
        help=Words(
            "回答与给定文字（或参考答案）完全相同得 1，否则 0。首尾空白不计。",
            "1 where the answer is the text (or the reference), else 0. White space around it is "
            "ignored.",
        ),
        value="or reference",
        value_help=_COMPARED_WITH,
        bounds=(0, 1),
        delta=0.05,
        score=exact,
    ),
    "contains": ScoreKind(
        label=Words("包含", "Contains"),
        help=Words(
            "回答中出现给定文字（或参考答案）得 1，否则 0。",
            "1 where the text (or the reference) stands in the answer, else 0.",
        ),
        value="or reference",
        value_help=_COMPARED_WITH,
        bounds=(0, 1),
        delta=0.05,
        score=contains,
    ),
    "regex": ScoreKind(
        label=Words("正则匹配", "Pattern"),
        help=Words(
            "回答中能找到该正则表达式得 1，否则 0。(?i) 忽略大小写。",
            "1 where the regular expression is found in the answer, else 0. (?i) ignores case.",
        ),
        value="required",
        value_help=Words("正则表达式", "a regular expression"),
        bounds=(0, 1),
        delta=0.05,
        check=check_pattern,
        score=matches,
    ),
    "length": ScoreKind(
        label=Words("长度", "Length"),
        help=Words(
            "回答的字符数；也可按词数（一个汉字或一个英文词算一个）。",
            "Characters of the answer; or words (a Chinese character or an English word is one).",
        ),
        bounds=(0, None),
        options={
            "unit": Option(
                "choice", Words("单位", "unit"), "characters", choices=("characters", "words")
            )
        },
        score=length,
    ),
    "distinct": ScoreKind(
        label=Words("用词多样性", "Distinct-n"),
        help=Words(
            "不重复的 n 元组占全部 n 元组的比例；越高用词越多样。回答越长，数值自然越低。",
            "Different n-grams as a share of all; higher is more varied. Long answers are lower.",
        ),
        bounds=(0, 1),
        delta=0.05,
        options={"n": Option("int", Words("n 元", "n"), 2, minimum=1, maximum=8)},
        score=distinct,
    ),
    "repetition": ScoreKind(
        label=Words("重复度", "Repetition"),
        help=Words(
            "之前已出现过的四元组所占比例；越低越好。",
            "The share of 4-grams that were there before; lower is better.",
        ),
        lower_is_better=True,
        bounds=(0, 1),
        delta=0.05,
        score=repetition,
    ),
}  # fmt: skip
