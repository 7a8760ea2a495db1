"""What may be said of two settings, from arrays alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from experiments.statistics import racing, sequential, simulate
from experiments.statistics.paired import paired, worst
from experiments.statistics.verdict import ALPHA, Decision, Rules, decide, prompts_needed, verdicts

UNIT = (0.0, 1.0)
_VALUES = arrays.arrays(
    float,
    (2, 12, 2),
    elements=st.floats(0, 1) | st.just(float("nan")) | st.sampled_from([0.0, 1.0]),
)


def _noise(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.1, shape)


def _decide(values: np.ndarray, rules: Rules) -> Decision:
    return decide(values[0], values[1], rules)


def test_a_clear_difference_is_better_and_the_other_way_worse() -> None:
    a, b = _noise((30, 2)) + 0.8, _noise((30, 2), 1) + 0.5
    said = decide(a, b, Rules(30, bounds=UNIT))
    assert said.word == "better" and 0.2 < (said.low or 0) < 0.3 < (said.high or 0) < 0.4
    assert decide(b, a, Rules(30, bounds=UNIT)).word == "worse"
    assert decide(a, b, Rules(30, higher_is_better=False)).word == "worse"


def test_equal_settings_are_equivalent_only_within_a_margin() -> None:
    a, b = _noise((60, 2)), _noise((60, 2), 1)
    assert decide(a, b, Rules(60, delta=0.1)).word == "equivalent"
    assert decide(a, b, Rules(60)).word == "cannot tell"
    few = decide(a[:12], b[:12], Rules(12, delta=0.03))
    assert few.word == "cannot tell" and (few.n_more or 0) > 10


def test_ten_pairs_that_agree_prove_little() -> None:
    same = np.ones((10, 1))
    said = decide(same, same, Rules(10, delta=0.05, bounds=UNIT))
    assert said.word == "cannot tell" and said.low == pytest.approx(-(1 - ALPHA**0.1))
    assert said.n_more == 50  # 0.95^60 < 0.05: one side of the exact limit
    # Without a range nothing is known of how far the others could lie apart.
    assert decide(same, same, Rules(10, delta=0.05)).low is None


@pytest.mark.parametrize(("better", "worse", "delta"), [(0.99, 0.94, 0.05), (0.98, 0.88, 0.1)])
def test_near_certain_passes_that_differ_by_the_margin_are_not_equivalent(
    better: float, worse: float, delta: float
) -> None:
    """At t alone 8 to 10 % of such studies were called equivalent."""
    rng, told = np.random.default_rng(3), 0
    rules = Rules(100, delta=delta, bounds=UNIT)
    for _ in range(400):
        values = simulate.passes(rng, [better, worse], 100)
        told += _decide(values, rules).word == "equivalent"
    assert told / 400 <= 0.05 + 2 * (0.05 * 0.95 / 400) ** 0.5


def test_one_prompt_settles_nothing() -> None:
    said = decide(np.ones((1, 5)), np.zeros((1, 5)), Rules(1, bounds=UNIT))
    assert (said.word, said.low, said.difference) == ("cannot tell", None, 1.0)


def test_missing_scores_are_counted_and_bounded() -> None:
    a, b = np.full((10, 1), 0.5), np.full((10, 1), 0.5)
    a[0] = b[1] = b[2] = np.nan
    said = decide(a, b, Rules(10, bounds=UNIT))
    assert (said.missing_a, said.missing_b, said.prompts) == (1, 2, 7)
    assert said.worst == pytest.approx((-0.15, 0.15))
    assert worst(a, b, (None, None)) is None


def test_what_came_in_after_the_last_look_does_not_count_yet() -> None:
    a, b = _noise((100, 1)) + 0.05, _noise((100, 1), 1)
    rules = Rules(100)
    assert sequential.looks(100) == (20, 40, 60, 80, 100)
    for complete in (20, 25, 39):
        said = verdicts(np.stack([a, b]), [(0, 1)], rules, [complete] * 2)[0]
        assert (said.look, said.prompts) == (1, 20)
    before = verdicts(np.stack([a, b]), [(0, 1)], rules, [19, 50])[0]
    assert (before.look, before.word) == (0, "cannot tell")


def test_the_boundaries_are_o_brien_and_flemings() -> None:
    """Jennison and Turnbull 1999, table 2.3: c = 2.040 for five looks at 0.05."""
    planned = (20, 40, 60, 80, 100)
    levels = [sequential.nominal(0.05, look, planned) for look in range(1, 6)]
    assert levels == pytest.approx([5.07e-6, 0.00126, 0.00845, 0.0226, 0.0413], rel=0.02)
    assert sequential.nominal(0.05, 1, (19,)) == pytest.approx(0.05)


@pytest.mark.parametrize("count", [1, 9, 10, 19, 20, 37, 50, 200, 10_000])
def test_looks_end_at_the_plan_and_begin_at_ten(count: int) -> None:
    found = sequential.looks(count)
    assert found[-1] == count and len(found) <= 5 and list(found) == sorted(set(found))
    assert len(found) == 1 or found[0] >= 10


@given(_VALUES)
def test_the_two_sides_are_treated_alike(values: np.ndarray) -> None:
    rules = Rules(12, delta=0.1, bounds=UNIT)
    one, other = decide(values[0], values[1], rules), decide(values[1], values[0], rules)
    swapped = {"better": "worse", "worse": "better"}
    assert other.word == swapped.get(one.word, one.word)
    assert (one.missing_a, one.n_more) == (other.missing_b, other.n_more)
    if one.difference is not None and one.worst is not None:
        assert one.worst[0] <= one.worst[1]
    if one.low is not None and one.high is not None and one.difference is not None:
        assert one.low <= one.difference <= one.high
        assert one.word != "better" or one.low > 0


@given(_VALUES, st.permutations(range(12)))
def test_the_order_of_prompts_means_nothing_once_all_are_there(
    values: np.ndarray, order: list[int]
) -> None:
    rules = Rules(12, delta=0.1, bounds=UNIT)
    one, other = (
        decide(values[0], values[1], rules),
        decide(values[0, order], values[1, order], rules),
    )
    assert one.word == other.word
    assert one.difference == pytest.approx(other.difference, nan_ok=True)


def test_a_difference_too_small_to_square_needs_more_prompts_than_one_asks() -> None:
    values = np.zeros((2, 12, 1))
    values[0, 0], values[0, 5], values[1, 4] = 1e-179, 1, 1
    found = decide(values[0], values[1], Rules(12, bounds=UNIT))
    assert (found.word, found.n_more) == ("cannot tell", None)


@given(_VALUES, st.floats(0.5, 50), st.floats(-5, 5))
def test_other_units_say_the_same(values: np.ndarray, factor: float, shift: float) -> None:
    rules = Rules(12, delta=0.1, bounds=UNIT)
    scaled = Rules(12, delta=0.1 * factor, bounds=(shift, shift + factor))
    one, other = (
        decide(values[0], values[1], rules),
        _decide(values * factor + shift, scaled),
    )
    if one.difference is not None and other.difference is not None:
        assert other.difference == pytest.approx(one.difference * factor, abs=1e-9 * factor + 1e-12)


def test_a_family_of_pairs_is_read_more_strictly() -> None:
    a, b = _noise((30, 1)) + 0.06, _noise((30, 1), 1)
    others = [_noise((30, 1), seed) for seed in range(2, 12)]
    values = np.stack([a, b, *others])
    alone = verdicts(values, [(0, 1)], Rules(30))[0]
    among = verdicts(values, [(0, 1), *((n, 1) for n in range(2, 12))], Rules(30))[0]
    assert alone.low is not None and among.low is not None and among.low < alone.low


def test_the_planned_number_of_prompts_suffices() -> None:
    count = prompts_needed(spread=0.2, delta=0.1)
    rng = np.random.default_rng(5)
    found = 0
    for _ in range(400):
        a, b = rng.normal(0, 0.2 / 2**0.5, (2, count, 1))
        found += decide(a, b, Rules(count, delta=0.1)).word == "equivalent"
    assert found / 400 >= 0.76  # 0.8, less three standard errors of 400 studies


def test_what_cannot_win_is_given_up_and_the_leader_never() -> None:
    good, fair, bad = (_noise((20, 1), n) + mean for n, mean in enumerate((0.9, 0.85, 0.3)))
    values = np.stack([fair, bad, good])
    rules = Rules(100, delta=0.2, bounds=UNIT)
    assert racing.hopeless(values, {0, 1, 2}, rules) == {1}
    low = Rules(100, higher_is_better=False)
    assert racing.hopeless(values, {0, 1, 2}, low) == {0, 2}
    assert racing.leader(values, {0, 1, 2}, higher_is_better=True) == 2
    assert racing.leader(np.full((2, 3, 1), np.nan), {0, 1}, higher_is_better=True) is None


def test_a_study_of_two_ends_with_its_verdict_and_not_before() -> None:
    good, fair = _noise((20, 1)) + 0.9, _noise((20, 1), 1) + 0.8
    pair, third = np.stack([good, fair]), _noise((20, 1), 2) + 0.88
    rules = Rules(100, bounds=UNIT)
    # The difference is 2.5 standard errors, which the first look is too early to call one.
    assert racing.hopeless(pair, {0, 1}, rules) == {1}
    assert decide(good, fair, rules).word == "cannot tell"
    assert racing.look(pair, {0, 1}, rules) == racing.Look()
    # Among three it need not be called again.
    assert racing.look(np.stack([good, fair, third]), {0, 1, 2}, rules) == racing.Look({1})
    last = racing.look(np.stack([good, fair, third]), {0, 1}, rules)
    assert last == racing.Look({1}, "alone")


def test_what_is_equivalent_is_not_called_behind() -> None:
    good, fair = _noise((20, 1)) / 1000 + 0.9, _noise((20, 1), 1) / 1000 + 0.89
    values, rules = np.stack([good, fair, fair]), Rules(100, delta=0.5)
    assert racing.hopeless(values, {0, 1, 2}, rules) == {1, 2}
    assert racing.look(values, {0, 1, 2}, rules) == racing.Look(end="settled")


def test_repeats_only_quieten_their_prompt() -> None:
    once = _noise((10, 1))
    many = np.repeat(once, 50, axis=1)
    zero = np.zeros((10, 1))
    assert paired(many, zero).interval() == pytest.approx(paired(once, zero).interval())
