"""JSON Lines, and a JSON array of objects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from experiments.tabular.table_csv import text_of
from experiments.tabular.table_types import Table, TableTrouble, gathered, named

_Record = dict[str, Any]


class _Refused(ValueError):
    """JSON that Python would take and a table cannot hold."""


def read(data: bytes, name: str) -> Table:
    """The table whose columns are all the objects' keys, in the order of their first appearance.

    Raises:
        TableTrouble: naming the line, or for an array the place, of the mistake.
    """
    text = text_of(data, name)
    array = text.lstrip().startswith("[")
    records = list(_array(text, name) if array else _lines(text, name))
    keys = list(dict.fromkeys(key for record in records for key in record))
    if not keys:
        raise TableTrouble(
            f"{name} 里没有带字段的对象。请每行写一个对象。",
            f"{name} holds no object with fields. Write one object a line.",
        )
    columns = named(keys, name)
    rows = ([record.get(key) for key in keys] for record in records)
    return Table(columns, gathered(rows, len(columns), name), "JSON")


def _lines(text: str, name: str) -> Iterator[_Record]:
    # Not splitlines: that also splits on characters which JSON allows inside a string.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _object(_parsed(line, name, number), name, number)


def _array(text: str, name: str) -> Iterator[_Record]:
    for number, item in enumerate(_parsed(text, name, None), 1):
        yield _object(item, name, number)


def _parsed(text: str, name: str, line: int | None) -> Any:
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
        json.dumps(found, ensure_ascii=False).encode()  # fails on half a character, as "\ud800"
    except (ValueError, RecursionError) as exc:
        line = line or getattr(exc, "lineno", None)
        zh, en = (f"第 {line} 行", f"Line {line} of {name}") if line else ("内容", name)
        raise TableTrouble(
            f"{name} 的{zh}不是有效的 JSON（{_why(exc)}）。请修改。",
            f"{en} is no valid JSON ({_why(exc)}). Mend it.",
        ) from None
    return found


def _why(exc: Exception) -> str:
    if isinstance(exc, json.JSONDecodeError):
        return exc.msg
    if isinstance(exc, _Refused):
        return str(exc)
    return "half a character" if isinstance(exc, UnicodeError) else "too long or too deep"


def _once(pairs: list[tuple[str, Any]]) -> _Record:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Refused("a name is there twice")
    return found


def _no_constant(name: str) -> None:
    raise _Refused(name)


def _object(item: Any, name: str, number: int) -> _Record:
    if not isinstance(item, dict):
        raise TableTrouble(
            f'{name} 第 {number} 行不是对象。请写成 {{"列名": 值}}。',
            f'Line {number} of {name} is no object. Write it as {{"column": value}}.',
        )
    return item
