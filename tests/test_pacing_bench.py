"""The pacing bench at its shortest: every kind of scene, the bars of the long run."""

from __future__ import annotations

from collections import Counter

import pytest

from backends.pacing.shipped import kind_of
from bench import pacing
from bench.pacing_world import Scene, played


def test_the_bars_hold_for_every_shape_cold_and_warm_in_one_process_and_three() -> None:
    cells = list(pacing.cells(seeds=1))
    assert len(cells) == 20
    assert {cell.line(): cell.missed for cell in cells if cell.missed} == {}


@pytest.mark.parametrize("code", ["336501", "336502", "18"])
@pytest.mark.parametrize("shape", ["fixed", "small bucket"])
def test_whatever_a_refusal_is_called_nothing_is_lost_or_doubled(code: str, shape: str) -> None:
    scene = Scene(shape, True, 3, 5, early=False, calls=300, kind=kind_of("qianfan-v1", code))
    outcome = played(scene)
    assert outcome.answers == Counter(range(300))
