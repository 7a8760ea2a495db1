"""Fewer calls for the same answer: settings that cannot win are given up, and studies end early.

The rule is that of field/peers.md §5; `make calibrate` measures what it saves and loses.
"""

from __future__ import annotations

import math
from collections.abc import Collection

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


def moments(prompts: int, settings: int) -> list[int]:
    """After how many complete prompts a study may be cut short, the end left out.

    At the looks; with more than two settings at every block as well. Never in a study of one look.
    """
    planned = looks(prompts)
    blocks = range(BLOCK, prompts, BLOCK) if settings > 2 else ()
    return sorted({*planned[:-1], *blocks}) if len(planned) > 1 else []


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


def settled(values: Array, alive: Collection[int], rules: Rules) -> bool:
    """Whether nothing is left to learn: every setting alive has its verdict against the leader.

    That is also how a study ends early where nothing matters: all are equivalent within delta.
    """
    first = leader(values, alive, higher_is_better=rules.higher_is_better)
    if first is None:
        return False
    others = [(setting, first) for setting in sorted(alive) if setting != first]
    found = verdicts(values, others, rules)
    return all(decision.word != "cannot tell" for decision in found)
