"""A diff is made of both texts, marks what differs, and stays fast when answers are long."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panels.diff import Segment, diff

WORDS = st.lists(
    st.sampled_from(["the ", "cat", " ", "\n", "温", "度", "，", ". ", "0.7", "😀", "\u3000", "_x"])
).map("".join)
TEXTS = st.one_of(WORDS, st.text())


@given(TEXTS, TEXTS)
def test_the_pieces_give_back_both_texts(before: str, after: str) -> None:
    pieces = diff(before, after)
    assert "".join(text for kind, text in pieces if kind != "added") == before
    assert "".join(text for kind, text in pieces if kind != "removed") == after
    assert all(text for _, text in pieces)


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert diff(text, text) == ((Segment("equal", text),) if text else ())


@given(TEXTS, TEXTS)
def test_neighbours_are_of_different_kinds(before: str, after: str) -> None:
    kinds = [kind for kind, _ in diff(before, after)]
    assert all(one != other for one, other in pairwise(kinds))


def test_whole_words_differ_in_latin_text() -> None:
    assert diff("The cat sat.", "The car sat.") == (
        Segment("equal", "The "),
        Segment("removed", "cat "),
        Segment("added", "car "),
        Segment("equal", "sat."),
    )


def test_characters_differ_in_chinese_text() -> None:
    assert diff("温度越高越随机。", "温度越低越随机。") == (
        Segment("equal", "温度越"),
        Segment("removed", "高"),
        Segment("added", "低"),
        Segment("equal", "越随机。"),
    )


def test_what_two_changes_share_by_chance_is_no_match() -> None:
    kinds = [kind for kind, _ in diff("red the blue. End", "green the yellow. End")]
    assert kinds == ["removed", "added", "equal"]


@pytest.mark.parametrize("size", [20_000, 400_000])
def test_long_answers_stay_fast(size: int) -> None:
    line = "temperature scales the logits before a token is drawn\n"
    before = line * (size // len(line))
    after = before.replace("scales", "divides")
    started = time.process_time()
    pieces = diff(before, after)
    assert time.process_time() - started < 2
    assert "".join(text for kind, text in pieces if kind != "removed") == after


def test_texts_of_millions_of_words_do_not_fill_the_memory() -> None:
    assert [kind for kind, _ in diff("a\n" * 30_000, "b\n" * 30_000)] == ["removed", "added"]
