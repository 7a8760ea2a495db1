"""What JSON from elsewhere must look like, and the first place where it does not.

A shape takes a value and returns None where it fits, else the path to what is wrong: "" for the
value itself, `.usage.source` for something inside it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

Shape = Callable[[Any], str | None]

# Years in which pandas counts nanoseconds, too.
_YEARS = range(1970, 2200)


def anything(_: Any) -> str | None:
    """Any JSON value."""
    return None


def text(value: Any) -> str | None:
    """A text."""
    return None if isinstance(value, str) else ""


def flag(value: Any) -> str | None:
    """True or false."""
    return None if isinstance(value, bool) else ""


def whole(value: Any) -> str | None:
    """A whole number that a database takes."""
    good = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
    return None if good else ""


def between(low: int, high: int) -> Shape:
    """A whole number from `low` to `high`, both included."""
    return lambda value: None if whole(value) is None and low <= value <= high else ""


# What a database's plain integer takes, from 0 on.
count = between(0, 2**31 - 1)


def number(value: Any) -> str | None:
    """A finite number."""
    if isinstance(value, int):
        return whole(value)
    return None if isinstance(value, float) and math.isfinite(value) else ""


def moment(value: Any) -> str | None:
    """A date and time with its zone, as ISO 8601."""
    if not isinstance(value, str):
        return ""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return ""
    return None if found.tzinfo is not None and found.year in _YEARS else ""


def one_of(*words: str) -> Shape:
    """One of these words."""
    return lambda value: None if isinstance(value, str) and value in words else ""


def maybe(shape: Shape) -> Shape:
    """The shape, or null."""
    return lambda value: None if value is None else shape(value)


def every(shape: Shape) -> Shape:
    """A list of the shape."""

    def check(value: Any) -> str | None:
        if not isinstance(value, list):
            return ""
        return _first((f"[{place}]", shape, item) for place, item in enumerate(value))

    return check


def row(*shapes: Shape) -> Shape:
    """A list of exactly these."""

    def check(value: Any) -> str | None:
        if not isinstance(value, list) or len(value) != len(shapes):
            return ""
        pairs = zip(shapes, value, strict=True)
        return _first((f"[{place}]", shape, item) for place, (shape, item) in enumerate(pairs))

    return check


def mapping(shape: Shape) -> Shape:
    """An object with any names, whose values have the shape."""

    def check(value: Any) -> str | None:
        if not isinstance(value, Mapping):
            return ""
        return _first((f".{name}", shape, item) for name, item in value.items())

    return check


def record(shapes: Mapping[str, Shape], optional: Mapping[str, Shape] | None = None) -> Shape:
    """An object with exactly these names, and perhaps some of the `optional` ones."""
    known = {**shapes, **(optional or {})}

    def check(value: Any) -> str | None:
        if not isinstance(value, Mapping):
            return ""
        odd = [name for name in shapes if name not in value]
        odd += [name for name in value if name not in known]
        if odd:
            return f".{odd[0]}"
        return _first((f".{name}", known[name], item) for name, item in value.items())

    return check


def _first(parts: Any) -> str | None:
    for path, shape, item in parts:
        if (inside := shape(item)) is not None:
            return f"{path}{inside}"
    return None
