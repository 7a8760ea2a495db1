"""Scores against a reference answer, and of repeats against each other."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import regex

from backends import Words
from experiments.scoring.score_kinds import Case, ScoreKind
from experiments.scoring.text_units import normal
from experiments.types import ScoreSpec

_HAN = regex.compile(r"\p{Han}")
_KANA_OR_HANGUL = regex.compile(r"[\p{Hiragana}\p{Katakana}\p{Hangul}]")


def chrf(case: Case) -> float | None:
    """chrF2 of the answer against the prompt's reference, 0..100 as it is published.

    Popović 2015, https://aclanthology.org/W15-3049, as sacreBLEU computes it with its defaults
    (character 6-grams, β = 2, case counts), https://aclanthology.org/W18-6319.
    """
    if case.prompt.reference is None:
        return None
    return float(_chrf().sentence_score(case.call.text, [case.prompt.reference]).score)


def bleu(case: Case) -> float | None:
    """Sentence BLEU of the answer against the prompt's reference, 0..100 as it is published.

    Papineni et al. 2002, https://aclanthology.org/P02-1040, as sacreBLEU computes it for single
    sentences (exponential smoothing, effective order). A Chinese reference is split by its "zh"
    tokenizer, one with kana or hangul by "char", any other by "13a". The mean of sentence scores
    is not the corpus BLEU of a paper.
    """
    reference = case.prompt.reference
    if reference is None:
        return None
    metric = _bleu(_tokenizer(reference))
    value = float(metric.sentence_score(case.call.text, [reference]).score)
    _forget(metric)
    return value


def similarity(spec: ScoreSpec, texts: Sequence[str]) -> float | None:
    """How alike the answers to one question are: the mean over all pairs, 0..1.

    A pair's likeness is 1 minus its Levenshtein distance divided by the longer length, on
    Unicode's form NFC. None below two answers.
    """
    from rapidfuzz.distance import Levenshtein

    pairs = list(itertools.combinations([normal(text) for text in texts], 2))
    if not pairs:
        return None
    return sum(Levenshtein.normalized_similarity(*pair) for pair in pairs) / len(pairs)


def _tokenizer(reference: str) -> str:
    if _KANA_OR_HANGUL.search(reference):
        return "char"
    return "zh" if _HAN.search(reference) else "13a"


def _forget(metric: Any) -> None:
    from sacrebleu.tokenizers.tokenizer_re import TokenizerRegexp

    # Its tokenizers would keep the last 65,536 answers in memory.
    kinds: tuple[Any, ...] = (type(metric.tokenizer), TokenizerRegexp)
    for kind in kinds:
        kind.__call__.cache_clear()


@functools.cache
def _chrf() -> Any:
    from sacrebleu.metrics.chrf import CHRF

    return CHRF()


@functools.cache
def _bleu(tokenizer: str) -> Any:
    from sacrebleu.metrics.bleu import BLEU

    return BLEU(tokenize=tokenizer, effective_order=True)


REFERENCE_KINDS: Mapping[str, ScoreKind] = {
    "chrf": ScoreKind(
        label=Words("chrF", "chrF"),
        help=Words(
            "与参考答案的字符 n 元组重合度（chrF2，0-100，sacreBLEU）；适合中文。",
            "Overlap of character n-grams with the reference (chrF2, 0-100, sacreBLEU).",
        ),
        needs_reference=True,
        bounds=(0, 100),
        delta=2.0,
        score=chrf,
    ),
    "bleu": ScoreKind(
        label=Words("BLEU", "BLEU"),
        help=Words(
            "与参考答案的词 n 元组重合度（句子级 BLEU，0-100，sacreBLEU）；中文参考按字切分。",
            "Overlap of word n-grams with the reference (sentence BLEU, 0-100, sacreBLEU); "
            "Chinese references are split into characters.",
        ),
        needs_reference=True,
        bounds=(0, 100),
        delta=2.0,
        score=bleu,
    ),
    "similarity": ScoreKind(
        label=Words("重复间相似度", "Self-similarity"),
        help=Words(
            "同一设置对同一提示词多次回答之间的平均相似度；1 表示每次都一样。需要至少重复 2 次。",
            "How alike repeated answers of one setting to one prompt are; 1: always the same. "
            "Needs at least 2 repeats.",
        ),
        bounds=(0, 1),
        delta=0.05,
        across=similarity,
    ),
}
