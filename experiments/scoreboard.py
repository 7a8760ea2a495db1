"""The scoreboard of the votes in a store: one of real answers, and one of emulated ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from backends import Words
from experiments.statistics.agreement import Agreement, agreement, judged, sentence
from experiments.statistics.ratings import Ratings, ratings
from experiments.votes import Vote

Kind = Literal["live", "emulated"]

_SIDES = Words(
    "分出胜负的票中，左边赢得 {count}/{votes}，95% 区间 [{low}, {high}]。",
    "Of the votes with a winner the left took {count}/{votes}, 95 % interval [{low}, {high}].",
)
_UNFINISHED = Words(
    "没有算入的票（投票之后，有一边的回答没有完整收到）：{count} 票。",
    "Not counted, because one of the answers did not come whole after the vote: {count}.",
)
_NAMED = Words(
    "没有算入的票（投票时看得到名字）：{count} 票。",
    "Not counted, because the names could be seen: {count}.",
)


@dataclass(frozen=True, slots=True)
class Board:
    """One scoreboard, and how many votes it leaves out.

    `unfinished` are votes on an answer that did not come whole in the end, `named` those that
    were not blind.
    """

    ratings: Ratings
    agreement: Agreement
    unfinished: int
    named: int


def boards(found: Sequence[Vote]) -> dict[Kind, Board]:
    """The scoreboards for which there is any vote, that of real answers first.

    Votes between a real and an emulated answer are on none of them.
    """
    kinds: tuple[Kind, ...] = ("live", "emulated")
    by_kind = {kind: [vote for vote in found if vote.kind == kind] for kind in kinds}
    return {kind: _board(votes) for kind, votes in by_kind.items() if votes}


def notes(board: Board) -> list[Words]:
    """Sentences that belong under a scoreboard: sides, agreement, what is left out."""
    found = []
    left = board.ratings.left_share
    if left is not None:
        shares = {"low": f"{left.low:.2f}", "high": f"{left.high:.2f}"}
        found.append(_SIDES.whole(count=left.count, votes=left.votes, **shares))
    found.append(sentence(board.agreement))
    if board.unfinished:
        found.append(_UNFINISHED.whole(count=board.unfinished))
    if board.named:
        found.append(_NAMED.whole(count=board.named))
    return found


def _board(found: Sequence[Vote]) -> Board:
    counted = [vote for vote in found if vote.counts and vote.blind]
    return Board(
        ratings([(vote.left.label, vote.right.label, vote.winner) for vote in counted]),
        agreement([_judgement(vote) for vote in counted if vote.user and vote.question]),
        sum(not vote.counts for vote in found),
        sum(vote.counts and not vote.blind for vote in found),
    )


def _judgement(vote: Vote) -> tuple[str, str, str]:
    asked = vote.question or ""
    return (vote.user or "", *judged(asked, vote.left.label, vote.right.label, vote.winner))
