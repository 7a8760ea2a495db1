"""When each piece arrived: whole in sum, in order, and bounded however long the answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends import Delta
from backends.pieces import MOST, Pieces

DELTA = st.builds(Delta, st.text(max_size=4), st.text(max_size=4), replaces=st.booleans())


@given(st.lists(st.tuples(st.floats(0, 9), DELTA), max_size=60))
def test_the_characters_add_up_to_the_answer(arrivals: list[tuple[float, Delta]]) -> None:
    pieces, text, reasoning = Pieces(), "", ""
    for moment, delta in arrivals:
        pieces.add(moment, delta)
        text = delta.text if delta.replaces else text + delta.text
        reasoning += delta.reasoning
    chunks = pieces.since(0.0)
    assert [at for at, _, _ in chunks] == [int(moment * 1000) / 1000 for moment, _ in arrivals]
    assert sum(added for _, added, _ in chunks) == len(text)
    assert sum(added for _, _, added in chunks) == len(reasoning)


@pytest.mark.parametrize("count", [MOST, MOST + 1, 2 * MOST + 1, 9 * MOST])
def test_of_a_long_answer_neighbours_stand_as_one(count: int) -> None:
    pieces = Pieces()
    for number in range(count):
        pieces.add(100 + number / 1000, Delta(text="字", reasoning="r"))
    chunks = pieces.since(100)
    assert MOST / 2 <= len(chunks) <= MOST
    assert chunks[0] == (0.0, 1, 1)
    times = [at for at, _, _ in chunks]
    assert times == sorted(times) and times[-1] == pytest.approx((count - 1) / 1000, abs=0.0011)
    assert sum(text for _, text, _ in chunks) == count == sum(more for _, _, more in chunks)
    shown = 0
    for at, text, _ in chunks:
        shown += text
        # Never shown before it was there.
        assert shown <= round(at * 1000) + 2
