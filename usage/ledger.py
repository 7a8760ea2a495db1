"""The store: every call is a row, durable before its first byte leaves.

One writer thread per process commits what has gathered as one transaction; `open` and `close`
return when theirs is on disk. Settling is guarded by the state, so it happens once.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Select,
    create_engine,
    event,
    insert,
    make_url,
    select,
    update,
)

from backends import OPEN_STATES, Call
from usage.rows import to_call, to_row
from usage.schema import upgrade
from usage.tables import calls

Write = Callable[[Connection], None]

# WAL can corrupt a database that two connections checkpoint; fixed in this version.
_WAL_SAFE = (3, 51, 3)
_MOST_IN_BATCH = 500


class Store:
    """Calls on record, in the database at an SQLAlchemy URL. Usable from any thread."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self._engine = _engine(url)
        upgrade(self._engine)
        self._writes: queue.SimpleQueue[tuple[Write, Future[None]] | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write_all, name="tunedesk-store", daemon=True)
        self._writer.start()

    def open(self, call: Call) -> None:
        """Record a call about to be made; returns when the row is durable."""
        row = to_row(call)
        self._durably(lambda connection: _run(connection, insert(calls), row))

    def close(self, call: Call) -> None:
        """Record its final state. A row that has one already stays as it is."""
        row = to_row(call)
        settle = update(calls).where(calls.c.id == call.id, calls.c.state.in_(OPEN_STATES))
        self._durably(lambda connection: _run(connection, settle.values(row), None))

    def find(self, call_id: str) -> Call | None:
        """One call by its id."""
        found = self.rows(select(calls).where(calls.c.id == call_id))
        return to_call(found[0]) if found else None

    def each(self) -> Iterator[Call]:
        """Every call, oldest first, read a few at a time."""
        with self._reading() as connection:
            result = connection.execution_options(yield_per=200).execute(
                select(calls).order_by(calls.c.started_ms, calls.c.id)
            )
            for row in result.mappings():
                yield to_call(dict(row))

    def rows(self, query: Select[*tuple[Any, ...]]) -> Sequence[Mapping[str, Any]]:
        """The rows of a query over `usage.tables`."""
        with self._reading() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def shut(self) -> None:
        """Commit what is waiting and let go of the database; a second time does nothing."""
        if not self._writer.is_alive():
            return
        self._writes.put(None)
        self._writer.join(timeout=10)
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._engine.connect() as connection:
            yield connection

    def _durably(self, write: Write) -> None:
        done: Future[None] = Future()
        self._writes.put((write, done))
        done.result()

    def _write_all(self) -> None:
        while (first := self._writes.get()) is not None:
            batch, last = [first], False
            while len(batch) < _MOST_IN_BATCH and not self._writes.empty():
                waiting = self._writes.get()
                if waiting is None:
                    last = True
                    break
                batch.append(waiting)
            self._commit(batch)
            if last:
                return

    def _commit(self, batch: list[tuple[Write, Future[None]]]) -> None:
        """All of a batch in one transaction; if that fails, each in its own."""
        trouble = self._try([write for write, _ in batch])
        for write, done in batch:
            own = trouble and (self._try([write]) if len(batch) > 1 else trouble)
            if own is None:
                done.set_result(None)
            else:
                done.set_exception(own)

    def _try(self, writes: list[Write]) -> Exception | None:
        try:
            engine = self._engine.execution_options(tunedesk_write=True)
            with engine.begin() as connection:
                for write in writes:
                    write(connection)
        except Exception as exc:  # noqa: BLE001 - handed to the caller who is waiting for it
            return exc
        return None


def _run(connection: Connection, statement: Any, row: Mapping[str, Any] | None) -> None:
    connection.execute(statement, row)


def _engine(url: str) -> Engine:
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        if engine.url.database:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    # The driver's own implicit BEGIN is deferred, and a deferred write can fail at once as locked.
    connection.isolation_level = None
    journal = "WAL" if sqlite3.sqlite_version_info >= _WAL_SAFE else "TRUNCATE"
    connection.execute("PRAGMA busy_timeout=10000")
    connection.execute(f"PRAGMA journal_mode={journal}")
    connection.execute("PRAGMA synchronous=FULL")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("tunedesk_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
