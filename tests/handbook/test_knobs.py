"""Every knob acts monotonically on the distribution, over a grid of contexts."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from handbook import Distribution, Sampling, load

QUESTIONS = [
    "温度参数有什么作用",
    "回答一直重复怎么办",
    "what does error 336501 mean",
    "who are you",
]
OPEN = Sampling(temperature=1.0, top_p=1.0)
SLACK = 1e-9


@cache
def contexts() -> list[tuple[str, list[str]]]:
    """Questions with the beginnings of answers to them; some repeat, as bad answers do."""
    found = []
    for question in QUESTIONS:
        knobs = Sampling(temperature=1.0, top_p=0.9, seed=7, max_output_tokens=41)
        answer = [token.text for token in load().generate(question, sampling=knobs) if token.text]
        found += [(question, answer[:size]) for size in range(0, len(answer), 4)]
        again = [*answer, "\n\n", *answer]
        found += [(question, again[: len(answer) + size]) for size in range(1, 12, 2)]
    return found


def distributions(settings: Sequence[Sampling]) -> list[list[Distribution]]:
    """One row per context, one column per setting."""
    return [
        [load().distribution(question, emitted, knobs) for knobs in settings]
        for question, emitted in contexts()
    ]


def mass_of(distribution: Distribution, emitted: Sequence[str]) -> float:
    pairs = zip(distribution.texts, distribution.probabilities, strict=True)
    return float(sum(p for text, p in pairs if text in set(emitted)))


def test_there_are_enough_contexts() -> None:
    assert len(contexts()) >= 30


def test_probabilities_sum_to_one_and_fall() -> None:
    for row in distributions([OPEN, Sampling(), replace(OPEN, top_k=4, top_p=0.8)]):
        for found in row:
            assert np.isclose(found.probabilities.sum(), 1.0)
            assert np.all(np.diff(found.probabilities) <= SLACK)
            assert np.all(found.probabilities > 0)


def test_temperature_never_lowers_entropy() -> None:
    grid = [0.0, 0.01, 0.1, 0.3, 0.6, 0.95, 1.0, 1.5, 2.0]
    for row in distributions([replace(OPEN, temperature=value) for value in grid]):
        entropy = [found.entropy() for found in row]
        assert np.all(np.diff(entropy) >= -SLACK)
        assert entropy[0] == 0
        assert entropy[-1] > entropy[2]


def test_temperature_never_shrinks_the_nucleus() -> None:
    grid = [0.1, 0.3, 0.6, 0.95, 1.5, 2.0]
    for row in distributions([Sampling(temperature=value, top_p=0.7) for value in grid]):
        assert np.all(np.diff([len(found.ids) for found in row]) >= 0)


def test_top_p_never_shrinks_the_nucleus_and_keeps_its_mass() -> None:
    grid = [0.0, 0.1, 0.5, 0.7, 0.8, 0.95, 0.999, 1.0]
    for row in distributions([replace(OPEN, top_p=value) for value in grid]):
        sizes = [len(found.ids) for found in row]
        assert np.all(np.diff(sizes) >= 0)
        assert sizes[0] == 1
        assert sizes[-1] >= 1000  # the whole vocabulary of the language, at least
        for value, found in zip(grid, row, strict=True):
            assert found.mass >= value - SLACK


def test_the_nucleus_is_the_smallest_that_holds_top_p() -> None:
    for open_one, cut_one in distributions([OPEN, replace(OPEN, top_p=0.8)]):
        size = len(cut_one.ids)
        assert open_one.probabilities[: size - 1].sum() < 0.8
        assert open_one.ids[:size].tolist() == cut_one.ids.tolist()


@pytest.mark.parametrize("top_p", [1.0, 0.8])
@pytest.mark.parametrize(
    ("name", "grid"),
    [
        ("penalty_score", [1.0, 1.1, 1.2, 1.5, 2.0]),
        ("frequency_penalty", [-2.0, -0.5, 0.0, 0.1, 1.0, 2.0]),
        ("presence_penalty", [-2.0, -0.5, 0.0, 0.1, 1.0, 2.0]),
    ],
)
def test_penalties_never_raise_the_mass_of_emitted_tokens(
    name: str, grid: list[float], top_p: float
) -> None:
    settings = [
        Sampling(temperature=0.95, top_p=top_p, **{name: value})  # type: ignore[arg-type]
        for value in grid
    ]
    moved = 0
    for (_, emitted), row in zip(contexts(), distributions(settings), strict=True):
        mass = [mass_of(found, emitted) for found in row]
        assert np.all(np.diff(mass) <= SLACK)
        moved += mass[-1] < mass[0] - SLACK
    # An empty beginning cannot be penalised, and a nucleus may hold one token alone.
    assert moved >= (0.8 if top_p == 1 else 0.05) * len(contexts())


def test_neutral_penalties_change_nothing() -> None:
    neutral = Sampling(penalty_score=1.0, frequency_penalty=0.0, presence_penalty=0.0)
    for plain, same in distributions([Sampling(), neutral]):
        assert plain.probabilities.tolist() == same.probabilities.tolist()


def test_frequency_penalty_counts_and_presence_penalty_does_not() -> None:
    once, thrice = [["的", "词", "越"], ["的", "的", "的", "词", "越"]]
    for knobs, grows in (
        (replace(OPEN, frequency_penalty=1.0), True),
        (replace(OPEN, presence_penalty=1.0), False),
    ):
        odds = []
        for emitted in (once, thrice):
            with_it = load().distribution("温度", emitted, knobs)
            without = load().distribution("温度", emitted, OPEN)
            odds.append(odds_of(without, "的") / odds_of(with_it, "的"))
        assert (odds[1] > 2 * odds[0]) is grows


def odds_of(found: Distribution, text: str) -> float:
    """Probability of `text` relative to a token that was never emitted."""
    chance = dict(zip(found.texts, found.probabilities.tolist(), strict=True))
    return float(chance[text] / chance["温度"])


def test_top_k_caps_the_size_before_the_nucleus() -> None:
    grid = [1, 2, 4, 6, 300]
    for row in distributions([replace(OPEN, top_k=value) for value in grid]):
        assert [len(found.ids) for found in row] == grid
    for row in distributions([replace(OPEN, top_k=4, top_p=value) for value in (0.5, 0.9)]):
        assert len(row[0].ids) <= len(row[1].ids) <= 4


def test_temperature_zero_and_top_k_one_agree() -> None:
    for greedy, first in distributions([replace(OPEN, temperature=0.0), replace(OPEN, top_k=1)]):
        assert greedy.ids.tolist() == first.ids.tolist()
        assert greedy.probabilities.tolist() == first.probabilities.tolist() == [1.0]


@pytest.mark.parametrize("temperature", [5e-324, 1e-300, 1e-9, 1e300])
def test_extreme_temperatures_stay_finite(temperature: float) -> None:
    for (found,) in distributions([replace(OPEN, temperature=temperature)]):
        assert np.all(np.isfinite(found.probabilities))
        assert np.isclose(found.probabilities.sum(), 1.0)
