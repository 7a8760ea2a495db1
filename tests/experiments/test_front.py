"""Settings that nothing beats on two things at once, and how sure that is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.statistics import simulate
from experiments.statistics.front import on_front
from experiments.statistics.level_means import by_group
from experiments.statistics.surface import fitted


def known(*means: float, prompts: int = 20, noise: float = 0.0, seed: int = 0) -> np.ndarray:
    """Scores of settings with these means, of shape (settings, prompts, 1)."""
    rng = np.random.default_rng(seed)
    shape = (len(means), prompts, 1)
    return np.array(means)[:, None, None] + noise * rng.standard_normal(shape)


def test_without_noise_the_front_is_known() -> None:
    quality, price = known(1.0, 2.0, 2.0, 3.0), known(1.0, 2.0, 3.0, 4.0)
    assert list(on_front(quality, price, higher_is_better=True)) == [1, 1, 0, 1]
    assert list(on_front(quality, price, higher_is_better=False)) == [1, 0, 0, 0]


def test_equal_settings_are_both_on_the_front() -> None:
    same = known(1.0, 1.0)
    assert list(on_front(same, same, higher_is_better=True)) == [1, 1]


def test_what_is_not_known_is_not_on_the_front_and_beats_nothing() -> None:
    quality, price = known(1.0, 9.0, 2.0), known(1.0, 0.5, 2.0)
    quality[1] = np.nan
    found = on_front(quality, price, higher_is_better=True)
    assert list(found[[0, 2]]) == [1, 1] and np.isnan(found[1])


def test_missing_prompts_do_not_take_a_setting_away() -> None:
    quality, price = known(1.0, 2.0), known(1.0, 2.0)
    quality[0, :15] = np.nan
    assert on_front(quality, price, higher_is_better=True)[0] > 0.9


def test_the_chance_follows_the_noise() -> None:
    price = known(1.0, 1.1)
    close = on_front(known(1.0, 1.02, noise=0.3), price, higher_is_better=True)
    clear = on_front(known(1.0, 2.0, noise=0.3), price, higher_is_better=True)
    assert 0.1 < close[1] < 0.95 and clear[1] == 1
    again = on_front(known(1.0, 1.02, noise=0.3), price, higher_is_better=True)
    assert list(close) == list(again)


def test_one_more_thing_to_be_good_at_brings_more_to_the_front() -> None:
    quality, cost, seconds = known(2.0, 1.0, 1.5), known(1.0, 2.0, 1.5), known(3.0, 1.0, 9.0)
    assert list(on_front(quality, cost, higher_is_better=True)) == [1, 0, 0]
    assert list(on_front(quality, cost, seconds, higher_is_better=True)) == [1, 1, 0]


def test_of_settings_told_seventy_per_cent_about_seventy_are_there() -> None:
    rng = np.random.default_rng(9)
    told, there = [], []
    for _ in range(250):
        worth, costs = 2 + 0.3 * rng.standard_normal(6), np.exp(0.3 * rng.standard_normal(6))
        quality = simulate.marks(rng, worth.tolist(), 50)
        price = costs[:, None, None] * np.exp(0.2 * rng.standard_normal((6, 50, 1)) - 0.02)
        told += list(on_front(quality, price, higher_is_better=True))
        above = np.greater.outer(worth, worth).T & np.less.outer(costs, costs).T
        there += [not each for each in np.any(above, axis=1)]
    for low, high in ((0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1.01)):
        among = [place for place, share in enumerate(told) if low <= share < high]
        share = np.mean([told[place] for place in among])
        assert abs(share - np.mean([there[place] for place in among])) < 0.09


def cells(values: np.ndarray, factor: list[object]) -> pd.DataFrame:
    """A row for each setting and prompt; `factor` is each setting's level."""
    return pd.DataFrame(
        [
            {"setting": s, "prompt_id": str(p), "factor": factor[s], "score": values[s, p]}
            for s in range(values.shape[0])
            for p in range(values.shape[1])
        ]
    )


def test_the_interval_of_a_mean_is_over_prompts_not_over_calls() -> None:
    one = cells(np.array([[1.0, 2.0, 3.0, 4.0]]), ["a"])
    often = pd.concat([one] * 10)
    for frame in (one, often):
        found = by_group(frame, "score", ["factor"])
        assert found["mean"][0] == 2.5
        # t of 3 degrees of freedom, 3.182, times the standard error, 0.6455.
        assert found["high"][0] - found["mean"][0] == pytest.approx(2.054, abs=1e-3)


def test_missing_scores_are_left_out_and_one_prompt_has_no_interval() -> None:
    frame = cells(np.array([[1.0, np.nan], [np.nan, np.nan]]), ["a", "b"])
    found = by_group(frame, "score", ["factor"])
    assert list(found["factor"]) == ["a"] and found["mean"][0] == 1.0
    assert np.isnan(found["low"][0])
    assert by_group(frame[frame["setting"] == 1], "score", ["factor"]).empty


def test_an_interval_stays_within_the_score_and_agreement_is_not_certainty() -> None:
    frame = cells(np.array([[0, 0, 0, 0, 0, 1.0], [0, 0, 0, 0, 0, 0]]), ["a", "b"])
    found = by_group(frame, "score", ["factor"], (0, 1))
    # One of six passed, none of six: the rule of three leaves 1 - 0.05 ** (1/6) open.
    assert found["low"].tolist() == [0, 0]
    assert found["high"].tolist() == pytest.approx([1 / 6 + 0.4284, 0.3930], abs=1e-3)
    assert by_group(frame, "score", ["factor"])["high"].isna().all()


def test_a_planted_quadratic_is_found_again() -> None:
    x, y = (grid.ravel() for grid in np.meshgrid([0.1, 0.5, 0.9], [100.0, 500.0, 1000.0]))
    planted = 3 - (x - 0.5) ** 2 + 0.001 * y - 0.0005 * x * y
    surface = fitted(pd.DataFrame({"x": x, "y": y, "mean": planted}))
    assert surface is not None
    across, up, values = surface
    assert (across[0], across[-1], up[0], up[-1]) == (0.1, 0.9, 100.0, 1000.0)
    expected = 3 - (across[7] - 0.5) ** 2 + 0.001 * up[20] - 0.0005 * across[7] * up[20]
    assert values[20][7] == pytest.approx(expected)


def test_there_is_no_surface_through_too_few_places() -> None:
    frame = pd.DataFrame({"x": [0.1, 0.9] * 3, "y": [1.0, 2, 3] * 2, "mean": np.arange(6.0)})
    assert fitted(frame) is None
    assert fitted(frame.head(3)) is None
    assert fitted(pd.DataFrame(columns=["x", "y", "mean"])) is None
