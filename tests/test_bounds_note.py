"""The table of bounds tells the truth: each stands where it says, and its test exists."""

from __future__ import annotations

import ast

import pytest

from tests.test_rooms import ROOT

NOTE = (ROOT / "design" / "013-bounds.md").read_text(encoding="utf-8")
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split(" | "))
    for line in NOTE.splitlines()
    if line.startswith("| ") and not line.startswith("| what")
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_a_bound_stands_where_the_note_says(row: tuple[str, ...]) -> None:
    _, bound, where, _, test = row
    assert bound in (ROOT / where).read_text(encoding="utf-8")
    file, _, name = test.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_the_note_has_rows() -> None:
    assert len(ROWS) > 25
