"""A short soak: what both apps hold after many visits is what they held after a few."""

from __future__ import annotations

import pytest

from bench.soak import soaked


@pytest.mark.timeout(300)
def test_nothing_piles_up_while_people_come_and_go_and_providers_fail() -> None:
    spent = soaked(12, people=3, seed=1, memory=1.5)
    assert not spent.over and not spent.stuck, spent
    assert spent.visits > 6 and spent.studies > 0, spent
    assert {"ok", "cancelled"} < spent.states.keys(), spent
