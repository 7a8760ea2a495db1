"""What pages show is kept in mind for so many visitors; who was noted longest ago goes first."""

from __future__ import annotations

from panels.latest import Latest


def test_of_too_many_the_one_noted_longest_ago_is_forgotten() -> None:
    latest = Latest[int](3)
    for number, who in enumerate(["a", "b", "c", "a", "d"]):
        latest.note(who, number)
    assert [latest.of(who) for who in "abcd"] == [3, None, 2, 4]
