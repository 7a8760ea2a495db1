"""The rows of calls on their way into the store; those of a batch are written together."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, bindparam, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from backends import OPEN_STATES, Call
from usage.ready import Ready
from usage.rows import counted, files, opening, settling, written
from usage.tables import attachments, calls
from usage.tally import COLUMNS


class Row(NamedTuple):
    """What is to be written into `calls`: a row, or some columns of the open call `call_id`, as
    `usage.rows.written` has them.

    `final` is what the rollups count of it; None where it brings no final state, or where that is
    to be read from the row.
    """

    what: Literal["open", "keep", "settle"]
    call_id: str
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


@dataclass(slots=True)
class Growth:
    """A call whose answer goes on, as far as it has come when the writer gets to it."""

    call: Call

    def prepared(self) -> Row:
        """The row."""
        texts = written({"text": self.call.text, "reasoning": self.call.reasoning})
        return Row("keep", self.call.id, texts)


class Final(list[Mapping[str, Any]]):
    """What rows that have just got their final state hold, for the rollups to count."""


def begun(call: Call, **more: Any) -> Row:
    """The row of a call that is opened, with further columns."""
    row = opening(call) | more
    return Row("open", call.id, row, None if call.state in OPEN_STATES else counted(call, row))


def settled(call: Call) -> Row:
    """The final state of a call."""
    return Row("settle", call.id, *settling(call))


def ended_as(call_id: str, values: Mapping[str, Any]) -> Row:
    """The final state of a call of which nothing but the `values` of its row is at hand."""
    return Row("settle", call_id, written(values))


def write_rows(connection: Connection, rows: Sequence[Row], *, together: bool = True) -> Final:
    """Write rows of the same columns at once, for a fraction of one after the other.

    Raises:
        NotMet: one has its final state already, so that they cannot be written `together`.
    """
    alike: dict[tuple[bool, tuple[str, ...]], list[Row]] = {}
    for row in rows:
        alike.setdefault((row.what == "open", tuple(row.values)), []).append(row)
    final = Final()
    for (opens, names), same in alike.items():
        if opens:
            _inserting(names).each(connection, [row.values for row in same])
            final += [row.final for row in same if row.final is not None]
            continue
        met = _change(connection, _changing(names), same, together=together)
        final += [_final(connection, row) for row in met if row.what == "settle"]
    return final


def open_with(connection: Connection, rows: Sequence[Row], stored: Mapping[str, bytes]) -> Final:
    """Open rows, having stored those of their bytes that are not there yet."""
    for digest, data in stored.items():
        # Another process may be storing the same; whoever comes second has nothing to do.
        with contextlib.suppress(IntegrityError), connection.begin_nested():
            connection.execute(insert(attachments), {"sha256": digest, "data": data})
    return write_rows(connection, rows)


@functools.lru_cache(64)
def _inserting(names: tuple[str, ...]) -> Ready:
    """Opens a call of which these columns are known."""
    return Ready(insert(calls).values({name: bindparam(name) for name in names}), written=True)


@functools.lru_cache(64)
def _changing(names: tuple[str, ...]) -> Ready:
    """Sets these columns of a call that has no final state yet."""
    is_open = or_(*(calls.c.state == state for state in OPEN_STATES))
    return Ready(
        update(calls)
        .where(calls.c.id == bindparam("call_id"), is_open)
        .values({name: bindparam(name) for name in names}),
        written=True,
    )


def _change(
    connection: Connection, statement: Ready, rows: Sequence[Row], *, together: bool
) -> Sequence[Row]:
    """Change rows of the same columns; returns those that had no final state before."""
    given = [{**row.values, "call_id": row.call_id} for row in rows]
    if together and len(rows) > 1:
        statement.all(connection, given)
        return rows
    return [
        row for row, values in zip(rows, given, strict=True) if statement.each(connection, [values])
    ]


def _final(connection: Connection, row: Row) -> Mapping[str, Any]:
    if row.final is not None:
        return row.final
    query = select(*(calls.c[name] for name in COLUMNS))
    return dict(connection.execute(query.where(calls.c.id == row.call_id)).mappings().one())
