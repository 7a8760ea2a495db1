"""A few of the kills of `make torture`: nothing lost, nothing asked twice without a word."""

from __future__ import annotations

import pytest

from bench.torture import Victim, tolled


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("kinds", "kills"), [(("chat", "study"), 8), (("gradio", "streamlit"), 2)])
def test_kills_at_random_moments_lose_nothing(kinds: tuple[Victim, ...], kills: int) -> None:
    toll = tolled(kills, seed=kills, kinds=kinds)
    assert (toll.lost, toll.twice, toll.corrupt) == (0, 0, 0), toll
    assert toll.received >= kills / 2 and toll.interrupted > 0, toll
    assert toll.seconds_to_say_so < 5, toll
