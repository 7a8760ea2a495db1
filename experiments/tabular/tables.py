"""Tables that people bring: CSV, XLSX and JSONL, read whole or refused with a sentence."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from backends import brief, listing
from experiments.tabular import table_csv, table_json, table_xlsx
from experiments.tabular.table_types import Table, TableTrouble, shown
from experiments.types import Prompt

__all__ = ["MOST_BYTES", "Table", "TableTrouble", "prompts_of", "read_table"]

MOST_BYTES = 20_000_000
# Old Excel files, and new ones behind a password, are OLE containers.
_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
# The store's column for a prompt's id.
_LONGEST_ID = 128


def read_table(data: bytes, name: str, sheet: str | None = None) -> Table:
    """The table in a file's bytes; `name` is the file's, `sheet` one of a workbook (None: first).

    The first row that is not empty names the columns; empty rows are left out. CSV may be UTF-8,
    UTF-16 with its mark, or GB18030, delimited by comma, semicolon or tab.

    Raises:
        TableTrouble: naming the mistake and, where it has one, its line.
    """
    form, name = PurePath(name).suffix.lower(), brief(name)
    if len(data) > MOST_BYTES:
        raise TableTrouble(
            f"{name} 有 {len(data) / 1e6:.0f} MB，最多 {MOST_BYTES / 1e6:.0f} MB。请拆成几个文件。",
            f"{name} has {len(data) / 1e6:.0f} MB; at most {MOST_BYTES / 1e6:.0f} MB are read. "
            "Split it into several files.",
        )
    if not data.strip():
        raise TableTrouble(
            f"{name} 是空的。请选择有内容的文件。", f"{name} is empty. Choose a file with rows."
        )
    if data.startswith(_OLE):
        raise TableTrouble(
            f"{name} 是旧版 Excel 文件或带密码。请另存为不带密码的 .xlsx。",
            f"{name} is an old Excel file, or has a password. Save it as .xlsx without one.",
        )
    if data.startswith(_ZIP) or form == ".xlsx":
        return table_xlsx.read(data, name, sheet)
    if form in (".jsonl", ".ndjson", ".json"):
        return table_json.read(data, name)
    return table_csv.read(data, name)


def prompts_of(
    table: Table,
    prompt_column: str,
    id_column: str | None = None,
    reference_column: str | None = None,
) -> tuple[Prompt, ...]:
    """A study's prompts, one per row; without a column of ids they are numbered from 1.

    Raises:
        TableTrouble: a column is not there, a row has no prompt, or an id is there twice.
    """
    places = [
        None if name is None else _place(table, name)
        for name in (prompt_column, id_column, reference_column)
    ]
    found = [_prompt(table, number, row, places) for number, row in enumerate(table.rows, 1)]
    seen: dict[str, int] = {}
    for number, prompt in enumerate(found, 1):
        if prompt.id in seen:
            first, twice = seen[prompt.id], brief(prompt.id)
            raise TableTrouble(
                f"第 {first}、{number} 行的编号都是“{twice}”。请让编号各不相同。",
                f"Rows {first} and {number} both have the id “{twice}”. Give each row its own.",
            )
        seen[prompt.id] = number
    return tuple(found)


def _place(table: Table, column: str) -> int:
    if column not in table.columns:
        column, listed = brief(column), listing(table.columns)
        raise TableTrouble(
            f"表里没有“{column}”列。现有的列：{listed}。",
            f"There is no column “{column}”. The columns are: {listed}.",
        )
    return table.columns.index(column)


def _prompt(table: Table, number: int, row: tuple[Any, ...], places: list[int | None]) -> Prompt:
    text, id_, reference = ("" if place is None else shown(row[place]) for place in places)
    if not text.strip():
        raise TableTrouble(
            f"第 {number} 行没有题目。请补上，或删去这一行。",
            f"Row {number} has no prompt. Fill it in, or delete the row.",
        )
    if len(id_) > _LONGEST_ID:
        raise TableTrouble(
            f"第 {number} 行的编号超过 {_LONGEST_ID} 个字符。请改短。",
            f"The id of row {number} has more than {_LONGEST_ID} characters. Shorten it.",
        )
    columns = dict(zip(table.columns, row, strict=True))
    return Prompt(id_ or str(number), text, reference or None, columns)
