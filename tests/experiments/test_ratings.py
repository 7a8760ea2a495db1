"""The scoreboard: what few votes can tell, and what they cannot."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.statistics.meetings import Ballot
from experiments.statistics.ratings import Rating, ratings
from experiments.statistics.shares import share

_WINNERS = ("left", "right", "tie", "both bad")
_BALLOTS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"), st.sampled_from(_WINNERS)),
    max_size=40,
)
_SWAPPED = {"left": "right", "right": "left"}


def _voted(
    strengths: dict[str, float], count: int, rng: np.random.Generator, ties: float = 0.0
) -> list[Ballot]:
    """Votes between random players on random sides, their strengths on Elo's scale.

    A tie takes as much from the one's wins as from the other's, so that half a point for each is
    what the strengths say.
    """
    found = []
    pairs = list(itertools.permutations(strengths, 2))
    for _ in range(count):
        left, right = pairs[rng.integers(len(pairs))]
        chance = 1 / (1 + 10 ** ((strengths[right] - strengths[left]) / 400))
        tie = ties * min(chance, 1 - chance)
        drawn = rng.random()
        tied = chance - tie <= drawn < chance + tie
        found.append((left, right, "tie" if tied else "left" if drawn < chance else "right"))
    return found


@pytest.mark.parametrize(
    ("strengths", "count", "ties"),
    [
        ((1000, 1000, 1000), 30, 0.0),
        ((1150, 1000, 850), 30, 0.4),
        ((1120, 1040, 960, 880), 30, 0.0),
        ((1120, 1040, 960, 880), 50, 0.4),
        ((1260, 1050, 920, 770), 50, 0.0),
    ],
)
def test_intervals_cover_from_thirty_votes(
    strengths: tuple[int, ...], count: int, ties: float
) -> None:
    rng = np.random.default_rng(17)
    truth = dict(zip("abcd", map(float, strengths), strict=False))
    inside = [
        (row.low is None or row.low <= truth[row.label])
        and (row.high is None or truth[row.label] <= row.high)
        for _ in range(250)
        for row in ratings(_voted(truth, count, rng, ties)).rows
    ]
    assert 0.93 <= np.mean(inside) <= 0.97


def test_many_votes_find_the_order_and_the_distances() -> None:
    truth = {"a": 1150.0, "b": 1000.0, "c": 850.0}
    found = ratings(_voted(truth, 3000, np.random.default_rng(1), 0.3))
    assert [row.label for row in found.rows] == ["a", "b", "c"]
    for row in found.rows:
        assert row.low is not None and row.high is not None
        assert row.low < truth[row.label] < row.high < row.low + 60
    assert found.warnings == () and not found.sides_matter


def test_who_never_lost_has_no_upper_end_and_the_board_says_so() -> None:
    won = [("a", "b", "left"), ("b", "a", "right"), ("c", "b", "left"), ("b", "c", "left")] * 4
    rows = {row.label: row for row in ratings(won).rows}
    assert rows["a"].high is None and rows["a"].low is not None
    # How far a is above the others also says how far they are below the mean.
    assert rows["b"].low is None and rows["b"].high is not None
    assert any("never lost" in each.en for each in ratings(won).warnings)


def test_those_who_never_met_are_not_ranked_together() -> None:
    apart = [("a", "b", "left"), ("a", "b", "right"), ("c", "d", "left"), ("e", "e", "tie")]
    found = ratings(apart * 3)
    assert [(row.label, row.group) for row in found.rows] == [
        ("a", 0),
        ("b", 0),
        ("c", 1),
        ("d", 1),
        ("e", 2),
    ]
    assert found.rows[4].strength is None
    assert any("a, b | c, d | e" in each.en for each in found.warnings)


def test_both_bad_is_a_tie_that_is_counted_apart() -> None:
    votes = [("a", "b", "left"), ("a", "b", "right"), ("a", "b", "tie")] * 5
    bad, tied = [("a", "b", "both bad")] * 5, [("a", "b", "tie")] * 5
    found, other = ratings(votes + bad), ratings(votes + tied)
    first = found.rows[0]
    assert (first.votes, first.wins, first.losses, first.ties, first.both_bad) == (20, 5, 5, 5, 5)
    assert found.both_bad == 5
    assert [row.low for row in found.rows] == [row.low for row in other.rows]


def test_thirty_ties_are_no_certainty() -> None:
    row = ratings([("a", "b", "tie")] * 30).rows[0]
    assert row.low is not None and row.high is not None and row.high - row.low > 20


def test_a_side_that_wins_too_often_is_found_and_a_strong_player_is_not_one() -> None:
    left = ratings([("a", "b", "left"), ("b", "a", "left")] * 12)
    assert left.sides_matter and "24/24" in left.warnings[-1].en
    assert left.left_share is not None and left.left_share.low > 0.8
    # The names were not hidden, and the better one always stood on the left.
    assert not ratings([("a", "b", "left")] * 24).sides_matter


def test_fair_sides_are_suspected_once_in_twenty() -> None:
    rng = np.random.default_rng(3)
    truth = {"a": 1100.0, "b": 1000.0, "c": 900.0}
    found = [ratings(_voted(truth, 40, rng)).sides_matter for _ in range(250)]
    assert np.mean(found) < 0.08


def test_shares_are_as_printed() -> None:
    """Newcombe 1998, table I, method 3: 81/263 and 0/20."""
    for count, votes, low, high in ((81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611)):
        found = share(count, votes)
        assert found is not None
        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert share(0, 0) is None


def test_no_votes_no_board_and_a_wrong_winner_is_refused() -> None:
    assert ratings([]).rows == () and ratings([]).left_share is None
    with pytest.raises(ValueError, match="draw"):
        ratings([("a", "b", "draw")])


@settings(max_examples=60, deadline=None)
@given(_BALLOTS)
def test_the_board_is_of_the_votes_not_of_sides_or_order(votes: list[Ballot]) -> None:
    mirrored = [(right, left, _SWAPPED.get(won, won)) for left, right, won in reversed(votes)]
    one, other = ratings(votes), ratings(mirrored)
    for row, same in zip(_by_name(one.rows), _by_name(other.rows), strict=True):
        assert (row.label, row.group, row.votes, row.wins) == (
            same.label,
            same.group,
            same.votes,
            same.wins,
        )
        assert row.strength == pytest.approx(same.strength, abs=0.05)
        assert row.low == pytest.approx(same.low, abs=0.2)
    assert one.sides_matter == other.sides_matter


@settings(max_examples=60, deadline=None)
@given(_BALLOTS)
def test_an_interval_is_never_empty_nor_endless(votes: list[Ballot]) -> None:
    for row in ratings(votes).rows:
        if row.strength is not None and row.low is not None:
            assert 3 < row.strength - row.low < 2000
        if row.strength is not None and row.high is not None:
            assert 3 < row.high - row.strength < 2000


def _by_name(rows: tuple[Rating, ...]) -> list[Rating]:
    return sorted(rows, key=lambda row: row.label)
