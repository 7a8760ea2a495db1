"""Whether the verdicts keep their promises: `make calibrate` measures it on known truth.

Simulated providers, fixed seeds, and the very functions that judge real studies. Ends with code 1
where a promise is not kept.
"""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from experiments.statistics import racing, simulate
from experiments.statistics.effects import effects
from experiments.statistics.paired import Array, by_prompt, paired
from experiments.statistics.verdict import Rules, decide, prompts_needed, verdicts

UNIT = (0.0, 1.0)
MARKS = (0.0, 4.0)


@dataclass(frozen=True, slots=True)
class Row:
    """One promise: what was measured and its range; without a range it is for reading."""

    what: str
    measured: float
    low: float = -math.inf
    high: float = math.inf

    @property
    def kept(self) -> bool:
        """Whether the promise is kept."""
        return self.low <= self.measured <= self.high


Promise = Callable[[int], Iterable[Row]]


def false_verdicts(studies: int) -> Iterable[Row]:
    """Two identical providers, looked at after every ten prompts: any better or worse is false."""
    kinds = (("marks", _same_marks, MARKS), ("pass/fail", _same_passes, UNIT))
    total = 0
    for name, draw, bounds in kinds:
        rng, rules = np.random.default_rng(1), Rules(100, bounds=bounds)
        wrong = sum(_ever_told_apart(draw(rng), rules) for _ in range(studies))
        total += wrong
        yield Row(f"identical providers told apart, {name}", wrong / studies)
    share = total / studies / len(kinds)
    yield Row("identical providers told apart, both kinds of score", share, 0, 0.05)


def _same_marks(rng: np.random.Generator) -> Array:
    return simulate.marks(rng, [2, 2], 100)


def _same_passes(rng: np.random.Generator) -> Array:
    return simulate.passes(rng, [0.6, 0.6], 100)


def _ever_told_apart(values: Array, rules: Rules) -> bool:
    for complete in range(10, values.shape[1] + 1, 10):
        said = verdicts(values, [(0, 1)], rules, [complete] * 2)[0]
        if said.word in ("better", "worse"):
            return True
    return False


def coverage(studies: int) -> Iterable[Row]:
    """How often a 95 % interval holds the true difference, from 8 to 200 prompts."""
    yield Row("intervals that cover, calls taken for independent", _naive(studies))
    for name, draw, true, bounds in (
        ("marks", _marks_apart, 0.3, MARKS),
        ("pass/fail", _passes_apart, 0.2, UNIT),
    ):
        rng = np.random.default_rng(2)
        for prompts in (8, 12, 20, 50, 100, 200):
            rules, held = Rules(prompts, bounds=bounds), 0
            for _ in range(studies):
                said = decide(*draw(rng, prompts), rules=rules)
                held += (said.low or 0) <= true <= (said.high or 0)
            share = held / studies
            yield Row(f"intervals that cover, {name}, {prompts} prompts", share, 0.93, 0.97)


def _marks_apart(rng: np.random.Generator, prompts: int) -> tuple[Array, Array]:
    a, b = simulate.marks(rng, [2.3, 2.0], prompts, 3)
    return a, b


def _passes_apart(rng: np.random.Generator, prompts: int) -> tuple[Array, Array]:
    a, b = simulate.passes(rng, [0.7, 0.5], prompts, 3)
    return a, b


def _naive(studies: int) -> float:
    """How often an interval covers that takes calls for independent: 8 prompts, 10 repeats."""
    rng, held = np.random.default_rng(2), 0
    for _ in range(studies):
        a = simulate.marks(rng, [2.0], 8, 10)[0]
        half = stats.t.isf(0.025, a.size - 1) * a.std(ddof=1) / math.sqrt(a.size)
        held += abs(a.mean() - 2.0) <= half
    return held / studies


def power(studies: int) -> Iterable[Row]:
    """The paired test against the unpaired one on the same answers."""
    cases: list[tuple[str, Callable[[np.random.Generator], Array]]] = [
        ("pass/fail +10, correlation 0.6, 200 prompts",
         lambda rng: simulate.passes(rng, [0.6, 0.5], 200)),
        ("pass/fail +10, correlation 0.8, 100 prompts",
         lambda rng: simulate.passes(rng, [0.6, 0.5], 100, correlation=0.8)),
        ("marks +0.3, 30 prompts", lambda rng: simulate.marks(rng, [2.3, 2.0], 30)),
        ("marks +0.3, 12 prompts × 5", lambda rng: simulate.marks(rng, [2.3, 2.0], 12, 5)),
        ("marks +0.2, 100 prompts", lambda rng: simulate.marks(rng, [2.2, 2.0], 100)),
    ]  # fmt: skip
    for name, draw in cases:
        rng, together, apart = np.random.default_rng(3), 0, 0
        for _ in range(studies):
            values = draw(rng)
            together += paired(values[0], values[1]).p_value() < 0.05
            a, b = by_prompt(values)
            apart += stats.ttest_ind(a, b, equal_var=False).pvalue < 0.05
        gain = (together - apart) / studies
        yield Row(f"power gained by pairing, {name} ({together / studies:.2f})", gain, 0, 1)


