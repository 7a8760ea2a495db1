"""How often what has come of an answer goes on record while it goes on."""

from __future__ import annotations

import pytest

from backends.line import Line
from backends.stopwatch import Stopwatch


@pytest.mark.parametrize(
    ("a_second", "minutes", "most"), [(200, 10, 7.5e7), (1_000_000, 0.1, 8e6), (4_000_000, 1, 5e8)]
)
def test_a_long_answer_is_written_again_the_less_often(
    monkeypatch: pytest.MonkeyPatch, a_second: int, minutes: float, most: float
) -> None:
    now = 0.0
    monkeypatch.setattr("backends.stopwatch.time.perf_counter", lambda: now)
    clock, written, longest, last = Stopwatch(Line()), 0, 0.0, 0.0
    for tick in range(1, int(minutes * 600) + 1):
        now = tick / 10
        if clock.due(length := int(a_second * now)):
            written += length
            longest, last = max(longest, now - last), now
    assert written <= most
    if a_second <= 200:
        # At any speed that a model writes at, a crash takes little.
        assert longest <= 0.61
