"""What may be said of two settings: better, worse, equivalent, or that one cannot tell yet.

Differences are paired by prompt (`paired`). While a study runs, only its looks count
(`sequential`), so that watching is allowed. Of several pairs the strongest is read at the strictest
level (Holm 1979), and each interval is that of its pair's level.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from experiments.statistics.paired import Array, Bounds, Paired, paired, worst
from experiments.statistics.sequential import looks, nominal
from experiments.types import Word

ALPHA = 0.05
# A word asks for a little more than its interval: false words are to stay below 5 % as measured,
# and t over few, skewed or pass/fail differences errs a little more often than its level says.
CAUTION = 0.86
# The chance to find what is there that a planned number of prompts is to give.
POWER = 0.8
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Rules:
    """How one score is judged.

    `delta` is the difference below which settings count as equivalent, in units of the score
    (None: they never do). `bounds` are the score's lowest and highest value. `planned_prompts` is
    how many prompts the study has when it is complete.
    """

    planned_prompts: int
    delta: float | None = None
    higher_is_better: bool = True
    bounds: Bounds = (None, None)
    alpha: float = ALPHA


@dataclass(frozen=True, slots=True)
class Decision:
    """What may be said of a against b.

    `difference` is a - b over the prompts looked at, with its interval. `missing_a` and
    `missing_b` count the answers without a score among them; whatever those were, the difference
    lies within `worst` (None: the score has no range). `look` of `looks` is the one it rests on;
    0 before the first.
    """

    word: Word
    difference: float | None
    low: float | None
    high: float | None
    n_more: int | None
    prompts: int
    missing_a: int
    missing_b: int
    worst: tuple[float, float] | None
    look: int
    looks: int


def decide(a: Array, b: Array, rules: Rules) -> Decision:
    """The verdict on one pair: `a` and `b` of shape (prompts, repeats), NaN where no score."""
    return verdicts(np.stack([a, b]), [(0, 1)], rules)[0]


def verdicts(
    values: Array,
    pairs: Sequence[tuple[int, int]],
    rules: Rules,
    asked: Sequence[int] | None = None,
) -> list[Decision]:
    """The verdict on each pair of settings, in the order of `pairs`.

    `values` is of shape (settings, prompts, repeats); of each setting the first `asked` prompts
    have been called (None: all). What came in beyond a pair's last look does not count yet; a
    pair of which one was given up early stays at the look it had reached.
    """
    planned = looks(rules.planned_prompts)
    found = []
    for a, b in pairs:
        both = values.shape[1] if asked is None else min(asked[a], asked[b])
        look = sum(count <= both for count in planned)
        used = values[[a, b], : planned[look - 1] if look else both]
        found.append(_Pair(used[0], used[1], paired(used[0], used[1], rules.bounds), look))
    levels = _levels(found, rules, planned)
    return [
        _decision(pair, rules, level, len(planned))
        for pair, level in zip(found, levels, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Pair:
    """One pair's scores up to its last look (0: before the first)."""

    a: Array
    b: Array
    found: Paired
    look: int


def prompts_needed(spread: float, delta: float, alpha: float = ALPHA, power: float = POWER) -> int:
    """Prompts after which two equal settings are found equivalent within `delta`.

    `spread` is the standard deviation of the per-prompt differences. Two one-sided tests
    (Schuirmann 1987) at the level of the last look, the chance of finding it `power`.
    """
    count = 2
    for _ in range(50):
        planned = looks(count)
        # The study estimates the spread as well, which costs it about two points of power.
        levels = nominal(alpha, len(planned), planned), (1 - power - 0.02) / 2
        t = -sum(float(special.stdtrit(count - 1, level)) for level in levels)
        needed = max(2, math.ceil((t * spread / delta) ** 2))
        if needed <= count:
            return count
        count = max(count + 1, min(needed, 2 * count))
    return count


def _levels(pairs: Sequence[_Pair], rules: Rules, planned: tuple[int, ...]) -> list[float]:
    """Holm's level of each pair at its look: the smallest p is read at alpha/m, and so on.

    What stands behind one that was not rejected is read at that one's share, as Holm has it.
    """
    p_values = [pair.found.p_value() for pair in pairs]
    levels, share, stuck = [0.0] * len(pairs), rules.alpha, False
    for rank, place in enumerate(sorted(range(len(pairs)), key=p_values.__getitem__)):
        if not stuck:
            share = rules.alpha / (len(pairs) - rank)
        look = pairs[place].look
        levels[place] = nominal(share, look, planned) if look else share
        stuck = stuck or p_values[place] >= CAUTION * levels[place]
    return levels


def _decision(pair: _Pair, rules: Rules, level: float, looks_: int) -> Decision:
    interval = pair.found.interval(level)
    word: Word = "cannot tell"
    if pair.look and interval is not None:
        word = word_for(pair.found, rules, level)
    low, high = interval or (None, None)
    return Decision(
        word,
        pair.found.mean,
        low,
        high,
        prompts_more(pair.found, rules, level) if word == "cannot tell" else None,
        pair.found.prompts,
        int(np.isnan(pair.a).sum()),
        int(np.isnan(pair.b).sum()),
        worst(pair.a, pair.b, rules.bounds),
        pair.look,
        looks_,
    )


def word_for(found: Paired, rules: Rules, level: float) -> Word:
    """The word for differences whose interval is read at this two-sided level."""
    if rules.delta is not None and found.inside(rules.delta, level):
        return "equivalent"
    if found.mean is None or found.p_value() >= CAUTION * level:
        return "cannot tell"
    return "better" if (found.mean > 0) is rules.higher_is_better else "worse"


def prompts_more(found: Paired, rules: Rules, level: float) -> int | None:
    """About how many more prompts would settle it, if the difference is what it looks like."""
    if found.mean is None or found.spread is None:
        return None
    needed = []
    if found.mean:
        z = -float(special.ndtri(level / 2)) + float(special.ndtri(POWER))
        needed.append(_prompts(z * found.spread, abs(found.mean)))
    room = 0.0 if rules.delta is None else rules.delta - abs(found.mean)
    if room > 0:
        z = -float(special.ndtri(level)) - float(special.ndtri((1 - POWER) / 2))
        needed.append(_prompts(z * found.spread, room))
        exact = found.prompts_in_reach(rules.delta or 0.0, level, _MOST)
        needed[-1] = math.inf if exact is None else max(needed[-1], exact)
    if not needed or min(needed) > _MOST:
        return None
    return max(1, math.ceil(min(needed)) - found.prompts)


def _prompts(width: float, gap: float) -> float:
    """After how many prompts what is so wide with one is as narrow as the gap."""
    ratio = width / gap
    # A difference of rounding alone is small beyond what can be squared.
    return ratio**2 if ratio < _MOST else math.inf
