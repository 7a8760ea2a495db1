"""Whether raters agree, and how sure that is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.statistics.agreement import agreement, judged, sentence

_VOTES = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from("12345678"), st.sampled_from("xyz")),
    max_size=40,
)


def test_alpha_is_as_printed() -> None:
    """Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", part C."""
    observers = {
        "A": "123321412...",
        "B": "1233224125.3",
        "C": ".3332342251.",
        "D": "12332441251.",
    }
    votes = [
        (rater, str(unit), word)
        for rater, said in observers.items()
        for unit, word in enumerate(said)
        if word != "."
    ]
    found = agreement(votes)
    assert found.alpha == pytest.approx(0.743, abs=5e-4)
    assert (found.items, found.raters) == (11, 4)


@given(_VOTES)
def test_alpha_knows_no_rater_by_name_and_keeps_its_range(
    votes: list[tuple[str, str, str]],
) -> None:
    found = agreement(votes)
    renamed = agreement([(f"other {rater}", item, verdict) for rater, item, verdict in votes])
    assert renamed == found
    if found.alpha is not None:
        assert -1 <= found.alpha <= 1
        assert found.agreed is not None and 0 <= found.agreed <= 1
    if found.low is not None and found.high is not None and found.alpha is not None:
        assert found.low <= found.alpha <= found.high and found.low < found.high


def _voted(items: int, noise: float, rng: np.random.Generator) -> list[tuple[str, str, str]]:
    """Two raters who see what is there, or with chance `noise` say something by chance."""
    chances = (0.4, 0.35, 0.15, 0.1)
    found = []
    for item in range(items):
        true = rng.choice(4, p=chances)
        for rater in "ab":
            said = rng.choice(4, p=chances) if rng.random() < noise else true
            found.append((rater, str(item), str(said)))
    return found


@pytest.mark.parametrize(("items", "noise"), [(20, 1.0), (40, 0.2), (40, 0.5), (80, 0.2)])
def test_the_interval_covers(items: int, noise: float) -> None:
    rng = np.random.default_rng(8)
    inside = []
    for _ in range(300):
        found = agreement(_voted(items, noise, rng))
        assert found.low is not None and found.high is not None
        inside.append(found.low <= (1 - noise) ** 2 <= found.high)
    assert np.mean(inside) >= 0.93


def test_nothing_is_said_of_what_one_rater_saw_alone() -> None:
    found = agreement([("a", "1", "x"), ("a", "1", "y"), ("b", "2", "x")])
    assert (found.alpha, found.items, found.raters) == (None, 0, 0)
    assert "second rater" in sentence(found).en


def test_one_word_alone_cannot_be_told_from_chance() -> None:
    found = agreement([(rater, str(item), "x") for rater in "ab" for item in range(9)])
    assert (found.alpha, found.agreed, found.items) == (None, 1.0, 9)
    assert "chance" in sentence(found).en


def test_ten_items_in_perfect_agreement_prove_little() -> None:
    votes = [(rater, str(item), "xy"[item % 2]) for rater in "ab" for item in range(10)]
    found = agreement(votes)
    assert found.alpha == 1 and found.low is not None and 0.4 < found.low < 0.6
    assert "not reliable" in sentence(found).en


def test_what_is_judged_is_the_same_on_either_side() -> None:
    assert judged("Why?", "m1", "m2", "left") == judged("Why?", "m2", "m1", "right")
    assert judged("Why?", "m1", "m2", "tie") == judged("Why?", "m2", "m1", "tie")
    assert judged("Why?", "m1", "m2", "left") != judged("Why?", "m1", "m2", "right")
