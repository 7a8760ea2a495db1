"""Fewer calls for the same answer: settings that cannot win are given up, and studies end early.

The rule is that of field/peers.md §5; `make calibrate` measures what it saves and loses.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Set
from dataclasses import dataclass
from typing import Literal

from scipy import special

from experiments.statistics.paired import Array, by_prompt, paired
from experiments.statistics.sequential import looks
from experiments.statistics.verdict import Rules, verdicts

# Prompts between two comparisons with the leader.
BLOCK = 10
# How many standard errors behind the leader is hopeless; as a level, read with the t distribution.
# Of 27 settings, 2.8 takes 60 % of the grid's calls and 2.5 takes 51 %, with equally good picks.
_BEHIND = 2.5
_LEVEL = 2 * float(special.ndtr(-_BEHIND))


@dataclass(frozen=True, slots=True)
class Look:
    """What follows from the prompts that are complete.

    `behind` are the settings to give up. `end` is why the study is over for those that are left:
    every one has its verdict ("settled"), or there is only one ("alone"). None: it goes on.
    """

    behind: Set[int] = frozenset()
    end: Literal["settled", "alone"] | None = None


def moments(prompts: int, settings: int) -> list[int]:
    """After how many complete prompts a study may be cut short, the end left out.

    At the looks; with more than two settings at every block as well. Never in a study of one look.
    """
    planned = looks(prompts)
    blocks = range(BLOCK, prompts, BLOCK) if settings > 2 else ()
    return sorted({*planned[:-1], *blocks}) if len(planned) > 1 else []


def look(values: Array, alive: Set[int], rules: Rules) -> Look:
    """What to give up of the settings `alive` (two at least) after the completed prompts.

    `values` is of shape (settings, prompts, repeats), those prompts alone. A study of two settings
    ends with its verdict and not before: giving one up, at a level that is easier than that of the
    looks, would leave it at *cannot tell*.
    """
    if _settled(values, alive, rules):
        return Look(end="settled")
    behind = hopeless(values, alive, rules) if len(values) > 2 else set()
    left = alive - behind
    if len(left) < 2:
        return Look(behind, "alone")
    return Look(behind, "settled" if behind and _settled(values, left, rules) else None)


def leader(values: Array, alive: Collection[int], *, higher_is_better: bool) -> int | None:
    """The setting among `alive` with the best mean; None where none has a score."""
    means = by_prompt(by_prompt(values))
    known = [setting for setting in sorted(alive) if not math.isnan(means[setting])]
    best = max if higher_is_better else min
    return best(known, key=lambda setting: float(means[setting])) if known else None


def hopeless(values: Array, alive: Collection[int], rules: Rules) -> set[int]:
    """The settings among `alive` that are so far behind the leader that they need no more calls.

    `values` is of shape (settings, prompts, repeats), the completed prompts alone.
    """
    first = leader(values, alive, higher_is_better=rules.higher_is_better)
    found: set[int] = set()
    for setting in set(alive) - {first} if first is not None else ():
        interval = paired(values[setting], values[first], rules.bounds).interval(_LEVEL)
        if interval is None:
            continue
        behind = interval[1] < 0 if rules.higher_is_better else interval[0] > 0
        if behind:
            found.add(setting)
    return found


def _settled(values: Array, alive: Collection[int], rules: Rules) -> bool:
    """Whether nothing is left to learn: every setting alive has its verdict against the leader.

    That is also how a study ends early where nothing matters: all are equivalent within delta.
    """
    first = leader(values, alive, higher_is_better=rules.higher_is_better)
    if first is None:
        return False
    others = [(setting, first) for setting in sorted(alive) if setting != first]
    found = verdicts(values, others, rules)
    return all(decision.word != "cannot tell" for decision in found)
