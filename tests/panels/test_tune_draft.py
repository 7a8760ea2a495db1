"""The prompts of a study as they are typed, pasted or uploaded; and what a run is called."""

from __future__ import annotations

from decimal import Decimal

import pytest

from panels import streamlit_tune_before as before
from panels import tune_draft
from panels.streamlit_tune_run import State, state_of
from panels.tune_draft import Count


def test_a_line_is_a_prompt_and_a_pasted_second_column_its_reference() -> None:
    assert tune_draft.lines("  一加一？\t二 \n\n第二题\n \t孤儿\n") == [
        {"prompt": "一加一？", "reference": "二"},
        {"prompt": "第二题"},
    ]


def test_what_is_empty_leaves_the_plans_own_default() -> None:
    draft = tune_draft.Draft()
    draft.put(name="", system=None, params={}, models=[], remeasure=0, delta=0.1, stop_early=False)
    assert draft.form == {"remeasure": 0, "delta": 0.1, "stop_early": False}


@pytest.mark.parametrize(
    ("wanted", "open_", "busy", "state"),
    [
        ("run", 5, True, "running"),
        ("run", 0, True, "running"),
        ("run", 5, False, "abandoned"),
        ("run", 0, False, "finished"),
        ("pause", 5, True, "pausing"),
        ("pause", 5, False, "paused"),
        ("pause", 0, False, "finished"),
        ("stop", 5, False, "stopped"),
        ("stop", 5, True, "stopping"),
        ("stop", 0, True, "stopping"),
    ],
)
def test_a_run_is_called_what_it_is(wanted: str, open_: int, busy: bool, state: State) -> None:
    assert state_of(wanted, open_, busy) == state


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "–"), (0, "≈ 0 s"), (59, "≈ 59 s"), (90, "≈ 1.5 min"), (7200, "≈ 2 h")],
)
def test_a_duration_has_the_largest_unit_that_fits(seconds: float | None, text: str) -> None:
    assert before.duration(seconds, "en") == text


def test_a_count_is_spelled_with_its_noun() -> None:
    said = "{n:# call|# calls}{left:|, # is left|, # are left}"
    assert said.format(n=Count(1), left=Count(0)) == "1 call"
    assert said.format(n=Count(2000), left=Count(1)) == "2,000 calls, 1 is left"
    assert said.format(n=Count(0), left=Count(3)) == "0 calls, 3 are left"
    assert f"{Count(2000):,}" == "2,000"


def test_a_cost_that_is_not_known_is_not_nothing() -> None:
    assert before.money({}, "en") == "unknown"
    assert before.money({"CNY": Decimal("0.1200"), "USD": Decimal(3)}, "en") == "0.12 CNY + 3 USD"
