"""XLSX, opened in a process of its own.

A workbook of 5 kB can claim a cell in the last row and column, and whatever opens it then asks for
550 GB and is aborted. So it is opened where that ends nothing else, within bounds of memory and
time.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from backends import brief, listing
from experiments.tabular.table_types import (
    MOST_CELLS,
    MOST_ROWS,
    Table,
    TableTrouble,
    gathered,
    named,
)

_CHILD = Path(__file__).with_name("xlsx_child.py")
_MOST_SECONDS = 60


def read(data: bytes, name: str, sheet: str | None = None) -> Table:
    """The table on a sheet of a workbook: `sheet`, or the first that is visible.

    Raises:
        TableTrouble: it is broken, too large once opened, empty, or has no such sheet.
    """
    told, *rows = _opened(data, name, sheet)
    sheets = tuple(told.get("sheets", ()))
    if trouble := told.get("trouble"):
        raise _trouble(trouble, name, sheet, sheets)
    if not rows:
        raise TableTrouble(
            f"{name} 的工作表“{brief(told['sheet'])}”是空的。请选择另一个工作表。",
            f"The sheet “{brief(told['sheet'])}” of {name} is empty. Choose another sheet.",
        )
    # Only what is beyond the last value in every row is no column.
    width = max(_width(row) for row in rows)
    columns = named(_padded(rows[0], width), name)
    body = gathered((_padded(row, width) for row in rows[1:]), width, name)
    return Table(columns, body, "XLSX", sheets, told["sheet"])


def _opened(data: bytes, name: str, sheet: str | None) -> list[Any]:
    words = [sys.executable, "-I", str(_CHILD), str(MOST_ROWS + 1), str(MOST_CELLS)]
    words += [] if sheet is None else [sheet]
    try:
        child = subprocess.run(words, input=data, capture_output=True, timeout=_MOST_SECONDS)
        found = [json.loads(line) for line in child.stdout.splitlines()]
    except (subprocess.TimeoutExpired, ValueError):
        found = []
    if not found or found[-1] != "end":
        raise _trouble("large", name, sheet, ())
    return found[:-1]


def _trouble(kind: str, name: str, sheet: str | None, sheets: tuple[str, ...]) -> TableTrouble:
    if kind == "sheet":
        return TableTrouble(
            f"{name} 里没有工作表“{brief(sheet)}”。现有：{listing(sheets, '、')}。",
            f"{name} has no sheet “{brief(sheet)}”. Its sheets are: {listing(sheets)}.",
        )
    if kind == "large":
        return TableTrouble(
            f"{name} 打开后太大，或文件已损坏。请只保留需要的行列，另存后再试。",
            f"{name} is too large once opened, or broken. Keep only the rows and columns you need "
            "and save it again.",
        )
    return TableTrouble(
        f"{name} 不是能读的 XLSX 文件。请在表格软件里重新另存为 .xlsx，或存为 CSV。",
        f"{name} is no XLSX file that can be read. Save it as .xlsx again, or as CSV.",
    )


def _width(row: list[Any]) -> int:
    return max((place for place, cell in enumerate(row, 1) if cell is not None), default=0)


def _padded(row: list[Any], width: int) -> list[Any]:
    return [*row[:width], *[None] * (width - len(row))]
