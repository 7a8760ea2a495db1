"""The levels of a factor as people type them, and as a plan has them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from backends import Words, strict_json
from panels.bounds import NUMBERS
from panels.words import WORDS

_BETWEEN = re.compile(r"[,，;；、\s]+")


class LevelTrouble(ValueError):
    """Levels that cannot be read; `message` says which and what to write instead."""

    def __init__(self, message: Words) -> None:
        super().__init__(message.en)
        self.message = message


def levels(kind: str, text: str) -> list[Any]:
    """The levels in a text, each once, in its order; none in an empty text.

    Numbers are parted by commas or spaces; of any other kind each line is a level. A line of kind
    "strings" is one string, or a JSON list of several; of kind "json" it is JSON.

    Raises:
        LevelTrouble: naming the first that cannot be read.
    """
    parts = _BETWEEN.split(text) if kind in NUMBERS else text.splitlines()
    read = _READ.get(kind, str)
    found: list[Any] = []
    for part in (part.strip() for part in parts):
        if part and (level := read(part)) not in found:
            found.append(level)
    return found


def as_text(kind: str, values: Sequence[Any]) -> str:
    """Levels as text that `levels` reads again."""
    if kind in NUMBERS:
        return ", ".join(f"{value:.6g}" for value in values)
    return "\n".join(
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for value in values
    )


def _float(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise LevelTrouble(WORDS["tune_level_number"].format(level=text)) from None
    if value != value or value in (float("inf"), float("-inf")):
        raise LevelTrouble(WORDS["tune_level_number"].format(level=text))
    return value


def _int(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise LevelTrouble(WORDS["tune_level_whole"].format(level=text)) from None


def _strings(text: str) -> tuple[str, ...]:
    if not text.startswith("["):
        return (text,)
    value = _json(text)
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise LevelTrouble(WORDS["tune_level_json"].format(level=text))
    return tuple(value)


def _json(text: str) -> Any:
    try:
        return strict_json(text)
    except (ValueError, RecursionError):
        raise LevelTrouble(WORDS["tune_level_json"].format(level=text)) from None


_READ: Mapping[str, Callable[[str], Any]] = {
    "float": _float,
    "int": _int,
    "strings": _strings,
    "json": _json,
}
