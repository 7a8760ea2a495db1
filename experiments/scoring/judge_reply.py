"""What a judge's reply says: one verdict, plainly, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import regex

from experiments.scoring.json_score import parse_answer

LOWEST, HIGHEST = 1, 5
_THOUGHT = regex.compile(r"\A\s*<think>.*?</think>", regex.DOTALL)
_BLOCK = regex.compile(r"```[\w-]*[ \t]*\n(.*?)\n[ \t]*```", regex.DOTALL)
_WINNERS = {"a": 1.0, "b": 0.0, "tie": 0.5, "平局": 0.5}


def parse_mark(reply: str) -> float | None:
    """The mark in a judge's reply: the one number of 1..5 that it says in the form asked for.

    That is a line with nothing but a number, or nothing but JSON like {"score": 4}; or the whole
    reply as JSON. None where there is no such line, or two that differ, or the number is outside.
    """
    mark = _only(reply, _mark)
    return mark if mark is not None and LOWEST <= mark <= HIGHEST else None


def parse_winner(reply: str) -> float | None:
    """Who wins in a judge's reply: 1 for A, 0 for B, 0.5 for a tie; None where it is not plain.

    Read as `parse_mark` does: a line with A, B, tie or 平局 alone, or JSON like {"better": "A"}.
    """
    return _only(reply, _winner)


def _only(reply: str, read: Callable[[Any], float | None]) -> float | None:
    """The one verdict that the reply, one of its code blocks or one of its lines is."""
    text = _THOUGHT.sub("", reply).strip()
    parts = (text, *_BLOCK.findall(text), *text.splitlines())
    found = {verdict for part in parts if (verdict := read(_value(part))) is not None}
    return found.pop() if len(found) == 1 else None


def _value(text: str) -> Any:
    try:
        return parse_answer(text)
    except ValueError:
        return text.strip()


def _mark(value: Any) -> float | None:
    if isinstance(value, Mapping):
        value = value.get("score")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # Far off the scale is off it all the same; a float cannot hold every whole number.
    return float(max(LOWEST - 1, min(value, HIGHEST + 1)))


def _winner(value: Any) -> float | None:
    if isinstance(value, Mapping):
        value = value.get("better")
    return _WINNERS.get(value.strip().casefold()) if isinstance(value, str) else None
