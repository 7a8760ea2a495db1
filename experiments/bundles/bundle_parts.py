"""The parts of a bundle: JSON values and JSON lines, and the sentences that refuse them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from backends import Words, redactor, strict_json
from usage.shapes import Shape
from usage.trouble import Trouble

# Bytes of one line, or of one part that is read whole; a call may hold pictures.
MOST_AT_ONCE = 64 << 20

_BAD_PART = Words(
    "研究包里的 {name}{line_zh} 不是调参台写出的样子（{where}）。请重新导出。",
    "In the bundle, {name}{line} is not as Tunedesk writes it ({where}). Export it again.",
)


class BundleTrouble(Trouble):
    """A bundle cannot be opened; `message` says why and what to do."""


def bad_part(name: str, where: str, line: int | None = None) -> BundleTrouble:
    """What to raise for a part that is not as it should be, at a path inside it."""
    zh, en = ("", "") if line is None else (f" 第 {line} 行", f", line {line},")
    return BundleTrouble(_BAD_PART.format(name=name, where=plain(where), line_zh=zh, line=en))


def plain(name: str) -> str:
    """A stranger's name such that it can be said in a sentence."""
    return name.encode("ascii", "backslashreplace").decode()[:80] or "?"


def as_text(value: Any) -> str:
    """JSON as the parts of a bundle hold it.

    Raises:
        ValueError: a number is not finite.
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _clean(value: Any) -> str:
    text = as_text(value)
    return as_text(redactor.scrub(value)) if redactor.holds(text) else text


def write_part(folder: Path, name: str, value: Any) -> None:
    """Write a part that is one JSON value, without any known secret."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(_clean(value), encoding="utf-8")


def write_lines(folder: Path, name: str, values: Iterable[Any]) -> None:
    """Write a part that is a JSON value a line, without any known secret."""
    with (folder / name).open("w", encoding="utf-8", newline="\n") as out:
        for value in values:
            out.write(_clean(value) + "\n")


def read_part(folder: Path, name: str, shape: Shape) -> Any:
    """A part that is one JSON value.

    Raises:
        BundleTrouble: it is missing, or not of this shape.
    """
    try:
        with (folder / name).open("rb") as file:
            return _value(name, file.read(MOST_AT_ONCE + 1), shape, None)
    except OSError:
        raise bad_part(name, "missing") from None


def read_lines(folder: Path, name: str, shape: Shape) -> Iterator[tuple[int, Any]]:
    """A part that is a JSON value a line, with the lines' numbers.

    Raises:
        BundleTrouble: it is missing, or a line is not of this shape.
    """
    try:
        file = (folder / name).open("rb")
    except OSError:
        raise bad_part(name, "missing") from None
    with file:
        number = 0
        while line := file.readline(MOST_AT_ONCE + 1):
            number += 1
            yield number, _value(name, line, shape, number)


def _value(name: str, data: bytes, shape: Shape, line: int | None) -> Any:
    if len(data) > MOST_AT_ONCE:
        raise bad_part(name, "size", line)
    try:
        value = strict_json(data)
        # Halves of a pair can come in as escapes, and be text that nothing can write out again.
        if b"\\u" in data:
            as_text(value).encode()
    except (ValueError, RecursionError):
        raise bad_part(name, "JSON", line) from None
    if (where := shape(value)) is not None:
        raise bad_part(name, where, line)
    return value
