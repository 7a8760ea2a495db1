"""The scoreboard keeps real, emulated and unfinished apart, and draws what it cannot know."""

from __future__ import annotations

from typing import Any

from experiments.figures.scoreboard_chart import scoreboard_figure
from experiments.scoreboard import boards, notes
from experiments.votes import Side, Vote

WORDS = {
    "strength": "Strength",
    "emulated": "emulated",
    "open_end": "end not known",
    "group": "Group",
}


def vote(left: str, right: str, winner: Any = "left", **facts: Any) -> Vote:
    """A counted blind vote on two real answers, with changes."""
    emulated = facts.pop("emulated", (False, False))
    states = facts.pop("states", ("ok", "ok"))
    sides = [
        Side(f"{label}-call", label, state, kind)
        for label, state, kind in zip((left, right), states, emulated, strict=True)
    ]
    known: dict[str, Any] = {"user": "one", "blind": True, "question": "?"}
    return Vote("id", 0, left=sides[0], right=sides[1], winner=winner, **(known | facts))


EMULATED = {"emulated": (True, True)}


def labels(found: Any) -> set[str]:
    return {row.label for row in found.ratings.rows}


def test_real_and_emulated_answers_have_a_scoreboard_each_and_mixed_votes_none() -> None:
    found = boards(
        [
            vote("a", "b"),
            vote("a", "c", **EMULATED),
            vote("a", "d", emulated=(True, False)),
            vote("d", "a", emulated=(None, True)),
        ]
    )
    assert list(found) == ["live", "emulated"]
    assert labels(found["live"]) == {"a", "b"}
    assert labels(found["emulated"]) == {"a", "c"}


def test_there_is_no_scoreboard_without_votes() -> None:
    assert boards([]) == {}
    assert list(boards([vote("a", "b", **EMULATED)])) == ["emulated"]


def test_votes_on_cut_answers_and_on_names_are_left_out_and_said() -> None:
    found = boards(
        [
            vote("a", "b"),
            vote("b", "a", states=("ok", "partial")),
            vote("b", "a", states=("sent", "ok")),
            vote("b", "a", blind=False),
        ]
    )["live"]
    assert found.ratings.votes == 1
    assert (found.unfinished, found.named) == (2, 1)
    said = " ".join(note.en for note in notes(found))
    assert "did not come whole after the vote: 2" in said
    assert "the names could be seen: 1" in said
    assert "the left took 1/1" in said


def test_raters_who_saw_the_same_agree_whatever_the_sides() -> None:
    votes = [vote("a", "b", "left", question=f"{number}", user="one") for number in range(8)] + [
        vote("b", "a", "right", question=f"{number}", user="two") for number in range(8)
    ]
    votes += [vote("a", "b", "tie", question="other", user=user) for user in ("one", "two")]
    found = boards(votes)["live"].agreement
    assert (found.items, found.raters, found.agreed) == (9, 2, 1.0)


def test_an_end_that_is_not_known_is_an_arrow_and_no_figure() -> None:
    rows = boards([vote("a", "b")] * 10)["live"].ratings.rows
    figure = scoreboard_figure(rows, False, WORDS)
    marks, arrows = figure.data
    assert list(marks.y) == ["a", "b"]
    assert arrows.name == "end not known"
    assert dict(zip(arrows.y, arrows.marker.symbol, strict=True)) == {
        "b": "triangle-left",
        "a": "triangle-right",
    }


def test_emulated_strengths_say_so_on_the_axis_and_are_hollow() -> None:
    rows = boards([vote("a", "b", winner, **EMULATED) for winner in ("left", "right")])
    figure = scoreboard_figure(rows["emulated"].ratings.rows, True, WORDS)
    assert "emulated" in figure.layout.xaxis.title.text
    assert {trace.marker.symbol for trace in figure.data} == {"circle-open"}
    real = scoreboard_figure(rows["emulated"].ratings.rows, False, WORDS)
    assert "emulated" not in real.layout.xaxis.title.text


def test_a_persona_in_a_name_is_text_and_not_html() -> None:
    name = "qianfan/ernie-speed-8k system=<a href='x'>press</a>"
    figure = scoreboard_figure(boards([vote(name, "b")])["live"].ratings.rows, False, WORDS)
    assert "<a" not in "".join(figure.data[0].y)
    assert "&lt;a" in "".join(figure.data[0].y)


def test_nothing_known_draws_nothing() -> None:
    assert not scoreboard_figure((), False, WORDS).data
