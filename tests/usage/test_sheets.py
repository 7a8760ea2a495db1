"""Tables to files: nothing becomes a formula, nothing is lost in silence, nothing piles up."""

from __future__ import annotations

import csv
import io
import json
import re
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends import Call, CallError, Message, Words
from experiments.tabular.tables import read_table
from tests.usage.conftest import _full
from usage import export
from usage.sheets import FORMS, write_table

COLUMNS = ("text", "number", "share", "flag", "nested", "mixed", "none")
ROWS: list[dict[str, Any]] = [
    {"text": "=1+1", "number": 3, "share": 0.5, "flag": True, "nested": [1, "甲"], "mixed": 1},
    {"text": "-12.50", "number": None, "share": 1, "flag": None, "nested": {"a": None}},
    {"text": " @x", "number": -4, "share": None, "flag": False, "mixed": "一", "none": None},
]


def test_csv_neutralises_formulas_and_leaves_numbers_alone() -> None:
    out = io.StringIO()
    assert write_table(COLUMNS, ROWS, "csv", out) == 3
    header, first, second, third = csv.reader(io.StringIO(out.getvalue()))
    assert tuple(header) == COLUMNS
    assert first == ["'=1+1", "3", "0.5", "True", '[1, "甲"]', "1", ""]
    assert second[:3] == ["-12.50", "", "1"] and third[1] == "-4"


def test_xlsx_holds_text_as_text_and_numbers_as_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = [*ROWS, {"text": "长" * 40_000, "number": 2**60}]
    assert write_table(COLUMNS, rows, "xlsx", path) == 4
    table = read_table(path.read_bytes(), path.name)
    assert table.rows[0] == ("=1+1", 3, 0.5, True, '[1, "甲"]', 1, None)
    assert table.rows[1][:2] == ("-12.50", None)
    cut, big = table.rows[3][:2]
    assert len(cut) <= 32_767 and cut.endswith("(cut here; whole in JSONL)")
    assert big == str(2**60)


def test_parquet_gives_every_column_the_one_type_that_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    assert write_table(COLUMNS, ROWS, "parquet", path) == 3
    frame = pd.read_parquet(path, dtype_backend="pyarrow")
    assert frame["number"].tolist()[::2] == [3, -4] and frame["number"].isna()[1]
    assert frame["share"].tolist()[:2] == [0.5, 1.0]
    assert frame["flag"].tolist()[::2] == [True, False]
    assert frame["mixed"].tolist()[::2] == ["1", "一"]
    assert frame["none"].isna().all() and frame["text"][0] == "=1+1"


CELL = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"))
)


@given(st.lists(st.lists(CELL, min_size=2, max_size=2)))
def test_jsonl_gives_back_what_was_written(values: list[list[Any]]) -> None:
    rows = [dict(zip(("甲", "b"), pair, strict=True)) for pair in values]
    out = io.StringIO()
    assert write_table(("甲", "b"), rows, "jsonl", out) == len(rows)
    assert [json.loads(line) for line in out.getvalue().split("\n") if line] == rows


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_table_has_its_columns(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{form}"
    assert write_table(("a", "b"), [], form, path) == 0
    if form == "parquet":
        assert list(pd.read_parquet(path).columns) == ["a", "b"]


@pytest.mark.parametrize("form", FORMS)
def test_rows_do_not_pile_up_in_memory(form: str, tmp_path: Path) -> None:
    def rows(count: int) -> Iterator[dict[str, Any]]:
        for number in range(count):
            yield {"n": number, "text": f"{number:05} " * 50}

    def peak(count: int) -> int:
        tracemalloc.start()
        assert write_table(("n", "text"), rows(count), form, tmp_path / f"a.{form}") == count
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)  # what is imported on the way is not counted
    # A row that stayed would cost its text, 300 characters; what other threads of this process hold
    # for a moment is counted too, some 10 kB.
    assert peak(18_000) - peak(6_000) < 12_000 * 10


def test_a_form_that_needs_a_file_says_so() -> None:
    with pytest.raises(TypeError):
        write_table(("a",), [], "xlsx", io.StringIO())
    with pytest.raises(KeyError):
        write_table(("a",), [], "docx", io.StringIO())


STARTS = "=+-@\t\r＝＋－＠"


@given(st.sampled_from(STARTS), st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_no_text_column_of_a_call_becomes_a_formula(start: str, rest: str) -> None:
    evil = start + rest
    names = (
        "id retry_of provider model user tag run phase text reasoning finish_reason request_id "
        "served_model system"
    )
    texts = dict.fromkeys(names.split(), evil)
    error = CallError(evil, evil, Words(evil, evil), evil)
    messages = (Message("user", evil),)
    call = Call(**{**_full(1), **texts, "error": error, "messages": messages})
    out = io.StringIO(newline="")
    assert export.write([call], "csv", out) == 1
    [cells] = csv.DictReader(io.StringIO(out.getvalue(), newline=""))
    bare = [name for name, cell in cells.items() if cell.startswith(tuple(STARTS))]
    assert not [name for name in bare if not re.fullmatch(r"[+-]?[\d.,eE+-]+%?", cells[name])]
    assert cells["text"].removeprefix("'") == evil
