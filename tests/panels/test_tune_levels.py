"""Levels of a factor as people type them."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panels.tune_levels import LevelTrouble, as_text, levels

NUMBERS = st.lists(st.floats(-1e6, 1e6, allow_nan=False), max_size=5)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("float", "0.2, 0.6,1", [0.2, 0.6, 1.0]),
        ("float", "0.2，0.9、1；1.5 2\n3", [0.2, 0.9, 1.0, 1.5, 2.0, 3.0]),
        ("float", " 0.2 , 0.20 ", [0.2]),
        ("int", "1 -1", [1, -1]),
        ("int", "", []),
        ("text", "a, b\n\n c ", ["a, b", "c"]),
        ("strings", '###\n["。", "!"]', [("###",), ("。", "!")]),
        ("json", '{"type": "json_object"}', [{"type": "json_object"}]),
    ],
)
def test_what_people_type_is_understood(kind: str, text: str, expected: list[Any]) -> None:
    found = levels(kind, text)
    assert found == expected
    assert [type(each) for each in found] == [type(each) for each in expected]


@pytest.mark.parametrize(
    ("kind", "text", "named"),
    [
        ("float", "0.2, warm", "warm"),
        ("float", "nan", "nan"),
        ("float", "1e999", "1e999"),
        ("int", "1, 1.5", "1.5"),
        ("json", "{", "{"),
        ("json", "Infinity", "Infinity"),
        ("json", '{"a": 1e999}', "1e999"),
        ("strings", "[1]", "[1]"),
    ],
)
def test_what_cannot_be_read_is_named_in_both_languages(kind: str, text: str, named: str) -> None:
    with pytest.raises(LevelTrouble) as trouble:
        levels(kind, text)
    assert named in trouble.value.message.zh and named in trouble.value.message.en


@given(st.sampled_from(["float", "int", "strings", "json", "text"]), st.text(max_size=40))
def test_any_text_gives_levels_or_a_sentence(kind: str, text: str) -> None:
    try:
        found = levels(kind, text)
    except LevelTrouble:
        return
    assert all(not isinstance(each, float) or math.isfinite(each) for each in found)
    json.dumps(found)


@given(NUMBERS)
def test_numbers_shown_are_read_as_what_was_shown(values: list[float]) -> None:
    shown = list(dict.fromkeys(float(f"{value:.6g}") for value in values))
    assert levels("float", as_text("float", values)) == shown
