"""What pages show is kept in mind for so many visitors; who was noted longest ago goes first."""

from __future__ import annotations

import pytest

from panels.latest import Latest


def test_of_too_many_the_one_noted_longest_ago_is_forgotten() -> None:
    latest = Latest[int](3)
    for number, who in enumerate(["a", "b", "c", "a", "d"]):
        latest.note(who, number)
    assert [latest.of(who) for who in "abcd"] == [3, None, 2, 4]


def test_of_too_much_text_the_longest_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("panels.latest._MOST_TEXT", 100)
    latest = Latest[int](10, lambda length: length)
    for who, length in zip("abcd", [10, 70, 15, 10], strict=True):
        latest.note(who, length)
    assert [latest.of(who) for who in "abcd"] == [10, None, 15, 10]
    latest.note("a", 200)
    assert [latest.of(who) for who in "abcd"] == [None, None, 15, 10]
