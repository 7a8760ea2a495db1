"""The store's database by its URL: SQLite, PostgreSQL and MariaDB, made to behave alike.

On each of them one transaction writes at a time. SQLite has it so; on a server whoever writes
locks the one row of the version's table first. So what a writer reads in its transaction is true
until it commits, whoever else writes, and no two can wait for each other.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError

from backends import redactor
from usage.column_json import to_json
from usage.schema import UNUSABLE, VERSION, StoreTrouble
from usage.unwritable import OtherSchema

# WAL can corrupt a database that two connections checkpoint; fixed in this version.
_WAL_SAFE = (3, 51, 3)
_BUSY_MS = 10_000
# After a machine is gone in the middle of a transaction, others wait this long for its lock.
_SILENT_S = 60

_LOCK = VERSION + " FOR UPDATE"

# One dialect for MariaDB, which knows by the server what it speaks to: the tables' options have its
# name. And the driver that requirements.txt names is meant where none is.
_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
    "mariadb+pymysql": "mysql+pymysql",
}


def connect(url: str) -> Engine:
    """An engine whose transactions write only with the execution option `tunedesk_write`, which is
    the version that the store must have (then `OtherSchema` where it has not), or True for any.

    Raises:
        StoreTrouble: the URL is none, its driver is not installed, or its folder cannot be made.
    """
    try:
        address = make_url(url)
        address = address.set(drivername=_DRIVERS.get(address.drivername, address.drivername))
        # A file does not hang up while nobody asks.
        hangs_up = address.get_backend_name() != "sqlite"
        engine = create_engine(address, json_serializer=to_json, pool_pre_ping=hangs_up)
        redactor.learn(engine.url.password or "")
        if engine.dialect.name == "sqlite" and engine.url.database:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        prepare, begin = _WAYS[engine.dialect.name]
    except (SQLAlchemyError, ImportError, OSError, KeyError):
        # The address may hold a password, so the sentence does not repeat it.
        raise StoreTrouble(UNUSABLE) from None
    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


def version(engine: Engine) -> str | None:
    """The version that the store has now."""
    with engine.connect() as connection:
        found: str | None = connection.exec_driver_sql(VERSION).scalar()
    return found


def compact(engine: Engine) -> None:
    """Give the space of deleted rows back to the disk; servers do so by themselves.

    A store that somebody is busy with stays as large as it is.
    """
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    with closing(connection), suppress(sqlite3.OperationalError):
        connection.cursor().execute("VACUUM")


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    # The driver's own implicit BEGIN is deferred, and a deferred write can fail at once as locked.
    connection.isolation_level = None
    wal = sqlite3.sqlite_version_info >= _WAL_SAFE
    connection.execute("PRAGMA busy_timeout=" + str(_BUSY_MS))
    connection.execute("PRAGMA journal_mode=" + ("WAL" if wal else "TRUNCATE"))
    connection.execute("PRAGMA synchronous=FULL")
    # What is deleted is overwritten, not only forgotten.
    connection.execute("PRAGMA secure_delete=ON")


def _begin_sqlite(connection: Connection) -> None:
    wanted = _writes(connection)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if wanted else "BEGIN")
    if isinstance(wanted, str):
        _compare(connection, VERSION, wanted)


def _prepare_postgresql(connection: Any, _: object) -> None:
    _say(
        connection,
        "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED",
        f"SET lock_timeout = {_BUSY_MS}",
        f"SET idle_in_transaction_session_timeout = {_SILENT_S * 1000}",
    )


def _prepare_mysql(connection: Any, _: object) -> None:
    _say(
        connection,
        # Its default reads what was there when the transaction began.
        "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
        f"SET SESSION innodb_lock_wait_timeout = {max(1, _BUSY_MS // 1000)}",
        f"SET SESSION idle_transaction_timeout = {_SILENT_S}",
    )


def _say(connection: Any, *statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.commit()


def _begin_server(connection: Connection) -> None:
    if wanted := _writes(connection):
        _compare(connection, _LOCK, wanted)


def _compare(connection: Connection, query: str, wanted: str | bool) -> None:
    found = connection.exec_driver_sql(query).scalar()
    if wanted not in (True, found):
        raise OtherSchema


def _writes(connection: Connection) -> str | bool:
    wanted: str | bool = connection.get_execution_options().get("tunedesk_write", False)
    return wanted


_WAYS = {
    "sqlite": (_prepare_sqlite, _begin_sqlite),
    "postgresql": (_prepare_postgresql, _begin_server),
    "mysql": (_prepare_mysql, _begin_server),
}
