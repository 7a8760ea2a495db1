"""Tables that people bring: what is read of them, and the sentence for what cannot be."""

from __future__ import annotations

import csv
import datetime
import io
import json
import time
import zipfile
import zlib
from typing import Any

import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st

from experiments.tabular import table_types, tables
from experiments.tabular.tables import Table, TableTrouble, prompts_of, read_table


def workbook(**sheets: list[list[Any]]) -> bytes:
    """An XLSX file; a sheet named `hidden…` is hidden."""
    out = io.BytesIO()
    options = {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}
    with xlsxwriter.Workbook(out, options) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if name.startswith("hidden"):
                sheet.hide()
        book.worksheets()[-1].activate()
    return out.getvalue()


def refused(data: bytes, name: str, sheet: str | None = None) -> str:
    with pytest.raises(TableTrouble) as trouble:
        read_table(data, name, sheet)
    assert trouble.value.message.zh and "。" in trouble.value.message.zh
    return trouble.value.message.en


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_every_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    text = f'编号{delimiter}问题\r\n1{delimiter}"多云，\n""还是""晴{delimiter}？"\r\n'
    table = read_table(text.encode(encoding), "问题.csv")
    assert table.columns == ("编号", "问题")
    assert table.rows == ((1, f'多云，\n"还是"晴{delimiter}？'),)


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(
                st.text(st.characters(codec="utf-8", exclude_characters="\r\0")),
                min_size=width,
                max_size=width,
            ),
            max_size=6,
        )
    ),
    st.sampled_from([",", ";", "\t"]),
)
@example([["-0", "1.50"], ["", "2"]], ",")
@example([["9" * 16, "+1"]], ";")
def test_csv_gives_back_every_text_that_was_written(rows: list[list[str]], delimiter: str) -> None:
    full = [row for row in rows if any(cell.strip() for cell in row)]
    if not full:
        return
    out = io.StringIO()
    header = [f"c{place}" for place in range(len(full[0]))]
    csv.writer(out, delimiter=delimiter).writerows([header, *full])
    table = read_table(out.getvalue().encode(), "any.csv")
    assert table.columns == tuple(header)
    assert [[table_types.shown(cell) for cell in row] for row in table.rows] == full


def test_numbers_are_numbers_only_where_their_text_survives() -> None:
    data = b"n,price,code,order,mixed\n1,2.5,007,12345678901234567,3\n-2,0.1,010,1,x\n"
    assert read_table(data, "a.csv").rows == (
        (1, 2.5, "007", "12345678901234567", "3"),
        (-2, 0.1, "010", "1", "x"),
    )


def test_a_plain_list_of_questions_is_a_table_of_one_column() -> None:
    table = read_table(b"question\nHow, when and where?\n\nWhy; who?\n", "list.txt")
    assert table.columns == ("question",)
    assert table.rows == (("How, when and where?",), ("Why; who?",))


def test_short_rows_are_filled_and_blank_names_are_given() -> None:
    table = read_table(b",q,r\n0,hello\n1,,,\n", "frame.csv")
    assert table.columns == ("column_1", "q", "r")
    assert table.rows == ((0, "hello", None), (1, None, None))


def test_xlsx_keeps_the_kind_of_every_value() -> None:
    when = datetime.datetime(2026, 11, 28, 9, 30)
    rows: list[list[Any]] = [
        ["id", "q", "on", "flag"],
        [7, " 你好\n吗 ", when, True],
        [],
        [1.5, "=1+1 ", None, None],
    ]
    table = read_table(workbook(data=rows), "a.xlsx")
    assert table.columns == ("id", "q", "on", "flag")
    assert table.rows[0] == (7, " 你好\n吗 ", "2026-11-28 09:30:00", True)
    assert table.rows[1][0] == 1.5 and table.rows[1][2:] == (None, None)


def test_xlsx_reads_the_first_visible_sheet_or_the_one_asked_for() -> None:
    data = workbook(hidden=[["h"], ["no"]], seen=[["s"], ["yes"]], third=[["t"], ["3rd"]])
    table = read_table(data, "a.xlsx")
    assert (table.sheet, table.sheets) == ("seen", ("hidden", "seen", "third"))
    assert read_table(data, "a.xlsx", "third").rows == (("3rd",),)
    assert "hidden, seen, third" in refused(data, "a.xlsx", "fourth")


