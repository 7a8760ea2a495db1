"""Small checks of a request body that every protocol needs; the ranges live with the protocols."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any


@dataclass(frozen=True, slots=True)
class Range:
    """Allowed values of a number; `above` and `below` exclude the edge itself."""

    low: float
    high: float
    above: bool = False
    below: bool = False
    whole: bool = False

    def __str__(self) -> str:
        left, right = "(" if self.above else "[", ")" if self.below else "]"
        return f"{left}{self.low:g}, {self.high:.10g}{right}"

    def holds(self, value: object) -> bool:
        """Whether `value` is a number (an integer when `whole`) inside; true and false are not."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if isinstance(value, float) and (self.whole or not isfinite(value)):
            return False
        over = value > self.low if self.above else value >= self.low
        under = value < self.high if self.below else value <= self.high
        return over and under


@dataclass(frozen=True, slots=True)
class Request:
    """A chat request of an OpenAI-like protocol that has passed every check."""

    body: dict[str, Any]
    name: str
    question: str
    system: str
    tokens: int
    budget: int
    knobs: dict[str, Any]
    thinks: bool


def outside(body: Mapping[str, Any], ranges: Mapping[str, Range]) -> str | None:
    """The first sentence about a value outside its range, or None; a null counts as not sent."""
    for name, allowed in ranges.items():
        value = body.get(name)
        if value is not None and not allowed.holds(value):
            kind = "an integer" if allowed.whole else "a number"
            return f"{name} must be {kind} in {allowed}"
    return None


def bad_stop(body: Mapping[str, Any], *, most: int, longest: int) -> str | None:
    """A sentence when `stop` is not a list of at most `most` texts of at most `longest` signs."""
    stop = body.get("stop")
    if stop is None:
        return None
    if not isinstance(stop, list) or not all(isinstance(word, str) for word in stop):
        return "stop must be a list of strings"
    if len(stop) > most:
        return f"stop must have at most {most} strings"
    if not all(1 <= len(word) <= longest for word in stop):
        return f"each string of stop must have 1 to {longest} characters"
    return None


def read_object(text: bytes | str) -> dict[str, Any]:
    """The JSON object in `text`; raises ValueError for anything else, NaN and Infinity included."""
    try:
        value = json.loads(text, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def _refuse(word: str) -> float:
    raise ValueError(f"{word} is not JSON")


def dump(value: object) -> bytes:
    """JSON as the services write it: no spaces, Chinese as it is, never invalid UTF-8."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # Half a surrogate pair becomes `\ud83d`, which is how JSON writes it.
    return text.encode("utf-8", "backslashreplace")
