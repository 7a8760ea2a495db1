"""Reading what a stranger wrote: text that encodes, JSON that is finite and not too deep."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

# Far beyond any answer, far below where writing it back would fail.
DEPTH = 40


def loads(text: str) -> Any:
    """A JSON value in which NaN, the infinities and what is beyond a float are None.

    Raises:
        ValueError, RecursionError: it is no JSON, or says two things under one name.
    """
    return _READER.decode(text)


def strict_json(text: str | bytes) -> Any:
    """A JSON value as people write one: NaN, the infinities and what is beyond a float are none.

    Raises:
        ValueError, RecursionError: it is no JSON.
    """
    return json.loads(text, parse_constant=_refuse, parse_float=_only_finite)


def as_json(body: bytes) -> Any:
    """A body as JSON; None where it is none. Bytes that are no UTF-8 cost their character only."""
    try:
        return loads(words(body).removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None


def words(body: bytes) -> str:
    """A body as text, whole: a secret is removed before a text is cut, or half of it would stay."""
    return body.decode("utf-8", "replace")


def encodes(text: str) -> bool:
    """Whether it can go on a wire: half of a character outside the basic plane cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def soft_text(value: Any) -> str:
    """What of a value is text, for what stands beside an answer: text parts, else JSON, else ""."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        parts = (part.get("text") for part in value if isinstance(part, Mapping))
        return "".join(part for part in parts if isinstance(part, str))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping) else ""


def bounded(value: Any, depth: int = DEPTH) -> Any:
    """The same value; what lies deeper than `depth` stands as the text `…`."""
    if isinstance(value, Mapping):
        return {name: bounded(inner, depth - 1) for name, inner in value.items()} if depth else "…"
    if isinstance(value, list):
        return [bounded(inner, depth - 1) for inner in value] if depth else "…"
    return value


def too_deep(value: Any) -> bool:
    """Whether something lies deeper than DEPTH."""
    return bool(bounded(value) != value)


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


# Made once: making it takes as long as reading a short answer.
_READER = json.JSONDecoder(
    parse_constant=lambda _: None, parse_float=_finite, object_pairs_hook=_once
)


def _refuse(text: str) -> float:
    raise ValueError(f"{text} is no number of JSON's")


def _only_finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)
