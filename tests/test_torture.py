"""A few of the kills of `make torture`: nothing lost, nothing asked twice without a word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.torture import Toll, Victim, tolled


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("kinds", "kills"), [(("chat", "study"), 8), (("gradio", "streamlit"), 3)])
def test_kills_at_random_moments_lose_nothing(kinds: tuple[Victim, ...], kills: int) -> None:
    toll = tolled(kills, seed=kills, kinds=kinds)
    assert not toll.broken, toll
    assert toll.received >= kills / 2 and toll.interrupted > 0, toll


def test_what_is_lost_or_proves_little_is_named() -> None:
    good = Toll(lost=0, twice=0, corrupt=0, kills=300, received=900, interrupted=90,
                in_mid_stream=60, cut=120, seconds_to_say_so=0.1)  # fmt: skip
    assert good.broken == []
    assert replace(good, lost=1, twice=2, corrupt=1).broken == ["lost", "twice", "corrupt"]
    assert replace(good, in_mid_stream=59).broken == ["in_mid_stream"]
    assert replace(good, seconds_to_say_so=5).broken == ["seconds_to_say_so"]
