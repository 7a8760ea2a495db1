"""What is made of a fact is made once, and never taken for what another one's is."""

from __future__ import annotations

import pytest

from backends import PROVIDERS
from backends.account import account
from backends.once import Once


def test_the_same_fact_is_asked_about_once_and_an_equal_one_anew() -> None:
    made: list[list[int]] = []

    def make(fact: list[int]) -> int:
        made.append(fact)
        return len(made)

    once, first, equal = Once(make), [1], [1]
    assert [once(first), once(equal), once(first)] == [1, 2, 1]
    assert made[0] is first and made[1] is equal


def test_a_fact_that_is_gone_lends_its_place_to_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backends.once._MOST", 3)
    once: Once[list[int], int] = Once(lambda fact: fact[0])
    assert [once([number]) for number in range(100)] == list(range(100))
    assert len(once._kept) <= 3


def test_what_one_call_sets_is_not_in_the_account_of_the_next() -> None:
    for provider in PROVIDERS:
        for model in provider.models:
            before = account(model, {})
            names = [trace.name for trace in before]
            account(model, dict.fromkeys(names, 1) | {"penalty_score": True, "top_k": "x"})
            assert account(model, {}) == before
