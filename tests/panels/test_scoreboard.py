"""The scoreboard as it is read: unknown ends stay unknown, warnings come first, text is text."""

from __future__ import annotations

from backends import Words
from panels.gradio_scoreboard import scoreboard_html
from panels.scoreboard import Board, Boards, Standing, interval, span

FIRST = Standing("a/<b>x</b>", 0, 1105.4, 1010.0, 1200.6, 12, 7, 3, 1, 1)
OPEN = Standing("c/d", 0, 894.6, None, 990.0, 12, 3, 7, 1, 1)
ALONE = Standing("e/f", 1, None, None, None, 0, 0, 0, 0, 0)
BOARD = Board(
    "emulated",
    (FIRST, OPEN, ALONE),
    (Words("票太少。", "Too few votes."),),
    (Words("左边赢了 6 票。", "The left took 6."), Words("无法判断。", "Agreement is unknown.")),
)


def test_what_is_not_known_is_shown_so() -> None:
    assert [interval(row) for row in BOARD.rows] == ["[1010, 1201]", "[–, 990]", "[–, –]"]
    low, high = span(BOARD.rows)
    assert low < 894.6 and high > 1200.6
    assert span([ALONE])[0] < span([ALONE])[1]


def test_a_board_says_what_it_is_of_and_what_to_mind() -> None:
    shown = scoreboard_html(Boards((BOARD,), 2), "en")
    order = [
        "emulators",
        "Too few votes",
        "Group 2",
        "left took 6",
        "Agreement is unknown",
        "2 votes",
    ]
    places = [shown.index(text) for text in order]
    assert places == sorted(places)
    assert "<b>" not in shown and "&lt;b&gt;" in shown
    assert shown.count("open-low") == 1 and "open-high" not in shown
    assert "票太少" in scoreboard_html(Boards((BOARD,), 0), "zh")


def test_without_votes_it_says_how_to_get_some() -> None:
    assert "No blind votes yet" in scoreboard_html(Boards((), 0), "en")
