"""A scoreboard from votes: how strong each is, how sure that is, and whether sides mattered."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from backends import Words
from experiments.statistics.bradley_terry import Fit
from experiments.statistics.meetings import Ballot, beaten_by, groups, reached
from experiments.statistics.paired import Array
from experiments.statistics.shares import Share, share

ENOUGH = 50
MEAN = 1000.0
# Elo's scale: 400 points are odds of ten to one (Elo 1978, The Rating of Chessplayers, §8.1).
_POINTS = 400 / math.log(10)
# "Both bad" says of the two that neither is better: a tie between them, as in Chatbot Arena
# (lm-sys/FastChat, fastchat/serve/monitor/elo_analysis.py: "tie (bothbad)").
_LEFT: Mapping[str, float] = {"left": 1.0, "right": 0.0, "tie": 0.5, "both bad": 0.5}

_FEW = Words(
    "只有 {count} 票，少于 {enough} 票：名次还不稳，请看区间，继续投票。",
    "Only {count} votes, fewer than {enough}: the order may still change; go by the intervals, "
    "and vote on.",
)
_OPEN = Words(
    "{names}：有人只赢不输、只输不赢，强弱差距没有上限或下限，区间有一端未知。请继续投票。",
    "{names}: somebody never lost or never won, so how far apart they are has no limit, and an "
    "end of the interval is unknown. Vote on.",
)
_APART = Words(
    "这些从未直接或间接比较过，只能在各组之内排名：{groups}。请让不同组的回答互相比较。",
    "These never met, not even by way of others, and rank only among themselves: {groups}. "
    "Compare across the groups.",
)
_SIDES = Words(
    "位置可能影响了投票：在分出胜负的票中，左边赢得 {share}。请隐去名称并随机左右。",
    "The side seems to matter: of the votes with a winner, {share} went to the left. Hide the "
    "names and draw the sides by lot.",
)


@dataclass(frozen=True, slots=True)
class Rating:
    """One row of the scoreboard.

    `strength` is on Elo's scale, the mean of its `group` being 1000; None where it met nobody.
    `low` to `high` is its 95 % interval; None where votes leave that end open. Only those of one
    group can be compared: they met, or others between them did. `ties` leave out the `both_bad`.
    """

    label: str
    group: int
    strength: float | None
    low: float | None
    high: float | None
    votes: int
    wins: int
    losses: int
    ties: int
    both_bad: int


@dataclass(frozen=True, slots=True)
class Ratings:
    """The scoreboard, the strongest first, group by group, the largest first.

    `left_share` is how many of the votes with a winner went to the left (None: there are none).
    `sides_matter` says whether the left was better or worse off than the strengths explain, at
    level 0.05; that needs sides drawn by lot. `warnings` are sentences to be shown with it.
    """

    rows: tuple[Rating, ...]
    votes: int
    both_bad: int
    left_share: Share | None
    sides_matter: bool
    warnings: tuple[Words, ...]


def ratings(votes: Sequence[Ballot]) -> Ratings:
    """The scoreboard of votes, each a left label, a right label and the winner.

    A tie is half a win for both, and so is "both bad". Votes on two answers of one label say
    nothing of its strength and count for the sides alone.

    Raises:
        ValueError: a winner is none of left, right, tie, both bad.
    """
    for *_, winner in votes:
        if winner not in _LEFT:
            raise ValueError(winner)
    beaten = beaten_by(votes)
    apart = groups(beaten)
    rows = [
        row for number, group in enumerate(apart) for row in _rows(votes, beaten, group, number)
    ]
    left = _left_share(votes)
    matter = bool(votes) and _sides_matter(votes)
    return Ratings(
        tuple(rows),
        len(votes),
        sum(winner == "both bad" for *_, winner in votes),
        left,
        matter,
        tuple(_warnings(votes, rows, apart, left if matter else None)),
    )


def _rows(
    votes: Sequence[Ballot], beaten: Mapping[str, set[str]], group: list[str], number: int
) -> list[Rating]:
    if len(group) == 1:
        return [Rating(group[0], number, None, None, None, 0, 0, 0, 0, 0)]
    among = [vote for vote in votes if vote[0] in group and vote[0] != vote[1]]
    fit = Fit(_design(among, group), _points(among), len(group) - 1)
    victims = {label: {other for other in group if label in beaten[other]} for label in group}
    rows = []
    for place, label in enumerate(group):
        contrast = np.full(len(group), -1 / len(group))
        contrast[place] += 1
        low, high = map(_elo, fit.interval(contrast))
        rows.append(
            Rating(
                label,
                number,
                _elo(float(contrast @ fit.best)),
                # All above somebody may rise without end unless the votes lead back to them.
                low if len(reached(label, victims)) == len(group) else None,
                high if len(reached(label, beaten)) == len(group) else None,
                *_counts(among, label),
            )
        )
    return sorted(rows, key=lambda row: (-(row.strength or 0), row.label))


def _design(votes: Sequence[Ballot], group: Sequence[str], *, sides: bool = False) -> Array:
    """A row per vote: 1 for the left label, -1 for the right one, and 1 for being on the left."""
    place = {label: column for column, label in enumerate(group)}
    found = np.zeros((len(votes), len(group) + sides))
    for row, (left, right, _) in zip(found, votes, strict=True):
        row[place[left]] += 1
        row[place[right]] -= 1
    found[:, len(group) :] = 1
    return found


def _points(votes: Sequence[Ballot]) -> Array:
    return np.array([_LEFT[winner] for *_, winner in votes])


def _counts(votes: Sequence[Ballot], label: str) -> tuple[int, int, int, int, int]:
    """Votes, wins, losses, ties, both bad."""
    own = [vote for vote in votes if label in vote[:2]]
    won = sum(vote[0 if vote[2] == "left" else 1] == label for vote in own if _decided(vote))
    lost = sum(map(_decided, own)) - won
    ties = sum(vote[2] == "tie" for vote in own)
    return len(own), won, lost, ties, len(own) - won - lost - ties


def _decided(vote: Ballot) -> bool:
    return vote[2] in ("left", "right")


def _elo(log_odds: float) -> float:
    return MEAN + _POINTS * log_odds


def _left_share(votes: Sequence[Ballot]) -> Share | None:
    decided = [vote for vote in votes if _decided(vote)]
    return share(sum(vote[2] == "left" for vote in decided), len(decided))


def _sides_matter(votes: Sequence[Ballot]) -> bool:
    labels = sorted({label for vote in votes for label in vote[:2]})
    fit = Fit(_design(votes, labels, sides=True), _points(votes), len(labels))
    low, high = fit.interval(np.eye(len(labels) + 1)[-1])
    return not low <= 0 <= high


def _warnings(
    votes: Sequence[Ballot],
    rows: Sequence[Rating],
    apart: Sequence[Sequence[str]],
    left: Share | None,
) -> list[Words]:
    found = []
    if 0 < len(votes) < ENOUGH:
        found.append(_FEW.whole(count=len(votes), enough=ENOUGH))
    if len(apart) > 1:
        found.append(_APART.whole(groups=" | ".join(", ".join(group) for group in apart)))
    half = [row.label for row in rows if row.strength and None in (row.low, row.high)]
    if half:
        found.append(_OPEN.whole(names=", ".join(half)))
    if left is not None:
        found.append(_SIDES.whole(share=f"{left.count}/{left.votes}"))
    return found
