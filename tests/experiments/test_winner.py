"""What the winner is worth: neither the figure that chose it, nor more than was measured again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from experiments.statistics import racing, simulate
from experiments.statistics.verdict import Rules
from experiments.statistics.winner import Winner, winner
from experiments.statistics.winner_said import winner_of, winner_sentence
from tests.experiments.rigs import Desk, small
from usage.tables import cells

MARKS = (0.0, 4.0)
RULES = Rules(20, bounds=MARKS)
_AGAIN = arrays.arrays(
    float, (3, 8, 2), elements=st.floats(0, 4) | st.just(float("nan")) | st.sampled_from([0.0, 4.0])
)


def _known(value: float | None) -> float:
    assert value is not None
    return value


def _chosen(rng: np.random.Generator, means: list[float], *, fresh: bool) -> tuple[Winner, float]:
    """A winner of twenty settings on twenty prompts, and what it truly gains."""
    worth = simulate.fits(rng, means, 20)
    chose = simulate.marks_on(rng, worth, 3)
    pick = racing.leader(chose, range(len(means)), higher_is_better=True) or 0
    other = simulate.fits(rng, means, 10) if fresh else worth
    again = simulate.marks_on(rng, other, 3)
    return winner(chose, again, pick, RULES, fresh=fresh), means[pick] - means[0]


def test_measured_on_fresh_prompts_the_gain_is_what_it_is() -> None:
    rng = np.random.default_rng(1)
    off, chose, inside, said = [], [], [], []
    for _ in range(600):
        found, true = _chosen(rng, [2.0] * 20, fresh=True)
        if found.gain is None:
            continue
        off.append(found.gain - true)
        chose.append(_known(found.chosen_by) - 2)
        inside.append(_known(found.low) <= true <= _known(found.high))
        inside.append(_known(found.score_low) <= 2 <= _known(found.score_high))
        said.append(found.word in ("better", "worse"))
    assert abs(np.mean(off)) <= 0.03 and np.mean(chose) > 0.2
    assert 0.93 <= np.mean(inside) <= 0.97 and np.mean(said) <= 0.07


def test_a_planted_gain_is_inside_the_interval() -> None:
    rng = np.random.default_rng(2)
    means = [2.0, *np.linspace(2.0, 2.8, 9).tolist()]
    inside, right = [], []
    for _ in range(400):
        found, true = _chosen(rng, means, fresh=True)
        if found.gain is not None:
            inside.append(_known(found.low) <= true <= _known(found.high))
            right.append(found.gain > 0)
    assert np.mean(inside) >= 0.93 and np.mean(right) >= 0.93


def test_the_same_prompts_flatter_the_winner_and_it_is_said() -> None:
    rng = np.random.default_rng(3)
    found = [_chosen(rng, [2.0] * 20, fresh=False)[0] for _ in range(200)]
    assert np.mean([each.gain for each in found if each.gain is not None]) > 0.1
    assert "these alone" in winner_sentence(found[0], "w", "f").en
    fresh, _ = _chosen(rng, [2.0] * 20, fresh=True)
    assert "did not choose it" in winner_sentence(fresh, "w", "f").en


def test_the_first_setting_may_be_the_winner_and_gains_nothing_over_itself() -> None:
    rng = np.random.default_rng(4)
    chose, again = simulate.marks(rng, [3, 1], 12), simulate.marks(rng, [3, 1], 12)
    found = winner(chose, again, 0, RULES, fresh=True)
    assert (found.gain, found.word, found.n_more) == (None, "cannot tell", None)
    assert found.score == pytest.approx(np.mean(again[0]))
    assert "better" not in winner_sentence(found, "w", "w").en


def test_perfect_marks_on_few_prompts_are_no_certainty() -> None:
    full = np.ones((2, 8, 1))
    found = winner(full, full, 1, Rules(8, bounds=(0, 1)), fresh=True)
    assert found.score == found.score_high == 1 and 0.6 < _known(found.score_low) < 0.75
    assert found.word == "cannot tell" and (found.n_more is None or found.n_more > 0)


def test_one_prompt_measured_again_tells_no_gain() -> None:
    chose, again = simulate.marks(np.random.default_rng(6), [2, 3], 12), np.ones((2, 1, 1))
    found = winner(chose, again, 1, RULES, fresh=True)
    assert (found.low, found.score_low) == (None, None)
    assert "Too few prompts" in winner_sentence(found, "w", "f").en


def test_what_was_not_measured_again_has_no_score() -> None:
    chose = simulate.marks(np.random.default_rng(5), [2, 3], 12)
    found = winner(chose, np.full((2, 12, 1), np.nan), 1, RULES, fresh=True)
    assert found.score is None and found.low is None and found.prompts == 0
    said = winner_sentence(found, "w", "f")
    assert "not its score" in said.en and "复测" in said.zh


@settings(max_examples=50, deadline=None)
@given(_AGAIN, st.booleans())
def test_the_interval_is_around_the_figure_and_within_the_range(
    again: np.ndarray, higher: bool
) -> None:
    rules = Rules(8, delta=0.5, bounds=MARKS, higher_is_better=higher)
    found = winner(again, again, 1, rules, fresh=True)
    if found.score is not None and found.score_low is not None and found.score_high is not None:
        assert 0 <= found.score_low <= found.score + 1e-9
        assert found.score - 1e-9 <= found.score_high <= 4
    if found.word in ("better", "worse"):
        assert ((_known(found.gain) > 0) is higher) is (found.word == "better")
    assert found.missing == np.isnan(again[:2]).sum()


def test_a_run_tells_of_its_winner_once_all_of_it_is_measured_again(desk: Desk) -> None:
    prompts = [f"问题 {number}？" for number in range(8)]
    plan = small(prompts=prompts, remeasure=1, scores=[{"kind": "length"}], params={})
    run = desk.create(plan)
    assert winner_of(desk.journal, desk.find(run)) is None
    desk.work(run)
    found = winner_of(desk.journal, desk.find(run))
    assert found is not None and found.fresh and found.score is not None
    assert found.chosen_by is not None
    confirm = cells.update().where(cells.c.run == run, cells.c.stage == "confirm")
    one = confirm.where(cells.c.prompt_id == "8").values(state="waiting")
    desk.store.write(lambda connection: connection.execute(one)).result()
    again = winner_of(desk.journal, desk.find(run))
    assert again is not None and again.score is None and again.chosen_by == found.chosen_by
