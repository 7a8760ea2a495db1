"""Calls out of the store: JSONL without loss, tables for spreadsheets without formulas."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from backends import Call, RateLimit, Usage, as_json
from usage import sheets

_UNFOLDED = {
    "usage": [part.name for part in dataclasses.fields(Usage)],
    "rate_limit": [part.name for part in dataclasses.fields(RateLimit)],
    "timings": ["time_to_first_token", "total", "longest_gap", "waited"],
    "error": ["class", "code", "message", "message_zh", "said", "status", "retry_after"],
}
_BLANK = Call("", 1, None, datetime.fromtimestamp(0, UTC), "", "", False, "ok")


def write(calls: Iterable[Call], form: str, target: Path | TextIO) -> int:
    """Write calls as "jsonl", "csv", "xlsx" or "parquet"; returns how many.

    The last two need a path. Text in csv that a spreadsheet would take for a formula gets a
    leading apostrophe; numbers stay numbers.

    Raises:
        KeyError: another form. TypeError: a binary form without a path.
    """
    if form == "jsonl":
        return _jsonl(calls, target)
    return sheets.write_table(COLUMNS, map(flat, calls), form, target)


def flat(call: Call) -> dict[str, Any]:
    """One call as one table row, always of the same columns; deeper parts as JSON text."""
    row: dict[str, Any] = {}
    for name, value in as_json(call).items():
        if name in _UNFOLDED:
            row |= {f"{name}_{key}": sheets.cell((value or {}).get(key)) for key in _UNFOLDED[name]}
        else:
            row[name] = sheets.cell(value)
    return row


def _jsonl(calls: Iterable[Call], target: Path | TextIO) -> int:
    def put(out: TextIO) -> int:
        count = 0
        for count, call in enumerate(calls, 1):  # noqa: B007 - the count is the result
            out.write(sheets.json_line(as_json(call, whole=True)))
        return count

    return sheets.to_text(target, put)


COLUMNS = list(flat(_BLANK))
FORMS = ("jsonl", "csv", "xlsx", "parquet")
