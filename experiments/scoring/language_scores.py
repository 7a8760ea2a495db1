"""Scores of how an answer is worded: in the language asked for, or as a refusal."""

from __future__ import annotations

from collections.abc import Mapping

from backends import Words
from experiments.scoring.refusal_words import declines
from experiments.scoring.score_kinds import Case, ScoreKind, ScoreTrouble
from experiments.scoring.text_units import language_of, script_shares
from experiments.types import ScoreSpec

_LANGUAGES = ("zh", "en")
_NO_LANGUAGE = Words(
    "评分“{label}”的语言“{value}”不认识。可以填 zh 或 en，或不填。",
    "The score “{label}” names a language “{value}” that is not known. Say zh or en, or nothing.",
)


def language(case: Case) -> float | None:
    """The share of the answer's units that are in the wanted script, 0..1.

    Wanted is the value ("zh" or "en"), else the language that most units of the prompt are in.
    "zh" stands for Chinese, Japanese and Korean script, "en" for Latin script; fenced code and
    numbers do not count. None where prompt or answer has no such unit.
    """
    wanted = case.spec.value or language_of(case.prompt.text)
    shares = script_shares(case.call.text)
    if wanted not in _LANGUAGES or not sum(shares):
        return None
    return shares[_LANGUAGES.index(wanted)] / sum(shares)


def check_language(spec: ScoreSpec) -> None:
    """Refuse a language that is not told apart."""
    if spec.value and spec.value not in _LANGUAGES:
        raise ScoreTrouble(_NO_LANGUAGE.format(label=spec.label, value=spec.value))


def refusal(case: Case) -> float:
    """1 where the model declined to answer, else 0.

    It did where the answer begins with words of refusal (`refusal_words`), or where the
    provider's safety review stopped it.
    """
    return float(withheld(case) or declines(case.call.text))


def withheld(case: Case) -> bool:
    """Whether the provider's safety review stopped the answer."""
    error = case.call.error
    return case.call.finish_reason == "content_filter" or (
        error is not None and error.kind == "ContentFilter"
    )


LANGUAGE_KINDS: Mapping[str, ScoreKind] = {
    "language": ScoreKind(
        label=Words("语言一致", "Language match"),
        help=Words(
            "回答中与提示词同语言（中日韩文字或拉丁字母）的部分所占比例；也可指定 zh 或 en。",
            "The share of the answer in the prompt's language (CJK or Latin script); or name zh "
            "or en.",
        ),
        value="optional",
        value_help=Words("zh 或 en；不填则看提示词", "zh or en; without one, the prompt's"),
        bounds=(0, 1),
        delta=0.05,
        check=check_language,
        score=language,
    ),
    "refusal": ScoreKind(
        label=Words("拒答", "Refusal"),
        help=Words(
            "回答开头是拒答用语得 1，否则 0；越低越好。按固定的中英文用语判断，可能误判。",
            "1 where the answer begins with words of refusal, else 0; lower is better. Told from "
            "fixed phrases in Chinese and English, so it can err.",
        ),
        lower_is_better=True,
        bounds=(0, 1),
        delta=0.05,
        score=refusal,
    ),
}
