"""Which settings a study asks, and in which order its cells are called."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from backends import CATALOGUE
from experiments.plan import SYSTEM
from experiments.types import Cell, Factor, Plan, Setting, Stage


def settings(plan: Plan) -> tuple[Setting, ...]:
    """The settings known before the first call; an adaptive design begins with none.

    A grid takes every combination of levels under every model. A Sobol design takes `plan.points`
    points that fill the ranges evenly, the same ones under every model, so that models are
    compared on equal settings. (Sobol sequences: scipy.stats.qmc, scrambled with the plan's seed.)
    """
    if plan.design == "adaptive":
        return ()
    points = _grid(plan) if plan.design == "grid" else _sobol(plan)
    found: list[Setting] = []
    for model, point in itertools.product(plan.models, points):
        # Whole numbers of a Sobol design can round to the same setting.
        if (setting := setting_at(plan, model, point)) not in found:
            found.append(setting)
    return tuple(found)


def setting_at(plan: Plan, model: str, point: Sequence[Any]) -> Setting:
    """The setting of a model where each factor has the value at its place in `point`."""
    chosen = dict(zip((factor.name for factor in plan.factors), point, strict=True))
    system = chosen.pop(SYSTEM, plan.system)
    return Setting(model, {**plan.params, **chosen}, system)


def levels(factor: Factor) -> tuple[Any, ...]:
    """The levels a grid takes of a factor."""
    if factor.minimum is None or factor.maximum is None:
        return factor.levels
    return tuple(dict.fromkeys(within(factor, share) for share in (0.0, 0.5, 1.0)))


def within(factor: Factor, share: float) -> Any:
    """The value of a factor at a share from 0 to 1 of its range, or of its list of levels."""
    if factor.minimum is None or factor.maximum is None:
        return factor.levels[min(int(share * len(factor.levels)), len(factor.levels) - 1)]
    value = factor.minimum + share * (factor.maximum - factor.minimum)
    whole = factor.name != SYSTEM and CATALOGUE[factor.name].kind == "int"
    return round(value) if whole else float(f"{value:.4g}")


def labels(known: Sequence[Setting]) -> tuple[str, ...]:
    """A name for each setting, unlike every other: long personas are cut, and may then be alike."""
    names = [setting.label for setting in known]
    return tuple(
        name if names.count(name) == 1 else f"{name} #{names[: place + 1].count(name)}"
        for place, name in enumerate(names)
    )


def level_text(level: Any, *, digits: int, most: int) -> str:
    """A factor's level in so many digits or characters: a persona may be a page long."""
    if level is None or level == "":
        return "–"
    if isinstance(level, float):
        return f"{level:.{digits}g}"
    text = " ".join(str(level).split())
    return text if len(text) <= most else f"{text[:most]}…"


# A winner is measured again on a quarter of the prompts; of fewer than eight none can be spared.
_SHARE, _LEAST = 4, 8


def held_out(plan: Plan, prompts: int) -> int:
    """How many of the last prompts do not choose the winner, but measure it again.

    0 where it is not measured again, or on the same prompts: its figure then holds for those
    alone, for what suits a prompt by chance suits it twice.
    """
    if not plan.remeasure:
        return 0
    if plan.holdout is not None:
        return plan.holdout
    return prompts // _SHARE if prompts >= _LEAST else 0


def cells(
    plan: Plan,
    chosen: Iterable[int],
    *,
    first: int = 0,
    stage: Stage = "main",
) -> Iterator[Cell]:
    """The cells in which the settings `chosen` are asked, numbered in calling order from `first`.

    Prompt by prompt, so that what has been called at any time is paired; within a prompt in an
    order drawn with the plan's seed, so that what drifts with time falls on all settings alike.
    """
    number = itertools.count(first)
    draw = random.Random(f"{plan.seed} {stage} {first}")
    chosen = list(chosen)
    held = held_out(plan, len(plan.prompts))
    choosing = len(plan.prompts) - held
    asked = plan.prompts[:choosing] if stage == "main" or not held else plan.prompts[choosing:]
    for prompt in asked:
        for repeat in range(plan.repeats if stage == "main" else plan.remeasure):
            draw.shuffle(chosen)
            for setting in chosen:
                yield Cell(next(number), prompt.id, setting, repeat, stage)


def _grid(plan: Plan) -> list[tuple[Any, ...]]:
    return list(itertools.product(*(levels(factor) for factor in plan.factors)))


def _sobol(plan: Plan) -> list[tuple[Any, ...]]:
    from scipy.stats import qmc

    sequence = qmc.Sobol(len(plan.factors), rng=np.random.default_rng(plan.seed))
    # Sobol points are even only in powers of two; the first of the next power stay nearly so.
    shares = sequence.random_base2((plan.points - 1).bit_length())[: plan.points]
    return [
        tuple(within(factor, share) for factor, share in zip(plan.factors, row, strict=True))
        for row in shares.tolist()
    ]
