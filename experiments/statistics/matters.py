"""Whether something matters, from all the differences it makes: yes, no, or one cannot tell.

The differences of one factor are read together (Bonferroni), the factors among each other by Holm
1979, and while a study runs only its looks count, as in `verdict`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from experiments.statistics.paired import Array, Bounds, Paired, scale
from experiments.statistics.sequential import looks, nominal
from experiments.statistics.verdict import CAUTION, Rules, prompts_more

Matters = Literal["matters", "does not matter", "cannot tell"]


@dataclass(frozen=True, slots=True)
class Said:
    """What may be said, and the difference it is said by: the one at `place` among those given.

    That is the largest of those beyond doubt, else the largest. Its interval holds whichever it
    is. None where nothing is known.
    """

    word: Matters
    place: int
    difference: float | None
    low: float | None
    high: float | None
    n_more: int | None
    prompts: int


def seen(values: Array, rules: Rules, complete: int | None) -> tuple[Array, int]:
    """The scores up to the last look and that look's number; all of them before the first (0).

    `complete` is how many of the first prompts have nothing open (None: all).
    """
    prompts = values.shape[1]
    complete = prompts if complete is None else min(complete, prompts)
    planned = looks(rules.planned_prompts)
    look = sum(count <= complete for count in planned)
    return (values[:, : planned[look - 1]] if look else values), look


def differences(found: Array, bounds: Bounds, times: float = 1.0) -> list[Paired]:
    """Each row as differences over prompts; their range is `times` that of the score."""
    width = scale(bounds)
    width = None if width is None else times * width
    return [Paired(row[~np.isnan(row)], width) for row in found]


def about(middle: float | None, off: Paired) -> tuple[float | None, float | None, float | None]:
    """A mean that is so much off the middle, and the ends of that difference's interval there."""
    if middle is None or off.mean is None:
        return None, None, None
    low, high = off.interval() or (None, None)
    ends = [None if end is None else middle + end for end in (low, high)]
    return middle + off.mean, ends[0], ends[1]


def judged(groups: Sequence[Sequence[Paired]], rules: Rules, look: int) -> list[Said]:
    """Whether each group of differences, of which there is at least one, matters."""
    p_values = [min(1.0, min(f.p_value() for f in group) * len(group)) for group in groups]
    planned = looks(rules.planned_prompts)
    found: list[Said | None] = [None] * len(groups)
    share, stuck = rules.alpha, False
    for rank, place in enumerate(sorted(range(len(groups)), key=p_values.__getitem__)):
        if not stuck:
            share = rules.alpha / (len(groups) - rank)
        level = nominal(share, look, planned) if look else share
        found[place] = _said(groups[place], rules, level, decided=look > 0)
        stuck = stuck or p_values[place] >= CAUTION * level
    return [said for said in found if said is not None]


def _said(group: Sequence[Paired], rules: Rules, level: float, *, decided: bool) -> Said:
    own = level / len(group)
    beyond = [place for place, each in enumerate(group) if each.p_value() < CAUTION * own]
    place = max(beyond or range(len(group)), key=lambda at: abs(group[at].mean or 0.0))
    word: Matters = "cannot tell"
    if decided and _within(group, rules.delta, level):
        word = "does not matter"
    elif decided and beyond:
        word = "matters"
    largest = group[place]
    low, high = largest.interval(own) or (None, None)
    more = prompts_more(largest, rules, own) if word == "cannot tell" else None
    return Said(word, place, largest.mean, low, high, more, largest.prompts)


def _within(group: Sequence[Paired], delta: float | None, level: float) -> bool:
    """Whether all are within the margin at the level.

    All must be, so that no one of them need be read more strictly (Berger 1982,
    https://doi.org/10.1080/00401706.1982.10487790).
    """
    return delta is not None and all(each.inside(delta, level) for each in group)
