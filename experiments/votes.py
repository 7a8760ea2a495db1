"""Which of two answers somebody found better: kept with the calls that gave them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import Connection, and_, insert, or_, select

from backends import Call, NotRecorded, ParamTrace, Words
from experiments.types import Setting
from usage import Store
from usage.tables import calls, votes

Winner = Literal["left", "right", "tie", "both bad"]
Kind = Literal["live", "emulated", "mixed"]
WINNERS: tuple[Winner, ...] = get_args(Winner)

# An answer that the user stopped was read as far as it came.
_READ = frozenset({"ok", "length", "cancelled"})
_OPEN = frozenset({"reserved", "sent"})

_AGAIN = Words(
    "这两个回答已经投过票，原来的一票保留。请提出下一个问题。",
    "These two answers have a vote already, which stays. Ask the next question.",
)
_SAME = Words(
    "同一次调用不能和自己比较。请选两个不同的回答。",
    "A call cannot be voted against itself. Choose two different answers.",
)
_NO_ANSWER = Words(
    "两个回答中有一个没有完成：出错不是输赢，不能投票。请重新提问。",
    "One of the two did not answer: trouble is no defeat, so there is no vote. Ask again.",
)
_NOT_STORED = Words(
    "这一票没有存下（数据库被占用或磁盘已满）。请稍后再投一次。",
    "The vote is not stored (the store is locked, or the disk is full). Vote again in a moment.",
)


class VoteRefused(Exception):
    """A vote that is not taken; `message` says why and what to do."""

    def __init__(self, message: Words) -> None:
        super().__init__(message.en)
        self.message = message


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two answers: its call, what was asked of whom, and how it ended.

    `state` and `emulated` are those of the call's record, None where the store has it no more.
    """

    call_id: str
    label: str
    state: str | None
    emulated: bool | None


@dataclass(frozen=True, slots=True)
class Vote:
    """One vote, as the sides were shown. `question` is all that was asked, None if not known."""

    id: str
    created_ms: int
    user: str | None
    left: Side
    right: Side
    winner: Winner
    blind: bool
    question: str | None

    @property
    def kind(self) -> Kind:
        """Who answered: real and emulated never meet in one scoreboard, and "mixed" in none."""
        if self.left.emulated != self.right.emulated:
            return "mixed"
        return "emulated" if self.left.emulated else "live"

    @property
    def counts(self) -> bool:
        """Whether both answers were whole in the end, so that the vote is about them."""
        return self.left.state in _READ and self.right.state in _READ


def label(call: Call) -> str:
    """How a call is named on the scoreboard: its model and the settings that were asked for."""
    asked = {trace.name: trace.requested for trace in call.params if _asked(trace)}
    return Setting(f"{call.provider}/{call.model}", asked, call.system).label


def cast(
    store: Store,
    left: Call,
    right: Call,
    winner: str,
    *,
    blind: bool,
    user: str | None = None,
) -> str:
    """Record a vote on two answers, which may still be coming; returns its id once it is durable.

    Raises:
        VoteRefused: the two have a vote already, are one, or one of them is in trouble; or the
            store cannot be written now.
        ValueError: `winner` is none of `WINNERS`.
    """
    if winner not in WINNERS:
        raise ValueError(winner)
    if left.id == right.id:
        raise VoteRefused(_SAME)
    if not {left.state, right.state} <= _READ | _OPEN:
        raise VoteRefused(_NO_ANSWER)
    row = {
        "id": uuid.uuid4().hex,
        "created_ms": time.time_ns() // 1_000_000,
        "user": user,
        "left_call": left.id,
        "right_call": right.id,
        "left_label": label(left),
        "right_label": label(right),
        "winner": winner,
        "blind": blind,
        "emulated": left.emulated or right.emulated,
    }
    try:
        store.write(lambda connection: _insert(connection, row)).result()
    except NotRecorded:
        raise VoteRefused(_NOT_STORED) from None
    return str(row["id"])


def read(store: Store) -> list[Vote]:
    """Every vote, oldest first."""
    left, right = calls.alias("left_calls"), calls.alias("right_calls")
    query = (
        select(
            votes,
            left.c.state.label("left_state"),
            left.c.emulated.label("left_emulated"),
            left.c.messages.label("asked"),
            right.c.state.label("right_state"),
            right.c.emulated.label("right_emulated"),
        )
        .outerjoin(left, left.c.id == votes.c.left_call)
        .outerjoin(right, right.c.id == votes.c.right_call)
        .order_by(votes.c.created_ms, votes.c.id)
    )
    return [_vote(row) for row in store.rows(query)]


def _insert(connection: Connection, row: Mapping[str, Any]) -> None:
    first, second = row["left_call"], row["right_call"]
    same = or_(
        and_(votes.c.left_call == first, votes.c.right_call == second),
        and_(votes.c.left_call == second, votes.c.right_call == first),
    )
    if connection.execute(select(votes.c.id).where(same)).first() is not None:
        raise VoteRefused(_AGAIN)
    connection.execute(insert(votes), row)


def _vote(row: Mapping[str, Any]) -> Vote:
    left, right = (
        Side(
            row[f"{name}_call"],
            row[f"{name}_label"],
            row[f"{name}_state"],
            row[f"{name}_emulated"],
        )
        for name in ("left", "right")
    )
    return Vote(
        row["id"],
        row["created_ms"],
        row["user"],
        left,
        right,
        row["winner"],
        row["blind"],
        _question(row["asked"]),
    )


def _question(messages: Sequence[Mapping[str, Any]] | None) -> str | None:
    if messages is None:
        return None
    return "\n".join(each["content"] for each in messages if each["role"] == "user")


def _asked(trace: ParamTrace) -> bool:
    return trace.outcome not in ("off", "provider default")
