"""Whether raters agree on what they all saw: Krippendorff's alpha, for words without an order.

1 is perfect agreement, 0 what chance would give (Krippendorff 2004, Content Analysis, ch. 11;
Hayes and Krippendorff 2007, https://doi.org/10.1080/19312450709336664).
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from backends import Words
from experiments.statistics.paired import Array

_FEW = 5
# Below that not even tentative conclusions, from here on reliable (Krippendorff 2004, p. 241).
_TENTATIVE, _RELIABLE = 0.667, 0.8

_NOBODY = Words(
    "还没有两个人评过同一对回答，无法判断评价是否一致。请让另一个人评同样的回答。",
    "No two raters judged the same pair of answers, so agreement is unknown. Have a second rater "
    "judge the same ones.",
)
_ONE_WORD = Words(
    "共同评过的 {items} 对回答得到的全是同一种评价，无法判断一致是否出于偶然。请评更多。",
    "All {items} pairs that were judged together got one and the same verdict, which cannot be "
    "told from chance. Judge more of them.",
)
_SAID = Words(
    "评价者的一致程度 α = {alpha} [{low}, {high}]，共同评过 {items} 对回答：",
    "Raters agree with alpha = {alpha} [{low}, {high}] on {items} pairs judged together:",
)
_LEVELS = (
    Words("可靠。", "reliable."),
    Words("只能得出初步结论。", "good for tentative conclusions only."),
    Words("还不可靠，不足以下结论。", "not reliable enough to conclude from."),
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far raters agree beyond chance.

    `items` is how many pairs of answers two or more of the `raters` judged, `agreed` the share of
    agreeing judgements among those on one item. `alpha` is None where no item has two raters or
    only one word was ever said; `low` to `high` is its 95 % interval, None below two items.
    """

    alpha: float | None
    low: float | None
    high: float | None
    agreed: float | None
    items: int
    raters: int


def agreement(votes: Sequence[tuple[str, str, str]]) -> Agreement:
    """How far raters agree, from votes: each a rater, what was judged, and the verdict.

    A verdict must mean the same whoever gives it: the label that won, not the side on which it
    stood. Of several verdicts of a rater on one item the last counts.
    """
    last = {(item, rater): verdict for rater, item, verdict in votes}
    by_item: dict[str, list[str]] = defaultdict(list)
    for (item, _), verdict in last.items():
        by_item[item].append(verdict)
    shared = {item for item, verdicts in by_item.items() if len(verdicts) > 1}
    raters = len({rater for item, rater in last if item in shared})
    words = sorted({verdict for item in shared for verdict in by_item[item]})
    counts = np.array(
        [[by_item[item].count(word) for word in words] for item in sorted(shared)], float
    ).reshape(len(shared), len(words))
    alpha = _alpha(counts)
    low, high = _interval(counts, alpha) if alpha is not None else (None, None)
    agreed = 1 - _observed(counts) if shared else None
    return Agreement(alpha, low, high, agreed, len(shared), raters)


def judged(question: str, left: str, right: str, winner: str) -> tuple[str, str]:
    """What was judged and the verdict on it, the same whichever label stood on the left.

    `winner` is left, right, tie or both bad. Two labels are asked one question again by whoever
    votes, so what raters differ in is their answers as well.
    """
    verdict = {"left": left, "right": right}.get(winner, winner)
    return json.dumps([question, *sorted((left, right))], ensure_ascii=False), verdict


def sentence(found: Agreement) -> Words:
    """What the figure says, by Krippendorff's own bounds read at the lower end."""
    if not found.items:
        return _NOBODY
    if found.alpha is None:
        return _ONE_WORD.whole(items=found.items)
    low = -1.0 if found.low is None else found.low
    level = 0 if low >= _RELIABLE else 1 if low >= _TENTATIVE else 2
    said = _SAID.whole(
        alpha=f"{found.alpha:.2f}",
        low="–" if found.low is None else f"{found.low:.2f}",
        high="–" if found.high is None else f"{found.high:.2f}",
        items=found.items,
    )
    return said.then(_LEVELS[level])


def _observed(counts: Array) -> float:
    """The disagreement among judgements of one item, of shape (items, words), each once."""
    size = counts.sum(axis=1)
    among = size**2 - (counts**2).sum(axis=1)
    return float((among / (size - 1)).sum() / size.sum())


def _expected(counts: Array) -> float:
    """The disagreement if verdicts were dealt out to items by chance."""
    total, size = counts.sum(axis=0), counts.sum()
    return float((size**2 - (total**2).sum()) / (size * (size - 1)))


def _alpha(counts: Array) -> float | None:
    if not counts.size or not (expected := _expected(counts)):
        return None
    return 1 - _observed(counts) / expected


def _interval(counts: Array, alpha: float) -> tuple[float | None, float | None]:
    """Leaving out one item at a time (jackknife), read with t.

    On the logarithm of 1 - alpha, which is skewed the less; it covers where alpha itself does not.
    """
    items = len(counts)
    if items < 2:
        return None, None
    without = [_alpha(np.delete(counts, place, axis=0)) for place in range(items)]
    # Without the one item that had another word there is no alpha: the others then agree.
    known = np.array([1.0 if each is None else each for each in without])
    error = math.sqrt((items - 1) / items * float(((known - known.mean()) ** 2).sum()))
    quantile = -float(special.stdtrit(items - 1, 0.025))
    factor = math.exp(quantile * error / (1 - alpha)) if alpha < 1 else 1.0
    low, high = 1 - (1 - alpha) * factor, 1 - (1 - alpha) / factor
    # The rule of three, as in `paired.Paired.interval`: what few items showed may yet be common.
    room = (1 - 0.05 ** (1 / items)) / _expected(counts)
    unlike = int((counts.max(axis=1) < counts.sum(axis=1)).sum())
    if unlike < _FEW:
        low = min(low, alpha - room)
    if items - unlike < _FEW:
        high = max(high, alpha + room)
    return max(-1.0, low), min(1.0, high)
