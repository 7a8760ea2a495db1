"""What the compare page keeps of votes, and the scoreboard that it makes of them."""

import dataclasses
import io
from collections.abc import Callable
from functools import partial

import wiring
from backends import Call
from experiments import votes
from panels.compare import Cast, NotRecorded
from panels.streamlit_scoreboard import Sheet, scoreboard
from panels.words import Lang, board_words


def caster(desk: wiring.Desk, user: str) -> Cast:
    """What stores a vote of this visitor."""

    def cast(left: Call, right: Call, winner: str, blind: bool) -> None:
        try:
            votes.cast(desk.store, left, right, winner, blind=blind, user=user)
        except votes.VoteRefused as refused:
            raise NotRecorded(refused.message) from None

    return cast


def board(desk: wiring.Desk, lang: Lang) -> None:
    """Draw the scoreboard of all votes on record."""
    # Statistics and charts cost a second and 100 MB, which the columns do without.
    from experiments.figures.scoreboard_chart import scoreboard_figure
    from experiments.scoreboard import Board, boards, notes
    from experiments.vote_table import COLUMNS, table
    from usage.sheets import write_table

    def sheet(kind: str, found: Board) -> Sheet:
        rows = found.ratings.rows
        figure = scoreboard_figure(rows, kind == "emulated", board_words(lang))
        return Sheet(
            figure, [dataclasses.asdict(row) for row in rows], found.ratings.warnings, notes(found)
        )

    def exported(form: str) -> str:
        out = io.StringIO()
        write_table(COLUMNS, table(desk.store), form, out)
        return out.getvalue()

    every = votes.read(desk.store)
    sheets: dict[str, Callable[[], Sheet]] = {
        kind: partial(sheet, kind, found) for kind, found in boards(every).items()
    }
    scoreboard(sheets, sum(vote.kind == "mixed" for vote in every), exported, lang)
