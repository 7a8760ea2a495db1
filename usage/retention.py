"""Calls that leave the store for good, with what was counted of them and what only they needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    and_,
    cast,
    delete,
    exists,
    func,
    or_,
    select,
)

from backends import OPEN_STATES, Call, Message
from usage.filters import Filter
from usage.ledger import Store
from usage.rollups import forget
from usage.rows import digests
from usage.tables import attachments, calls, cells, prompts, runs, votes
from usage.tally import COLUMNS

# Deleted in one transaction, which others wait for.
_AT_ONCE = 500
_READ = tuple(calls.c[name] for name in ("id", "messages", *COLUMNS))


@dataclass(frozen=True, slots=True)
class Removed:
    """How many rows went; `kept` are the calls of the time that runs or votes still need, and those
    under way."""

    calls: int = 0
    kept: int = 0
    attachments: int = 0
    runs: int = 0
    votes: int = 0


def prune(
    store: Store,
    before: datetime,
    provider: str | None = None,
    *,
    runs_too: bool = False,
    dry_run: bool = False,
) -> Removed:
    """Delete the calls that began before a moment, of one provider or of all.

    Calls of runs and votes stay unless `runs_too`; then runs and votes of the time that have no
    call any more go as well. With `dry_run` nothing is deleted, only counted. Attachments that no
    call needs any more go, too.
    """
    then = round(before.timestamp() * 1000)
    old = [calls.c.started_ms < then, *([calls.c.provider == provider] if provider else [])]
    going = [*old, calls.c.state.not_in(OPEN_STATES), *([] if runs_too else [_free()])]
    every, leaving = (_count(store, *which) for which in (old, going))
    if dry_run:
        return Removed(leaving, every - leaving)
    gone = files = 0
    while found := store.write(lambda connection: _delete_some(connection, going)).result():
        gone, files = gone + found[0], files + found[1]
    emptied = store.write(lambda connection: _empty(connection, then)).result() if runs_too else ()
    store.compact()
    return Removed(gone, every - gone, files, *emptied)


def forget_conversation(store: Store, call_id: str) -> Removed | None:
    """Delete a call, its other attempts, and what its user asked before and after it in the same
    conversation, as far as the messages tell; None where there is no such call.

    Votes and runs stay, without what was asked. Calls under way stay.
    """
    call = store.find(call_id)
    if call is None:
        return None
    ids = sorted(set(_conversation(store, call)))
    ended = [calls.c.id.in_(ids), calls.c.state.not_in(OPEN_STATES)]
    done = store.write(lambda connection: _delete_some(connection, ended)).result() or (0, 0)
    return Removed(done[0], len(ids) - done[0], done[1])


def _free() -> ColumnElement[bool]:
    """No run and no vote needs the call."""
    voted = exists().where(or_(votes.c.left_call == calls.c.id, votes.c.right_call == calls.c.id))
    return and_(calls.c.run.is_(None), ~voted)


def _count(store: Store, *which: ColumnElement[bool]) -> int:
    return int(store.rows(select(func.count().label("n")).select_from(calls).where(*which))[0]["n"])


def _delete_some(
    connection: Connection, which: Sequence[ColumnElement[bool]]
) -> tuple[int, int] | None:
    """Delete the first calls of those; how many calls and attachments went, None when none did."""
    query = select(*_READ).where(*which).order_by(calls.c.started_ms).limit(_AT_ONCE)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    if not rows:
        return None
    forget(connection, rows)
    connection.execute(delete(calls).where(calls.c.id.in_([row["id"] for row in rows])))
    unused = set().union(*map(digests, rows)) - set(_still_used(connection, rows))
    connection.execute(delete(attachments).where(attachments.c.sha256.in_(unused)))
    return len(rows), len(unused)


def _still_used(connection: Connection, gone: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Of the bytes that these needed, those that another call needs."""
    messages = cast(calls.c.messages, Text)
    for digest in set().union(*map(digests, gone)):
        query = select(calls.c.id).where(messages.contains(digest, autoescape=True)).limit(1)
        if connection.execute(query).first() is not None:
            yield digest


def _empty(connection: Connection, before_ms: int) -> tuple[int, int]:
    """Delete the runs and votes from before then whose calls are all gone; how many."""
    none_left = ~exists().where(calls.c.run == runs.c.id)
    query = select(runs.c.id).where(runs.c.created_ms < before_ms, none_left)
    empty = list(connection.execute(query).scalars())
    for table, column in ((cells, cells.c.run), (prompts, prompts.c.run), (runs, runs.c.id)):
        connection.execute(delete(table).where(column.in_(empty)))
    sides = (votes.c.left_call, votes.c.right_call)
    neither = (~exists().where(calls.c.id == side) for side in sides)
    cast_before = delete(votes).where(votes.c.created_ms < before_ms, *neither)
    return len(empty), connection.execute(cast_before).rowcount


def _conversation(store: Store, call: Call) -> Iterator[str]:
    """The ids of a call, of its attempts, and of the turns of the same user that hold each other's
    messages and answers. Nobody's calls (of a script) and those of runs are not compared."""
    first = call.retry_of or call.id
    attempts = or_(calls.c.id.in_((call.id, first)), calls.c.retry_of == first)
    yield from (row["id"] for row in store.rows(select(calls.c.id).where(attempts)))
    if call.user is not None and call.run is None:
        for other in store.each(which=Filter(user=call.user)):
            if other.run is not None:
                continue
            if _follows(other, call) or _follows(call, other) or other.messages == call.messages:
                yield other.id


def _follows(later: Call, earlier: Call) -> bool:
    said = (*earlier.messages, Message("assistant", earlier.text))
    return later.messages[: len(said)] == said
