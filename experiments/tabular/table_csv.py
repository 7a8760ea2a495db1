"""CSV as spreadsheets and scripts write it: the encoding and the delimiter are found out."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterator
from typing import Any

from experiments.tabular.table_types import Table, TableTrouble, gathered, named

# Each with the sign that stands for it where one is told how a file was read.
_DELIMITERS = {",": ",", ";": ";", "\t": "⇥"}
_LOOKED_AT = 20
# Spreadsheets keep 15 digits; a longer one, as of an order, stays text.
_INTEGER = re.compile(r"0|-?[1-9]\d{0,14}")
_Row = tuple[int, list[str]]


def read(data: bytes, name: str) -> Table:
    """The table in CSV bytes. A column whose every value is a number written plainly is numbers.

    Raises:
        TableTrouble: naming the mistake and its line.
    """
    text, encoding = _decoded(data, name)
    delimiter = _delimiter(text)
    records = _records(text, delimiter, name)
    first = next(records, None)
    if first is None:
        raise TableTrouble(
            f"{name} 没有内容。请选择首行为列名的文件。",
            f"{name} has nothing in it. Choose a file whose first row names the columns.",
        )
    columns = named(first[1], name)
    rows = gathered((_fitted(row, columns, name) for row in records), len(columns), name)
    return Table(columns, _with_numbers(rows), f"{encoding} {_DELIMITERS[delimiter]}")


def text_of(data: bytes, name: str) -> str:
    """UTF-8 text, its mark left out.

    Raises:
        TableTrouble: naming the first line that is no UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        raise TableTrouble(
            f"{name} 第 {line} 行不是有效的 UTF-8。请用 UTF-8 重新保存。",
            f"Line {line} of {name} is no valid UTF-8. Save the file as UTF-8 again.",
        ) from None


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16"), "UTF-16"
        if b"\0" in data:
            raise _undecodable(name)
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        if _damaged_utf8(data):
            return text_of(data, name), "UTF-8"  # which names the line
    try:
        return data.decode("gb18030"), "GB18030"
    except UnicodeDecodeError:
        raise _undecodable(name) from None


def _damaged_utf8(data: bytes) -> bool:
    """Whether most of what is not ASCII is UTF-8: GB18030 would take the rest for other text."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return sum(not char.isascii() for char in text) - bad > 4 * bad


def _undecodable(name: str) -> TableTrouble:
    return TableTrouble(
        f"{name} 不是 UTF-8 或 GB18030 文本。请另存为 UTF-8 的 CSV。",
        f"{name} is neither UTF-8 nor GB18030 text. Save it as CSV in UTF-8.",
    )


def _delimiter(text: str) -> str:
    """The one by which the first rows have equally many fields, else that of the widest header.

    A file of one column is read by one that its text does not hold.
    """
    return max(_DELIMITERS, key=lambda delimiter: _fits(text, delimiter))


def _fits(text: str, delimiter: str) -> tuple[bool, int, bool]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = [row for row in itertools.islice(reader, _LOOKED_AT) if any(row)]
    except csv.Error:
        return False, 0, False
    width = len(rows[0]) if rows else 0
    even = width > 1 and all(len(row) == width for row in rows)
    return even, width, delimiter not in text


def _records(text: str, delimiter: str, name: str) -> Iterator[_Row]:
    """Rows that are not empty, each with the line it ends on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as exc:
        raise TableTrouble(
            f"{name} 第 {reader.line_num} 行不是有效的 CSV（{exc}）。请检查引号是否成对。",
            f"Line {reader.line_num} of {name} is no valid CSV ({exc}). "
            "Check that every quote is closed.",
        ) from None


def _fitted(numbered: _Row, columns: tuple[str, ...], name: str) -> list[str | None]:
    """A row of exactly one value per column; a missing or an empty one is None."""
    line, row = numbered
    if any(cell.strip() for cell in row[len(columns) :]):
        raise TableTrouble(
            f"{name} 到第 {line} 行的这一条有 {len(row)} 个值，表头只有 {len(columns)} 列。"
            "请给含分隔符的文字加引号。",
            f"The row that ends on line {line} of {name} has {len(row)} values, the header "
            f"{len(columns)}. Put text that holds the delimiter in quotes.",
        )
    return [cell or None for cell in (row + [""] * len(columns))[: len(columns)]]


def _with_numbers(rows: tuple[tuple[Any, ...], ...]) -> tuple[tuple[Any, ...], ...]:
    by_column = [_numbers(column) for column in zip(*rows, strict=True)]
    return tuple(zip(*by_column, strict=True))


def _numbers(column: tuple[Any, ...]) -> tuple[Any, ...]:
    """The numbers of a column, if writing them gives the very same text; else the text."""
    found = [None if text is None else _number(text) for text in column]
    lost = any(one is None and text is not None for one, text in zip(found, column, strict=True))
    return column if lost else tuple(found)


def _number(text: str) -> int | float | None:
    if _INTEGER.fullmatch(text):
        return int(text)
    try:
        value = float(text)
    except ValueError:
        return None
    return value if repr(value) == text and value - value == 0 else None
