"""Calls out of the store: JSONL without loss, tables for spreadsheets without formulas."""

from __future__ import annotations

import csv
import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from backends import Call, RateLimit, Usage, as_json

_UNFOLDED = {
    "usage": [part.name for part in dataclasses.fields(Usage)],
    "rate_limit": [part.name for part in dataclasses.fields(RateLimit)],
    "timings": ["time_to_first_token", "total", "longest_gap"],
    "error": ["class", "code", "message", "message_zh", "said", "status", "retry_after"],
}
_BLANK = Call("", 1, None, datetime.fromtimestamp(0, UTC), "", "", False, "ok")

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def write(calls: Iterable[Call], form: str, target: Path | TextIO) -> int:
    """Write calls as "jsonl", "csv", "xlsx" or "parquet"; returns how many.

    The last two need a path. Text in csv that a spreadsheet would take for a formula gets a
    leading apostrophe; numbers stay numbers.

    Raises:
        KeyError: another form. TypeError: a binary form without a path.
    """
    return _FORMS[form](calls, target)


def flat(call: Call) -> dict[str, Any]:
    """One call as one table row, always of the same columns; deeper parts as JSON text."""
    row: dict[str, Any] = {}
    for name, value in as_json(call).items():
        if name in _UNFOLDED:
            row |= {f"{name}_{key}": _cell((value or {}).get(key)) for key in _UNFOLDED[name]}
        else:
            row[name] = _cell(value)
    return row


def _cell(value: Any) -> Any:
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False)
    return value


def _jsonl(calls: Iterable[Call], target: Path | TextIO) -> int:
    def put(out: TextIO) -> int:
        count = 0
        for count, call in enumerate(calls, 1):  # noqa: B007 - the count is the result
            out.write(json.dumps(as_json(call, whole=True), ensure_ascii=False) + "\n")
        return count

    return _to_text(target, put)


def _csv(calls: Iterable[Call], target: Path | TextIO) -> int:
    rows = [{key: neutral(value) for key, value in flat(call).items()} for call in calls]

    def put(out: TextIO) -> int:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
        return len(rows)

    return _to_text(target, put)


def _xlsx(calls: Iterable[Call], target: Path | TextIO) -> int:
    import xlsxwriter

    rows = [flat(call) for call in calls]
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    _path(target).touch()  # xlsxwriter's own error for a bad path is no OSError
    with xlsxwriter.Workbook(_path(target), options) as book:
        sheet = book.add_worksheet("calls")
        sheet.write_row(0, 0, COLUMNS)
        for number, row in enumerate(rows, 1):
            # Excel holds at most 32,767 characters a cell; JSONL is the lossless form.
            sheet.write_row(
                number,
                0,
                [
                    value[:32767] if isinstance(value := row.get(name), str) else value
                    for name in COLUMNS
                ],
            )
    return len(rows)


def _parquet(calls: Iterable[Call], target: Path | TextIO) -> int:
    import pandas as pd

    rows = [flat(call) for call in calls]
    _path(target).touch()
    pd.DataFrame(rows, columns=COLUMNS).to_parquet(_path(target))
    return len(rows)


COLUMNS = list(flat(_BLANK))

_FORMS: Mapping[str, Callable[[Iterable[Call], Path | TextIO], int]] = {
    "jsonl": _jsonl,
    "csv": _csv,
    "xlsx": _xlsx,
    "parquet": _parquet,
}
FORMS = tuple(_FORMS)


def neutral(value: Any) -> Any:
    """A cell's value; text that a spreadsheet would take for a formula gets an apostrophe."""
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def _path(target: Path | TextIO) -> Path:
    if not isinstance(target, Path):
        raise TypeError("this format needs a file")
    return target


def _to_text(target: Path | TextIO, put: Callable[[TextIO], int]) -> int:
    if not isinstance(target, Path):
        return put(target)
    with target.open("w", encoding="utf-8", newline="") as out:
        return put(out)
