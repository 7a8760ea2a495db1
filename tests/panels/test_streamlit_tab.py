"""What a tab that went away held: for whom it waits, and when it ends."""

from __future__ import annotations

import threading

import pytest

from panels.streamlit_tab import Left


class Held:
    """Something that runs."""

    def __init__(self, size: int = 10) -> None:
        self.size = size
        self.ended = threading.Event()

    def stop(self) -> None:
        self.ended.set()


def test_the_browser_that_left_it_finds_it_once_and_it_goes_on() -> None:
    left, held = Left(grace=0.05), Held()
    left.leave("mine", "talk", held)
    assert left.take("mine", "talk") is held
    assert left.take("mine", "talk") is None
    assert not held.ended.wait(0.3)


def test_what_nobody_comes_back_for_ends_and_can_still_be_found() -> None:
    left, held = Left(grace=0.05), Held()
    left.leave("mine", "talk", held)
    assert held.ended.wait(5)
    assert left.take("mine", "talk") is held


def test_the_same_session_is_back_after_a_lost_network() -> None:
    left, held = Left(grace=0.05), Held()
    left.leave("mine", "talk", held)
    left.back(held)
    assert left.take("mine", "talk") is None
    assert not held.ended.wait(0.3)


def test_leaving_again_begins_a_new_while() -> None:
    left, held = Left(grace=0.4), Held()
    left.leave("mine", "talk", held)
    left.back(held)
    threading.Event().wait(0.2)
    left.leave("mine", "talk", held)
    assert not held.ended.wait(0.3)
    assert held.ended.wait(5)


def test_nobody_finds_what_another_browser_or_a_nameless_one_left() -> None:
    left = Left(grace=60)
    left.leave("other", "talk", Held())
    left.leave("mine", "bench", Held())
    left.leave("", "talk", Held())
    assert left.take("mine", "talk") is None
    assert left.take("", "talk") is None


def test_of_two_tabs_the_one_that_was_left_last_comes_back_first() -> None:
    left, first, second = Left(grace=60), Held(), Held()
    left.leave("mine", "talk", first)
    left.leave("mine", "talk", second)
    assert left.take("mine", "talk") is second
    assert left.take("mine", "talk") is first


def test_of_more_than_are_kept_the_one_left_longest_ago_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("panels.streamlit_tab._MOST", 2)
    left, held = Left(grace=60), [Held() for _ in range(3)]
    for number, each in enumerate(held):
        left.leave(f"browser {number}", "talk", each)
    assert [each.ended.is_set() for each in held] == [True, False, False]
    assert left.take("browser 0", "talk") is None and left.take("browser 1", "talk") is held[1]


def test_of_more_text_than_is_kept_the_longest_ends_and_nobody_else_s(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("panels.latest._MOST_TEXT", 100)
    left, held = Left(grace=60), [Held(10), Held(70), Held(15), Held(10)]
    for number, each in enumerate(held):
        left.leave(f"browser {number}", "talk", each)
    assert [each.ended.is_set() for each in held] == [False, True, False, False]
    assert left.take("browser 1", "talk") is None and left.take("browser 0", "talk") is held[0]
