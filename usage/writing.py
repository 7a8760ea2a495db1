"""The rows of calls on their way into the store; those of a batch are written together."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Insert, Update, bindparam, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from backends import OPEN_STATES, Call
from usage.rows import files, line_of, opening, settling
from usage.tables import attachments, calls
from usage.tally import COLUMNS

_OPEN = insert(calls)
_KEEP = update(calls).where(calls.c.id == bindparam("kept"), calls.c.state.in_(OPEN_STATES))
SETTLE = update(calls).where(
    calls.c.id == bindparam("settled"), or_(*(calls.c.state == state for state in OPEN_STATES))
)


class Row(NamedTuple):
    """A row for one of the statements above.

    `final` is what the rollups count of it; None where it brings no final state, or where that is
    to be read from the row.
    """

    statement: Insert | Update
    values: Mapping[str, Any]
    final: Mapping[str, Any] | None = None


class Opening(NamedTuple):
    """A call that is opened. The writer makes the row of it, so that its caller need not."""

    call: Call
    owner: str

    def prepared(self) -> Row | Callable[[Connection], Any]:
        """The row; with bytes that go with it, the work of storing both."""
        row, stored = begun(self.call, owner=self.owner), files(self.call)
        return row if not stored else functools.partial(open_with, rows=[row], stored=stored)


class Final(list[Mapping[str, Any]]):
    """What rows that have just got their final state hold, for the rollups to count."""


def begun(call: Call, **more: Any) -> Row:
    """The row of a call that is opened, with further columns."""
    row = {**opening(call), **more}
    return Row(_OPEN, row, None if call.state in OPEN_STATES else row)


def growing(call: Call) -> Row:
    """What has come so far of an answer that goes on."""
    return Row(_KEEP, {"kept": call.id, "text": call.text, "reasoning": call.reasoning})


def settled(call: Call) -> Row:
    """The final state of a call."""
    row = settling(call)
    return Row(SETTLE, {"settled": call.id, **row}, {**row, **line_of(call)})


def ended_as(values: Mapping[str, Any]) -> Row:
    """The final state of a call of which nothing but the `values` of its row is at hand."""
    return Row(SETTLE, values)


def write_rows(connection: Connection, rows: Sequence[Row]) -> Final:
    """Write rows of the same columns at once, for a fraction of one after the other."""
    alike: dict[Any, list[Row]] = {}
    for row in rows:
        alike.setdefault((row.statement, *row.values), []).append(row)
    final = Final()
    for (statement, *_), same in alike.items():
        if statement is SETTLE:
            final += [_final(connection, row) for row in _settle(connection, same)]
        else:
            connection.execute(statement, [row.values for row in same])
            final += [row.final for row in same if row.final is not None]
    return final


def open_with(connection: Connection, rows: Sequence[Row], stored: Mapping[str, bytes]) -> Final:
    """Open rows, having stored those of their bytes that are not there yet."""
    for digest, data in stored.items():
        # Another process may be storing the same; whoever comes second has nothing to do.
        with contextlib.suppress(IntegrityError), connection.begin_nested():
            connection.execute(insert(attachments), {"sha256": digest, "data": data})
    return write_rows(connection, rows)


def _settle(connection: Connection, rows: Sequence[Row]) -> Sequence[Row]:
    """Settle rows of the same columns; returns those that had no final state before."""
    if len(rows) > 1:
        attempt = connection.begin_nested()
        if connection.execute(SETTLE, [row.values for row in rows]).rowcount == len(rows):
            attempt.commit()
            return rows
        attempt.rollback()
    return [row for row in rows if connection.execute(SETTLE, row.values).rowcount]


def _final(connection: Connection, row: Row) -> Mapping[str, Any]:
    if row.final is not None:
        return row.final
    query = select(*(calls.c[name] for name in COLUMNS))
    return dict(
        connection.execute(query.where(calls.c.id == row.values["settled"])).mappings().one()
    )