def test_jsonl_has_the_columns_of_all_its_lines() -> None:
    lines = '{"id": 1, "q": "甲\u2028乙"}\n\n{"q": "丙", "tags": ["x"], "n": null}\r\n'
    table = read_table(lines.encode(), "a.jsonl")
    assert table.columns == ("id", "q", "tags", "n")
    assert table.rows == ((1, "甲\u2028乙", None, None), (None, "丙", ["x"], None))
    listed = json.dumps(list(table.records()), ensure_ascii=False).encode()
    assert read_table(listed, "a.json").rows == table.rows


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.csv", "is empty"),
        (b" \n\r\n", "a.csv", "is empty"),
        (b"\xef\xbb\xbf\n \n", "a.csv", "nothing in it"),
        (b"a,b\n", "a.csv", "no rows"),
        (b"a,b,a\n1,2,3\n", "a.csv", "“a”"),
        (b"a,b\n1,2\n1,2,3\n", "a.csv", "line 3"),
        (b'a,b\n1,2\n1,"2\n', "a.csv", "Line 3"),
        (b"a,b\n\xff\xfe\xfd\n", "a.csv", "neither UTF-8 nor GB18030"),
        ("a\n一二三四五六七八九十\n".encode() + b"\xe4\xbd\n", "a.csv", "Line 3"),
        (b"a\0b", "a.csv", "neither UTF-8"),
        (b'{"a": 1}\n{"a": 2\n', "a.jsonl", "Line 2"),
        (b'{"a": 1}\n[1]\n', "a.jsonl", "Line 2"),
        (b'{"a": NaN}\n', "a.jsonl", "NaN"),
        (b'{"a": 1, "a": 2}\n', "a.jsonl", "twice"),
        (b'{"a": "\\ud800"}\n', "a.jsonl", "half a character"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n", "a.jsonl", "Line 1"),
        (b'{"a": "\xff"}\n', "a.jsonl", "Line 1"),
        (b"{}\n", "a.jsonl", "no object with fields"),
        (b"[1]", "a.json", "no object"),
        (b"[{]", "a.json", "Line 1"),
        (b"\xd0\xcf\x11\xe0....", "a.xls", "old Excel"),
        (b"PK\x03\x04 broken", "a.xlsx", "no XLSX"),
        (b"a,b\n1,2\n", "a.xlsx", "no XLSX"),
        (workbook(empty=[]), "a.xlsx", "empty"),
        (workbook(one=[["a", "b"]]), "a.xlsx", "no rows"),
        (workbook(one=[["a", "a"], [1, 2]]), "a.xlsx", "“a”"),
    ],
)
def test_every_mistake_is_one_sentence_that_names_it(data: bytes, name: str, said: str) -> None:
    assert said in refused(data, name)


def test_limits_are_told_with_their_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "500" in refused(",".join(f"c{n}" for n in range(501)).encode() + b"\n1\n", "a.csv")
    assert "has 22 MB; at most 20 MB" in refused(b"a\n" * 11_000_000, "a.csv")
    monkeypatch.setattr(table_types, "MOST_ROWS", 3)
    assert "more than 3 rows" in refused(b"a\n" * 5, "a.csv")
    assert len(read_table(b"a\n" * 4, "a.csv").rows) == 3
    assert "more than 3 rows" in refused(workbook(one=[["a"]] * 5), "a.xlsx")


def test_a_workbook_that_claims_the_last_cell_ends_nothing_but_itself() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, "b")
    began = time.monotonic()
    assert "too large" in refused(out.getvalue(), "bomb.xlsx")
    assert time.monotonic() - began < 30


def test_a_workbook_that_unpacks_to_gigabytes_is_refused() -> None:
    """One shared string of many megabytes stands in every cell."""
    seed = workbook(one=[["q"], *[["x" * 40]] * 10])
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(seed)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for item in old.infolist():
            body = old.read(item)
            if item.filename == "xl/sharedStrings.xml":
                body = body.replace(b"x" * 40, b"x" * 30_000_000)
            new.writestr(item.filename, body, compresslevel=zlib.Z_BEST_SPEED)
    assert len(out.getvalue()) < tables.MOST_BYTES
    assert "too large" in refused(out.getvalue(), "bomb.xlsx")


TABLE = Table(("n", "ask", "want"), ((1, "你好", "您好"), (2, "几点？", None)))


def test_prompts_take_id_and_reference_from_their_columns() -> None:
    plain = prompts_of(TABLE, "ask")
    assert [(prompt.id, prompt.text, prompt.reference) for prompt in plain] == [
        ("1", "你好", None),
        ("2", "几点？", None),
    ]
    named = prompts_of(TABLE, "ask", "n", "want")
    assert [prompt.reference for prompt in named] == ["您好", None]
    assert named[1].columns == {"n": 2, "ask": "几点？", "want": None}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (((1, " ", None),), "Row 1 has no prompt"),
        (((1, "a", None), (1, "b", None)), "Rows 1 and 2"),
        ((("x" * 129, "a", None),), "more than 128"),
        # A row without an id is numbered, and may then meet an id.
        (((2, "a", None), (None, "b", None)), "Rows 1 and 2"),
    ],
)
def test_rows_that_are_no_prompts_are_named(rows: tuple[tuple[Any, ...], ...], said: str) -> None:
    with pytest.raises(TableTrouble, match=said):
        prompts_of(Table(TABLE.columns, rows), "ask", "n")


def test_a_column_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(TableTrouble, match="n, ask, want"):
        prompts_of(TABLE, "prompt")
