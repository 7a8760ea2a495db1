"""What a table is: its columns, its rows, and the sentence where it is none."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from backends import brief
from experiments.plan_values import PlanTrouble

MOST_ROWS = 100_000
MOST_COLUMNS = 500
MOST_CELLS = 2_000_000


class TableTrouble(PlanTrouble):
    """A table that cannot be used; `message` says what is wrong with it and what to do."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one value per column: text, number, true or false, None where there is none.

    Out of JSON a value may also be a list or a mapping. `read_as` says how the bytes were taken
    (encoding and delimiter); `sheets` are the sheets of a workbook and `sheet` the one read.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    read_as: str = ""
    sheets: tuple[str, ...] = ()
    sheet: str = ""

    def records(self) -> Iterator[dict[str, Any]]:
        """Every row by the names of its columns."""
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))


def shown(value: Any) -> str:
    """A value as text: as typed, numbers in full, what is nested as JSON, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool | list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def named(header: Sequence[Any], name: str) -> tuple[str, ...]:
    """The columns that a header row names; a blank one is named by its place.

    Raises:
        TableTrouble: a name is there twice, or there are too many.
    """
    columns = [shown(cell).strip() or f"column_{place}" for place, cell in enumerate(header, 1)]
    if len(columns) > MOST_COLUMNS:
        raise TableTrouble(
            f"{name} 有 {len(columns)} 列，最多 {MOST_COLUMNS} 列。请只保留需要的列。",
            f"{name} has {len(columns)} columns; at most {MOST_COLUMNS} are read. "
            "Keep those you need.",
        )
    for place, column in enumerate(columns):
        if column in columns[:place]:
            raise TableTrouble(
                f"{name} 有两列都叫“{brief(column)}”。请给其中一列改名。",
                f"{name} has two columns named “{brief(column)}”. Rename one of them.",
            )
    return tuple(columns)


def gathered(rows: Iterable[Sequence[Any]], columns: int, name: str) -> tuple[tuple[Any, ...], ...]:
    """The rows as a table holds them, as many as it may.

    Raises:
        TableTrouble: there are none, or too many.
    """
    most = min(MOST_ROWS, MOST_CELLS // columns)
    found: list[tuple[Any, ...]] = []
    for row in rows:
        if len(found) == most:
            raise TableTrouble(
                f"{name} 超过 {most:,} 行（{columns} 列）。请拆成几个文件。",
                f"{name} has more than {most:,} rows ({columns} columns). "
                "Split it into several files.",
            )
        found.append(tuple(row))
    if not found:
        raise TableTrouble(
            f"{name} 只有表头，没有数据行。请补上数据，首行应是列名。",
            f"{name} has a header and no rows. Add rows; the first row must name the columns.",
        )
    return tuple(found)