def sweep(studies: int) -> Iterable[Row]:
    """Racing over 27 settings × 200 prompts against calling them all: calls and quality.

    A pick is good within two points of the best (field/peers.md §5).
    """
    for low in (0.5, 0.3, 0.7):
        chances = np.linspace(0.7, low, 27)
        rng, calls, good, good_of_all = np.random.default_rng(4), 0, 0, 0
        for _ in range(studies):
            values = simulate.passes(rng, list(chances), 200)
            pick, made = race(values, Rules(200, delta=0.1, bounds=UNIT))
            calls += made
            best = chances.max() - 0.02 - 1e-9
            good += chances[pick] >= best
            good_of_all += chances[int(np.argmax(values.mean(axis=(1, 2))))] >= best
        share = calls / (studies * 27 * 200)
        name = f"27 settings from 0.7 to {low}"
        # Where all are equal any pick is right, and there is nothing to give up early.
        yield Row(f"share of the grid's calls, {name}", share, *((0, 0.6) if low < 0.7 else ()))
        lost = (good_of_all - good) / studies
        yield Row(f"good picks lost by racing, {name} ({good / studies:.2f} good)", lost, -1, 0.02)


def race(values: Array, rules: Rules) -> tuple[int, int]:
    """The winner and the calls of a study steered as `experiments.steering` does it."""
    alive, made = set(range(len(values))), 0
    looks = set(racing.moments(values.shape[1], len(values)))
    for complete in range(1, values.shape[1] + 1):
        made += len(alive)
        if complete in looks:
            seen = racing.look(values[:, :complete], alive, rules)
            alive -= seen.behind
            if seen.end is not None:
                break
    pick = racing.leader(values[:, :complete], alive, higher_is_better=rules.higher_is_better)
    return pick or 0, made


def regained(studies: int) -> Iterable[Row]:
    """Twenty settings, all equal: the gain that is reported for the winner over the first one.

    The figure that chose it, and that of fresh calls on prompts that did not choose it.
    """
    rng = np.random.default_rng(5)
    chose, same, fresh = [], [], []
    for _ in range(studies):
        worth = simulate.fits(rng, [2.0] * 20, 20)
        values = simulate.marks_on(rng, worth, 5)
        pick = racing.leader(values, range(20), higher_is_better=True) or 0
        chose.append(values[pick].mean() - values[0].mean())
        again = simulate.marks_on(rng, worth, 5)
        same.append(again[pick].mean() - again[0].mean())
        other = simulate.marks(rng, [2.0] * 20, 20, 5)
        fresh.append(other[pick].mean() - other[0].mean())
    yield Row("gain of the winner, on the calls that chose it", float(np.mean(chose)))
    yield Row("gain of the winner, fresh calls on the same prompts", float(np.mean(same)))
    yield Row("gain of the winner, held-out prompts", float(np.mean(fresh)), -0.02, 0.02)


def planted(studies: int) -> Iterable[Row]:
    """Main effects that were planted: their sign, and whether their interval holds them."""
    worth: dict[Any, float] = {0.2: 0.0, 0.6: -0.2, 1.0: -0.4, "none": 0.0, "poet": 0.3}
    points = list(itertools.product((0.2, 0.6, 1.0), ("none", "poet")))
    design: dict[str, list[Any]] = {
        "temperature": [t for t, _ in points],
        "system": [p for _, p in points],
    }
    means = [2.3 + worth[t] + worth[p] for t, p in points]
    rng, rules = np.random.default_rng(7), Rules(40, bounds=MARKS)
    good = told = 0
    for _ in range(studies):
        for effect in effects(simulate.marks(rng, means, 40), design, rules):
            difference, low, high = effect.difference, effect.low, effect.high
            if difference is None or low is None or high is None:
                continue
            true = worth[effect.end] - worth[effect.start]
            told += 1
            good += difference * true > 0 and low <= true <= high
    yield Row("planted main effects: sign right and inside the interval", good / told, 0.93, 1)


def equivalents(studies: int) -> Iterable[Row]:
    """Two equal settings at the planned number of prompts: found equivalent within delta."""
    spread = math.sqrt(2) * math.hypot(simulate.FIT_SD, simulate.REPEAT_SD)
    for delta in (0.5, 0.3):
        rng = np.random.default_rng(6)
        prompts = prompts_needed(spread, delta)
        rules = Rules(prompts, delta=delta, bounds=MARKS)
        found = 0
        for _ in range(studies):
            a, b = simulate.marks(rng, [2.0, 2.0], prompts)
            found += decide(a, b, rules).word == "equivalent"
        yield Row(f"equal settings found equivalent, ±{delta}, {prompts} prompts", found / studies,
                  0.8, 1)  # fmt: skip


def rows(studies: int) -> Iterator[Row]:
    """Every promise, each measured over about so many studies."""
    yield from false_verdicts(studies)
    yield from coverage(studies)
    yield from power(studies)
    yield from sweep(max(studies // 10, 20))
    yield from regained(studies)
    yield from planted(max(studies // 4, 200))
    yield from equivalents(studies)


def main() -> int:
    """Print every promise with its measure; 1 where one is not kept."""
    kept = True
    for row in rows(2000):
        kept &= row.kept
        bounds = "" if math.isinf(row.high) else f"[{row.low:g}, {row.high:g}]"
        mark = "    " if not bounds else "ok  " if row.kept else "MISS"
        sys.stdout.write(f"{mark} {row.measured:7.3f}  {bounds:14}  {row.what}\n")
        sys.stdout.flush()
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
