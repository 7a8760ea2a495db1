"""Where a score is predicted to be best: planted tops are found, and what is flat is not one."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.stats import qmc

from experiments.statistics import simulate
from experiments.statistics.optimum import Optimum, optimum
from experiments.statistics.optimum_said import optimum_sentence
from experiments.statistics.verdict import Rules

MARKS = (0.0, 4.0)
_POINTS = qmc.Sobol(2, rng=np.random.default_rng(0)).random_base2(4)
SOBOL: dict[str, list[Any]] = {
    "temperature": [round(2 * float(point[0]), 3) for point in _POINTS],
    "top_p": [round(float(point[1]), 3) for point in _POINTS],
}
_GRID = list(itertools.product(["m1", "m2"], [0.0, 0.5, 1.0]))
GRID: dict[str, list[Any]] = {"model": [m for m, _ in _GRID], "top_p": [p for _, p in _GRID]}


def _hill(temperature: float, top_p: float) -> float:
    return 2.5 - 0.8 * (temperature - 1.1) ** 2 - 1.5 * (top_p - 0.4) ** 2


def _found(
    rng: np.random.Generator, true: Callable[[float, float], float], prompts: int = 20
) -> Optimum:
    means = list(map(true, SOBOL["temperature"], SOBOL["top_p"]))
    found = optimum(simulate.marks(rng, means, prompts, 2), SOBOL, Rules(prompts, bounds=MARKS))
    assert found is not None
    return found


def test_without_noise_the_top_is_where_it_is() -> None:
    means = np.array(list(map(_hill, SOBOL["temperature"], SOBOL["top_p"])))
    values = np.tile(means[:, None, None], (1, 4, 1))
    found = optimum(values, SOBOL, Rules(4, bounds=MARKS))
    assert found is not None and found.fits and found.value == pytest.approx(2.5)
    temperature, top_p = found.places
    assert (temperature.at, top_p.at) == pytest.approx((1.1, 0.4))
    assert not temperature.edge and not temperature.open
    lowest = optimum(-values, SOBOL, Rules(4, bounds=(-4, 0), higher_is_better=False))
    assert lowest is not None and lowest.places[0].at == pytest.approx(1.1)


def test_a_planted_top_is_inside_the_intervals() -> None:
    rng = np.random.default_rng(1)
    places, values, off = [], [], []
    for _ in range(150):
        found = _found(rng, _hill)
        temperature, top_p = found.places
        places += [temperature.low <= 1.1 <= temperature.high, top_p.low <= 0.4 <= top_p.high]
        true = _hill(temperature.at, top_p.at)
        assert found.low is not None and found.high is not None
        values.append(found.low <= true <= found.high)
        off.append(found.value - true)
    assert np.mean(places) >= 0.93 and np.mean(values) >= 0.93 and abs(np.mean(off)) < 0.05


def test_where_all_is_flat_no_place_is_named_and_no_gain_promised() -> None:
    rng = np.random.default_rng(2)
    found = [_found(rng, lambda *_: 2.0) for _ in range(150)]
    assert np.mean([place.open for each in found for place in each.places]) > 0.7
    assert abs(np.mean([each.value for each in found]) - 2) < 0.04
    inside = [(each.low or 0) <= 2 <= (each.high or 0) for each in found]
    assert np.mean(inside) >= 0.9
    said = optimum_sentence(found[0], "judge")
    assert "prediction" in said.en and "预测" in said.zh


def test_a_top_beyond_what_was_asked_is_named_as_an_end() -> None:
    found = _found(np.random.default_rng(3), lambda t, p: 2 + 0.9 * t + 0.2 * p, 40)
    temperature = found.places[0]
    assert temperature.edge and temperature.at == max(SOBOL["temperature"])
    assert "is best at the end of what was asked" in optimum_sentence(found, "judge").en


def test_a_surface_that_is_no_parabola_says_so() -> None:
    found = _found(np.random.default_rng(4), lambda t, _: 1.0 + 2.0 * (abs(t - 0.5) < 0.25), 60)
    assert not found.fits
    assert "do not follow" in optimum_sentence(found, "judge").en


def test_models_shift_the_surface_and_few_settings_have_none() -> None:
    means = [2 + (model == "m2") - 2 * (top_p - 0.5) ** 2 for model, top_p in _GRID]
    found = optimum(np.tile(np.array(means)[:, None, None], (1, 3, 1)), GRID, Rules(3))
    assert found is not None and found.places[0].at == pytest.approx(0.5)
    rules = Rules(12)
    values = np.ones((3, 12, 1))
    assert optimum(values, {"temperature": [0, 1, 2], "top_p": [0, 1, 2]}, rules) is None
    assert optimum(values, {"model": ["a", "b", "c"]}, rules) is None
    assert optimum(values[:, :1], {"temperature": [0, 1, 2]}, rules) is None
    assert optimum(values, {}, rules) is None


@settings(max_examples=30, deadline=None)
@given(arrays.arrays(float, (16, 3, 1), elements=st.floats(0, 4) | st.sampled_from([0.0, 4.0])))
def test_nothing_asked_beats_the_top_of_the_surface(values: np.ndarray) -> None:
    found = optimum(values, SOBOL, Rules(3, bounds=MARKS))
    assert found is not None
    for place, levels in zip(found.places, SOBOL.values(), strict=True):
        assert min(levels) <= place.low <= place.at <= place.high <= max(levels)
    if found.low is not None and found.high is not None:
        assert found.low <= found.value <= found.high
