"""Providers with known truth, for calibration: scores as a study would measure them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import special

from experiments.statistics.paired import Array

# A judge's marks from 0 to 4, as field/peers.md §5 assumes: how prompts differ in difficulty, how
# a setting happens to suit a prompt, how repeats of one question differ.
PROMPT_SD, FIT_SD, REPEAT_SD = 0.7, 0.5, 0.8


def marks(
    rng: np.random.Generator, means: Sequence[float], prompts: int, repeats: int = 1
) -> Array:
    """A judge's marks of settings with these true means, of shape (settings, prompts, repeats)."""
    return marks_on(rng, fits(rng, means, prompts), repeats)


def fits(rng: np.random.Generator, means: Sequence[float], prompts: int) -> Array:
    """What each setting is truly worth on each prompt, of shape (settings, prompts)."""
    difficulty = rng.normal(0, PROMPT_SD, prompts)
    suits = rng.normal(0, FIT_SD, (len(means), prompts))
    return np.asarray(means)[:, None] + difficulty + suits


def marks_on(rng: np.random.Generator, worth: Array, repeats: int) -> Array:
    """Fresh marks of the same settings on the same prompts."""
    return worth[:, :, None] + rng.normal(0, REPEAT_SD, (*worth.shape, repeats))


def passes(
    rng: np.random.Generator,
    chances: Sequence[float],
    prompts: int,
    repeats: int = 1,
    correlation: float = 0.6,
) -> Array:
    """Pass or fail with these true chances, of shape (settings, prompts, repeats).

    A prompt that is hard for one setting is hard for the others: `correlation` is that of the
    latent abilities on one prompt.
    """
    shape = (len(chances), prompts, repeats)
    common = rng.normal(0, correlation**0.5, prompts)[None, :, None]
    own = rng.normal(0, (1 - correlation) ** 0.5, shape)
    bar = special.ndtri(np.asarray(chances))[:, None, None]
    passed: Array = (common + own < bar).astype(float)
    return passed
