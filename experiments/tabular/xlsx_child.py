"""The process that opens a workbook: bytes on stdin, one JSON line per row on stdout.

Started by path, so it knows nothing of the rest. The first line says which sheet is read and which
there are, or what is wrong; the last is "end".
"""

from __future__ import annotations

import contextlib
import datetime
import io
import json
import sys
from collections.abc import Iterator
from typing import Any

import python_calamine as calamine

_MOST_MEMORY = 1_500_000_000  # bytes of address space
# Text of all cells together; one shared string may stand in every cell.
_MOST_CHARACTERS = 200_000_000
_EXACT = 10**15


def main(most_rows: int, most_cells: int, sheet: str | None = None) -> None:
    """Write the sheet's rows that are not empty, one row more than there may be at most."""
    _bound_memory()
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        sheets = [
            each.name
            for each in book.sheets_metadata
            if each.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        visible = [
            each.name
            for each in book.sheets_metadata
            if each.name in sheets and each.visible == calamine.SheetVisibleEnum.Visible
        ]
        chosen = sheet if sheet is not None else next(iter([*visible, *sheets]), None)
        if chosen not in sheets:
            _put({"trouble": "sheet" if sheets else "broken", "sheets": sheets})
        else:
            rows = _rows(book.get_sheet_by_name(chosen))
            _put({"sheet": chosen, "sheets": sheets})
            _tell(rows, most_rows, most_cells)
    except calamine.CalamineError:
        _put({"trouble": "broken"})
    _put("end")


def _tell(rows: Iterator[list[Any]], most_rows: int, most_cells: int) -> None:
    cells = characters = 0
    for count, row in enumerate(rows, 1):
        cells += len(row)
        characters += sum(len(cell) for cell in row if isinstance(cell, str))
        if characters > _MOST_CHARACTERS:
            raise SystemExit(1)
        _put(row)
        if count > most_rows or cells > most_cells + len(row):
            return


def _rows(sheet: calamine.CalamineSheet) -> Iterator[list[Any]]:
    for row in sheet.iter_rows():
        cells = [_plain(cell) for cell in row]
        if any(cell is not None for cell in cells):
            yield cells


def _plain(cell: Any) -> Any:
    if isinstance(cell, str):
        return cell if cell.strip() else None
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ")
    if isinstance(cell, datetime.date | datetime.time | datetime.timedelta):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return int(cell)
    return cell


def _put(line: Any) -> None:
    sys.stdout.write(json.dumps(line) + "\n")


def _bound_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # not every system has it
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
