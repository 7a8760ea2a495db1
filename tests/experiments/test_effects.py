"""What factors do: planted effects are found, and what is not there is not."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.stats import qmc

from experiments.statistics import simulate
from experiments.statistics.coding import design_of
from experiments.statistics.effects import effects
from experiments.statistics.effects_said import effect_sentence, interaction_sentence
from experiments.statistics.interactions import interactions
from experiments.statistics.verdict import Rules, prompts_needed
from experiments.types import Setting

MARKS = (0.0, 4.0)
Point = Mapping[str, Any]

_GRID = list(itertools.product(["m1", "m2"], [0.2, 0.6, 1.0], ["", "short"]))
GRID: dict[str, list[Any]] = {
    "model": [point[0] for point in _GRID],
    "temperature": [point[1] for point in _GRID],
    "system": [point[2] for point in _GRID],
}
_POINTS = qmc.Sobol(2, rng=np.random.default_rng(0)).random_base2(5)
SOBOL: dict[str, list[Any]] = {
    "temperature": [2 * float(point[0]) for point in _POINTS],
    "top_p": [float(point[1]) for point in _POINTS],
}
_VALUES = arrays.arrays(
    float,
    (12, 6, 2),
    elements=st.floats(0, 4) | st.just(float("nan")) | st.sampled_from([0.0, 4.0]),
)


def _means(design: Mapping[str, list[Any]], true: Callable[[Point], Any]) -> list[float]:
    rows = zip(*design.values(), strict=True)
    return [true(dict(zip(design, row, strict=True))) for row in rows]


def _planted(point: Point) -> Any:
    return 2 + 0.4 * (point["model"] == "m2") - 0.75 * point["temperature"]


def _bent(point: Point) -> Any:
    return 2.5 - 0.8 * (point["temperature"] - 1) ** 2 + 0.6 * point["top_p"]


def test_planted_effects_have_their_sign_and_are_inside_the_interval() -> None:
    rng, rules = np.random.default_rng(1), Rules(20, bounds=MARKS)
    true = {
        ("model", "m1", "m2"): 0.4,
        ("temperature", 0.2, 1.0): -0.6,
        ("temperature", 0.2, 0.6): -0.3,
        ("temperature", 0.6, 1.0): -0.3,
        ("system", "", "short"): 0.0,
        ("system", "short", ""): 0.0,
        ("model", "m2", "m1"): -0.4,
    }
    right, inside, told = [], [], []
    for _ in range(200):
        for found in effects(simulate.marks(rng, _means(GRID, _planted), 20, 2), GRID, rules):
            planted = true[found.factor, found.start, found.end]
            assert found.difference is not None and found.low is not None
            assert found.high is not None
            inside.append(found.low <= planted <= found.high)
            if planted:
                right.append(found.difference * planted > 0)
                told.append(found.word == "matters")
    assert np.mean(right) >= 0.93 and np.mean(inside) >= 0.93 and np.mean(told) >= 0.8


def test_the_interval_of_each_level_covers() -> None:
    rng, rules = np.random.default_rng(2), Rules(20, bounds=MARKS)
    true = {"m1": -0.2, "m2": 0.2, 0.2: 0.3, 0.6: 0.0, 1.0: -0.3, "": 0.0, "short": 0.0}
    inside = []
    for _ in range(200):
        values = simulate.marks(rng, _means(GRID, _planted), 20, 2)
        for level in (each for found in effects(values, GRID, rules) for each in found.levels):
            assert level.mean is not None and level.low is not None and level.high is not None
            assert level.difference is not None
            middle = level.mean - level.difference
            inside.append(level.low <= middle + true[level.level] <= level.high)
    assert 0.93 <= np.mean(inside) <= 0.97


def test_curves_of_a_sobol_design_are_found_with_their_top_in_the_middle() -> None:
    rng, rules = np.random.default_rng(3), Rules(20, bounds=MARKS)
    right, inside = [], []
    for _ in range(200):
        values = simulate.marks(rng, _means(SOBOL, _bent), 20, 1)
        temperature, top_p = effects(values, SOBOL, rules)
        assert temperature.curve and [len(each.levels) for each in (temperature, top_p)] == [3, 3]
        for found, true in ((temperature, _ends(temperature.start, temperature.end)),
                            (top_p, 0.6 * (top_p.end - top_p.start))):  # fmt: skip
            assert found.difference is not None and found.low is not None
            assert found.high is not None
            inside.append(found.low <= true <= found.high)
            right.append(found.difference * true > 0)
    assert np.mean(right) >= 0.93 and np.mean(inside) >= 0.93


def _ends(start: float, end: float) -> float:
    return -0.8 * ((end - 1) ** 2 - (start - 1) ** 2)


def test_where_nothing_matters_it_is_seldom_said_to() -> None:
    rng, rules = np.random.default_rng(4), Rules(12, bounds=MARKS)
    wrong = 0
    for _ in range(300):
        values = simulate.marks(rng, [2.0] * 12, 12)
        wrong += any(found.word == "matters" for found in effects(values, GRID, rules))
    assert wrong / 300 <= 0.05


def test_what_does_not_matter_is_found_so_at_the_planned_number_of_prompts() -> None:
    design: dict[str, list[Any]] = {"model": ["m1", "m1", "m2", "m2"], "temperature": [0, 1, 0, 1]}
    # The mean of two settings against that of two others: half the variance of two alone.
    spread = np.hypot(simulate.FIT_SD, simulate.REPEAT_SD)
    # Two factors share the level.
    count = prompts_needed(float(spread), 0.3, alpha=0.025)
    rng, rules = np.random.default_rng(5), Rules(count, delta=0.3, bounds=MARKS)
    found = [
        each.word == "does not matter"
        for _ in range(120)
        for each in effects(simulate.marks(rng, [2.0] * 4, count), design, rules)
    ]
    assert np.mean(found) >= 0.8


def test_near_certain_passes_that_differ_by_the_margin_do_matter_or_cannot_be_told() -> None:
    """Two models, pass or fail: at t alone about a tenth of such studies said *does not matter*."""
    rng, told = np.random.default_rng(3), 0
    rules = Rules(100, delta=0.05, bounds=(0.0, 1.0))
    for _ in range(400):
        values = simulate.passes(rng, [0.99, 0.94], 100)
        [found] = effects(values, {"model": ["m1", "m2"]}, rules)
        told += found.word == "does not matter"
    assert told / 400 <= 0.05 + 2 * (0.05 * 0.95 / 400) ** 0.5


def test_interactions_are_found_and_parallel_lines_are_none() -> None:
    rng, rules = np.random.default_rng(6), Rules(30, bounds=MARKS)

    def true(point: Point) -> Any:
        return 2 + (0.9 if point["model"] == "m1" else 0) * (point["temperature"] - 0.6)

    right, inside, wrong = [], [], []
    for _ in range(100):
        values = simulate.marks(rng, _means(GRID, true), 30, 2)
        tilted, *parallel = interactions(values, GRID, rules)
        assert tilted.factors == ("model", "temperature") and len(parallel) == 2
        planted = -0.9 * (tilted.along[1] - tilted.along[0])
        assert tilted.difference is not None and tilted.low is not None
        assert tilted.high is not None
        right.append(tilted.difference * planted > 0)
        inside.append(tilted.low <= planted <= tilted.high)
        wrong += [each.word == "matters" for each in parallel]
    assert np.mean(right) >= 0.93 and np.mean(inside) >= 0.93 and np.mean(wrong) <= 0.05


def test_two_numbers_strewn_by_a_sobol_design_can_tilt_each_other() -> None:
    def true(point: Point) -> Any:
        return 2 + 1.5 * (point["temperature"] - 1) * (point["top_p"] - 0.5)

    values = simulate.marks(np.random.default_rng(7), _means(SOBOL, true), 40, 2)
    (found,) = interactions(values, SOBOL, Rules(40, bounds=MARKS))
    assert found.word == "matters" and (found.difference or 0) > 0
    assert len(found.cells) == 9 and {cell.line for cell in found.cells} == {
        found.cells[0].line,
        found.cells[3].line,
        found.cells[6].line,
    }
    # A mean of levels that strewn numbers never share would be noise; ends of ranges are not.
    assert found.across == (min(SOBOL["temperature"]), max(SOBOL["temperature"]))


def test_answers_that_are_missing_do_not_move_the_effect() -> None:
    """Every second prompt is hard, and there m2 fails to answer at temperature 1."""
    values = np.full((12, 10, 1), 2.0) + np.array(_means(GRID, _planted))[:, None, None]
    values[:, ::2] -= 1.5
    gone = [place for place, row in enumerate(_GRID) if row[:2] == ("m2", 1.0)]
    values[np.ix_(gone, range(0, 10, 2))] = np.nan
    model, temperature, _ = effects(values, GRID, Rules(10, bounds=MARKS))
    assert model.difference == pytest.approx(0.4)
    assert temperature.difference == pytest.approx(-0.6)
    assert model.prompts == 10


def test_a_level_that_was_given_up_counts_as_far_as_it_was_asked() -> None:
    values = simulate.marks(np.random.default_rng(8), _means(GRID, _planted), 20)
    values[[place for place, row in enumerate(_GRID) if row[0] == "m1"], 10:] = np.nan
    model, temperature, _ = effects(values, GRID, Rules(20, bounds=MARKS))
    assert (model.prompts, temperature.prompts) == (10, 20)


def test_a_running_study_is_judged_at_its_looks_alone() -> None:
    values = simulate.marks(np.random.default_rng(9), _means(GRID, _planted), 100, 2)
    rules = Rules(100, bounds=MARKS)
    assert {each.word for each in effects(values, GRID, rules, 19)} == {"cannot tell"}
    assert {each.prompts for each in effects(values, GRID, rules, 39)} == {20}
    assert effects(values, GRID, rules, 100) == effects(values, GRID, rules)


def test_what_the_settings_cannot_tell_apart_is_not_told() -> None:
    design = {"model": ["m1", "m2"], "system": ["", "short"]}
    values = np.random.default_rng(10).normal(size=(2, 12, 1))
    for found in effects(values, design, Rules(12, bounds=MARKS)):
        assert (found.word, found.difference, found.prompts) == ("cannot tell", None, 0)
        assert "more settings" in effect_sentence(found, "judge").en
    assert effects(values, {}, Rules(12)) == [] and interactions(values, {}, Rules(12)) == []
    nothing = np.full((12, 0, 1), np.nan)
    assert effects(nothing, GRID, Rules(12))[0].levels[0].mean is None


def test_sentences_say_from_where_to_where_in_both_languages() -> None:
    values = simulate.marks(np.random.default_rng(11), _means(GRID, _planted), 60, 2)
    rules = Rules(60, delta=0.2, bounds=MARKS)
    model, temperature, system = effects(values, GRID, rules)
    assert effect_sentence(model, "judge", 0.2).en.startswith(
        "judge: model matters: from m1 to m2 by +0."
    )
    said = effect_sentence(temperature, "judge", 0.2)
    assert "from 0.2 to 1 by -0." in said.en and "有影响" in said.zh
    persona = effect_sentence(system, "judge", 0.2)
    assert "judge: persona does not matter on average (±0.2)" in persona.en
    assert "人设 平均而言没有影响" in persona.zh
    one = effect_sentence(replace(model, word="cannot tell", n_more=1), "judge", 0.2)
    assert one.en.endswith("about 1 more prompt needed.") and one.zh.endswith("还需 1 个题目。")
    crossed = interactions(values, GRID, rules)[0]
    assert interaction_sentence(crossed, "judge", 0.2).en.startswith("judge: ")


def test_names_go_to_the_better_one_also_where_less_is_better() -> None:
    values = np.random.default_rng(12).normal(0, 0.1, (2, 12, 1))
    values[1] += 2
    design = {"model": ["fast", "slow"]}
    (found,) = effects(values, design, Rules(12, higher_is_better=False))
    assert (found.start, found.end) == ("slow", "fast") and (found.difference or 0) < -1.8
    assert found.low is not None and found.high is not None and found.low < found.high < 0


def test_the_design_is_what_differs_between_settings() -> None:
    known = [
        Setting("m1", {"temperature": 0.2, "stop": ("a",)}),
        Setting("m1", {"temperature": 0.9, "stop": ("a", "b")}, "Be short."),
    ]
    assert design_of(known) == {
        "temperature": [0.2, 0.9],
        "stop": ['["a"]', '["a", "b"]'],
        "system": ["", "Be short."],
    }


@settings(max_examples=40, deadline=None)
@given(_VALUES, st.permutations(range(6)))
def test_the_order_of_prompts_means_nothing(values: np.ndarray, order: list[int]) -> None:
    rules = Rules(6, delta=0.3, bounds=MARKS)
    for one, other in zip(
        effects(values, GRID, rules), effects(values[:, order], GRID, rules), strict=True
    ):
        assert one.prompts == other.prompts
        for mine, its in zip(one.levels, other.levels, strict=True):
            assert mine.mean == pytest.approx(its.mean) and mine.low == pytest.approx(its.low)


@settings(max_examples=40, deadline=None)
@given(_VALUES, st.floats(0.01, 50), st.floats(-5, 5))
def test_other_units_say_the_same(values: np.ndarray, factor: float, shift: float) -> None:
    rules = Rules(6, delta=0.3, bounds=MARKS)
    scaled = Rules(6, delta=0.3 * factor, bounds=(shift, shift + 4 * factor))
    for one, other in zip(
        effects(values, GRID, rules), effects(values * factor + shift, GRID, scaled), strict=True
    ):
        for mine, its in zip(one.levels, other.levels, strict=True):
            if mine.difference is not None and its.difference is not None:
                near = pytest.approx(mine.difference * factor, abs=1e-7 * (factor + abs(shift)))
                assert its.difference == near
