"""Tables to files, row by row: CSV and XLSX without formulas, Parquet, JSONL.

However many rows there are, no more than some thousand are in memory.
"""

from __future__ import annotations

import csv
import itertools
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from backends import redactor

Row = Mapping[str, Any]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
# Excel holds at most so many characters a cell; JSONL is the lossless form.
_LONGEST = 32_767
_CUT = " …(cut here; whole in JSONL)"
# Whole numbers beyond this are not exact as the floating-point numbers of a spreadsheet.
_EXACT = 2**53
_GROUP = 2000


def write_table(
    columns: Sequence[str], rows: Iterable[Row], form: str, target: Path | TextIO
) -> int:
    """Write rows of these columns as "csv", "xlsx", "parquet" or "jsonl"; returns how many.

    "xlsx" and "parquet" need a path. Text in csv that a spreadsheet would take for a formula gets
    a leading apostrophe; numbers stay numbers. What is nested is JSON text, but in jsonl nested.

    Raises:
        KeyError: another form. TypeError: a binary form without a path.
    """
    return _FORMS[form](columns, rows, target)


def neutral(value: Any) -> Any:
    """A cell's value; text that a spreadsheet would take for a formula gets an apostrophe."""
    formula = isinstance(value, str) and value.startswith(_FORMULA_STARTS)
    return "'" + value if formula and not _PLAIN_NUMBER.fullmatch(value) else value


def cell(value: Any) -> Any:
    """A value as one cell holds it, without any known secret; what is nested is JSON text."""
    if isinstance(value, Mapping | list | tuple):
        return _json(value)
    return redactor.clean(value) if isinstance(value, str) else value


def json_line(value: Any) -> str:
    """A value as one line of JSON, without any known secret."""
    return _json(value) + "\n"


def to_text(target: Path | TextIO, put: Callable[[TextIO], int]) -> int:
    """What `put` writes into the open target, a path being opened for it."""
    if not isinstance(target, Path):
        return put(target)
    with target.open("w", encoding="utf-8", newline="") as out:
        return put(out)


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return json.dumps(redactor.scrub(value), ensure_ascii=False) if redactor.holds(text) else text


def _jsonl(columns: Sequence[str], rows: Iterable[Row], target: Path | TextIO) -> int:
    def put(out: TextIO) -> int:
        count = 0
        for count, row in enumerate(rows, 1):  # noqa: B007 - the count is the result
            form = {name: row.get(name) for name in columns}
            out.write(json_line(form))
        return count

    return to_text(target, put)


def _csv(columns: Sequence[str], rows: Iterable[Row], target: Path | TextIO) -> int:
    def put(out: TextIO) -> int:
        writer = csv.writer(out)
        writer.writerow(neutral(name) for name in columns)
        count = 0
        for count, values in enumerate(_values(columns, rows), 1):  # noqa: B007
            writer.writerow(neutral(value) for value in values)
        return count

    return to_text(target, put)


def _xlsx(columns: Sequence[str], rows: Iterable[Row], target: Path | TextIO) -> int:
    import xlsxwriter

    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": True,
    }
    _path(target).touch()  # xlsxwriter's own error for a bad path is no OSError
    count = 0
    with xlsxwriter.Workbook(_path(target), options) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, columns)
        sheet.freeze_panes(1, 0)
        for count, values in enumerate(_values(columns, rows), 1):
            sheet.write_row(count, 0, [_for_excel(value) for value in values])
    return count


def _for_excel(value: Any) -> Any:
    if isinstance(value, str) and len(value) > _LONGEST:
        return value[: _LONGEST - len(_CUT)] + _CUT
    if isinstance(value, int) and abs(value) > _EXACT:
        return str(value)
    return value


def _parquet(columns: Sequence[str], rows: Iterable[Row], target: Path | TextIO) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds: dict[str, set[type]] = {name: set() for name in columns}
    count = 0
    _path(target).touch()
    # A column's type is known at its last row, so the rows wait in a file.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as waiting:
        for count, values in enumerate(_values(columns, rows), 1):  # noqa: B007
            waiting.write(json.dumps(values) + "\n")
            for name, value in zip(columns, values, strict=True):
                kinds[name].add(_kind(value))
        waiting.seek(0)
        types = {name: _type(found) for name, found in kinds.items()}
        schema = pa.schema([(name, _ARROW[type_]) for name, type_ in types.items()])
        with pq.ParquetWriter(_path(target), schema) as out:
            while lines := list(itertools.islice(waiting, _GROUP)):
                by_column = zip(*map(json.loads, lines), strict=True)
                arrays = [
                    [_as(type_, value) for value in column]
                    for type_, column in zip(types.values(), by_column, strict=True)
                ]
                out.write_table(pa.table(arrays, schema=schema))
    return count


def _kind(value: Any) -> type:
    big = type(value) is int and abs(value) > _EXACT
    return str if big else type(value)


def _type(found: set[type]) -> type:
    """The one type for values of all these: text where no other holds them all."""
    real = found - {type(None)}
    if real and real <= {int, float}:
        return float if float in real else int
    return bool if real == {bool} else str


def _as(type_: type, value: Any) -> Any:
    return None if value is None else type_(value)


_ARROW: Mapping[type, str] = {str: "string", int: "int64", float: "float64", bool: "bool"}


def _values(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[list[Any]]:
    return ([cell(row.get(name)) for name in columns] for row in rows)


def _path(target: Path | TextIO) -> Path:
    if not isinstance(target, Path):
        raise TypeError("this format needs a file")
    return target


_FORMS: Mapping[str, Callable[[Sequence[str], Iterable[Row], Path | TextIO], int]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "parquet": _parquet,
    "jsonl": _jsonl,
}
FORMS = tuple(_FORMS)
