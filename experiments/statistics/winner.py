"""What the winner is worth: not the figure that chose it, but what it scored when asked again.

The best of many is best partly by luck, so that its own figure is too good: of 20 equal settings
by +0.25 on a scale of 0 to 4. Fresh calls on the same prompts take the luck of the calls away, not
that of the prompts; prompts that did not choose it take away both (`make calibrate`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.statistics.paired import Array, Paired, by_prompt, paired, scale, within
from experiments.statistics.verdict import Rules, prompts_more, word_for
from experiments.types import Word


@dataclass(frozen=True, slots=True)
class Winner:
    """The winner against the `first` setting, both by number.

    `chosen_by` is the mean that chose it: too good, and never its score. `score` is its mean when
    measured again, `gain` that less the first setting's, paired by prompt, and `word` what may be
    said of the gain, each with a 95 % interval; None where nothing is known yet. `fresh`: those
    prompts did not choose it; else score and gain hold for these prompts alone. `prompts` is how
    many both answered again, `missing` how many of their answers have no score.
    """

    setting: int
    first: int
    chosen_by: float | None
    score: float | None
    score_low: float | None
    score_high: float | None
    gain: float | None
    low: float | None
    high: float | None
    word: Word
    n_more: int | None
    prompts: int
    missing: int
    fresh: bool


def winner(
    chose: Array, again: Array, setting: int, rules: Rules, *, fresh: bool, first: int = 0
) -> Winner:
    """What the winner is worth, from the scores that chose it and those measured again.

    Both of shape (settings, prompts, repeats), NaN where no score. There is one look, when the
    second are complete, so that `rules` count for their margin, direction and range alone.
    """
    gained = paired(again[setting], again[first], rules.bounds)
    low, high = gained.interval(rules.alpha) or (None, None)
    itself = setting == first
    word: Word = "cannot tell" if itself else word_for(gained, rules, rules.alpha)
    scored = Paired(_known(by_prompt(again[setting])), scale(rules.bounds))
    ends = scored.interval(rules.alpha)
    score_low, score_high = (
        (None, None) if ends is None else (within(end, rules.bounds) for end in ends)
    )
    return Winner(
        setting,
        first,
        Paired(_known(by_prompt(chose[setting]))).mean,
        scored.mean,
        score_low,
        score_high,
        None if itself else gained.mean,
        None if itself else low,
        None if itself else high,
        word,
        None if itself or word != "cannot tell" else prompts_more(gained, rules, rules.alpha),
        gained.prompts,
        int(np.isnan(again[sorted({setting, first})]).sum()),
        fresh,
    )


def _known(values: Array) -> Array:
    return values[~np.isnan(values)]
