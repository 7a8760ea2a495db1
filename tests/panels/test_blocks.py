"""Blocks: what was frozen stays, nothing is lost, and nothing is cut in two."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from panels.blocks import Blocks

PARSE = MarkdownIt("commonmark", {"html": False}).enable("table")
WHOLE = {
    "fence",
    "code_block",
    "table_open",
    "list_item_open",
    "bullet_list_open",
    "ordered_list_open",
    "blockquote_open",
    "paragraph_open",
    "heading_open",
}

LINES = st.sampled_from(
    [
        "",
        "",
        "",
        "text",
        "more text",
        "```",
        "```py",
        "````",
        "~~~",
        "   ```",
        "  ```",
        "    ```",
        "- item",
        "- ",
        "* ```",
        "1. one",
        "2. two",
        "10. ten",
        "   under",
        "  under",
        "    code",
        "  - nested",
        "    ```",
        "> quote",
        "> ```",
        "| a | b |",
        "| - | - |",
        "| 1 | 2 |",
        "# head",
        "---",
        "***",
        "- - -",
        "\tcode",
        "-\ttab",
        "     ```",
        "===",
        " - off",
        "1) one",
        "-",
        "~~~~",
        "```|",
        "| ``` |",
        "\\| a",
    ]
)
DOCUMENTS = st.lists(LINES, max_size=30).map("\n".join)


def run(text: str, steps: list[int], tail: int) -> tuple[list[str], str]:
    """Feed a text growing by `steps`, checking the promise at every step."""
    blocks, frozen, end = Blocks(tail), list[str](), 0
    for step in [*steps, len(text)]:
        end = min(len(text), end + step)
        new, rest = blocks.feed(text[:end])
        frozen += new
        assert "".join(frozen) + rest == text[:end]
        assert all(new)
    return frozen, rest


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS | st.text(max_size=80), st.lists(st.integers(0, 30), max_size=12))
def test_nothing_is_lost(text: str, steps: list[int]) -> None:
    run(text, steps, 10)


@settings(max_examples=2000, deadline=None)
@given(DOCUMENTS)
@example("```\\| a | b\n| - | - |\n\n```\ncode\n\ncode\n```\n")
@example("- \n\n   ```\n\ntext\n")
@example("- a\n```\ncode\n\ncode\n```\n\nend\nend")
@example("1. a\nlazy\n   ```\ncode\n\ncode\n   ```\n\nend\n")
@example("text\n2. not a list\n   ```\n\ncode\n```\n\nend\n")
@example("- a\n  - ```\n    x\n  y\n\n  ```\n\nz\n```\n\nend\n")
def test_no_cut_falls_inside_anything(text: str) -> None:
    frozen, _ = run(text, [1] * len(text), 0)
    cuts, line = set(), 0
    for block in frozen:
        assert block.endswith("\n")
        line += block.count("\n")
        cuts.add(line)
    for token in PARSE.parse(text):
        if token.type in WHOLE and token.map:
            first, last = token.map
            lines = text.split("\n")
            while last > first + 1 and not lines[last - 1].strip():
                last -= 1
            assert not [cut for cut in cuts if first < cut < last], (token.type, frozen)


def test_a_long_answer_freezes_all_but_a_short_tail() -> None:
    paragraph = "A sentence of some length that says little. " * 5
    text = f"{paragraph}\n\n" * 200
    frozen, tail = run(text, [40] * (len(text) // 40), 600)
    assert len(tail) < 900
    assert len(frozen) > 40


@pytest.mark.parametrize(
    "whole",
    [
        "```py\n" + "x = 1\n\n" * 300 + "```\n",
        "".join(f"{number}. item\n\n   more\n\n" for number in range(1, 100)),
        "| a | b |\n| - | - |\n" + "| 1 | 2 |\n" * 300,
        "$$\n" + "x\n\n" * 300 + "$$\n",
    ],
)
def test_fences_tables_lists_and_maths_stay_in_one_piece(whole: str) -> None:
    text = f"before\n\n{whole}\nafter the end\n\n" + "tail " * 200
    frozen, tail = run(text, [50] * (len(text) // 50), 600)
    assert sum(whole.strip("\n") in block for block in [*frozen, tail]) == 1
    assert frozen, "what follows must not be stuck to it"


def test_short_answers_stay_one_element() -> None:
    assert Blocks().feed("a\n\nb\n\nc") == ([], "a\n\nb\n\nc")


def test_the_work_is_that_of_the_new_part() -> None:
    def cost(paragraphs: int) -> float:
        text = "words and more words of it\n\n" * paragraphs
        blocks, started = Blocks(), time.perf_counter()
        for end in range(0, len(text), 28):
            blocks.feed(text[:end])
        return time.perf_counter() - started

    # Eight times the text; the slices made here are themselves quadratic, hence the room.
    assert min(cost(4000) for _ in range(3)) < 30 * min(cost(500) for _ in range(3))
