"""Bringing a store to the present schema, safely when both apps start at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from filelock import FileLock
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from backends import Words
from usage.trouble import Trouble
from usage.unwritable import damaged, unopened

VERSION_TABLE = "tunedesk_version"
VERSION = "SELECT version_num FROM " + VERSION_TABLE

# Seconds for which another process may be bringing the same store forward.
_PATIENCE = 600
# Bytes; 32 MiB take a tenth of a second.
_LOOKED_THROUGH = 32 << 20
# Held by a session, so that a statement which commits by itself, as MariaDB's DDL does, keeps it.
# The names of MariaDB's locks are the whole server's.
_SERVER_LOCK = {
    "postgresql": (
        f"SET lock_timeout = '{_PATIENCE}s'",
        "SELECT 1 FROM (SELECT pg_advisory_lock(hashtext('tunedesk'))) AS held",
    ),
    "mysql": (f"SELECT GET_LOCK(CONCAT('tunedesk.', MD5(DATABASE())), {_PATIENCE})",),
}

UNUSABLE = Words(
    "数据库地址不可用（格式、驱动、目录或权限有误）。请检查 TUNEDESK_DB 和数据目录。",
    "The store's address is not usable (its form, driver, folder or permissions). "
    "Check TUNEDESK_DB and the data folder.",
)
_BUSY = Words(
    "另一个进程正在升级数据库，十分钟内没有完成。请等它完成后再启动。",
    "Another process is bringing the store to the present schema and has not come to an end in "
    "ten minutes. Start again when it has.",
)


class StoreTrouble(Trouble):
    """The store cannot be used; `message` says why and what to do."""


def upgrade(engine: Engine) -> str:
    """Create or migrate the tables; returns the version that they have then.

    Raises:
        StoreTrouble: the store is unreachable, unreadable, or written by a newer Tunedesk.
    """
    # Of the address only what cannot hold a password.
    where = engine.url.set(query={}).render_as_string(hide_password=True)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    try:
        with _alone(engine), _writing(engine).begin() as connection:
            config.attributes["connection"] = connection
            _look_through(connection, where)
            command.upgrade(config, "head")
            return str(connection.exec_driver_sql(VERSION).scalar_one())
    except CommandError:
        raise StoreTrouble(
            Words(
                f"数据库 {where} 由更新版本的调参台写成。"
                "请升级调参台，或用 TUNEDESK_DB 指向另一个库。",
                f"The store {where} was written by a newer Tunedesk. Upgrade Tunedesk, or point "
                "TUNEDESK_DB elsewhere.",
            )
        ) from None
    except DatabaseError as trouble:
        raise StoreTrouble(unopened(trouble, where) or _not_opened(engine, where)) from None
    except (SQLAlchemyError, OSError):
        raise StoreTrouble(UNUSABLE) from None


def _look_through(connection: Connection, where: str) -> None:
    """A file that is damaged anywhere is not written to. In a large one it is told when what is
    damaged is read, for looking takes seconds."""
    path = connection.engine.url.database
    if connection.dialect.name != "sqlite" or path in (None, "", ":memory:"):
        return
    if Path(path).stat().st_size > _LOOKED_THROUGH:
        return
    if connection.execute(text("PRAGMA quick_check(1)")).scalar() != "ok":
        raise StoreTrouble(damaged(where))


def _writing(engine: Engine) -> Engine:
    """With the lock that writers take, so that none of them and the migration wait for each other;
    on a server an empty store has none yet."""
    locks = engine.dialect.name == "sqlite" or inspect(engine).has_table(VERSION_TABLE)
    return engine.execution_options(tunedesk_write=locks)


def _alone(engine: Engine) -> AbstractContextManager[None]:
    """Two processes that migrate at once crash each other, so whoever comes second waits."""
    path = engine.url.database
    if engine.dialect.name != "sqlite":
        return _alone_on_server(engine)
    return nullcontext() if path in (None, "", ":memory:") else _alone_at(Path(f"{path}.lock"))


@contextmanager
def _alone_at(path: Path) -> Iterator[None]:
    # Beside the file, so that every way to write its path leads to the same lock.
    lock = FileLock(path.resolve(), timeout=_PATIENCE)
    try:
        lock.acquire()
    except TimeoutError:
        raise StoreTrouble(_BUSY) from None
    except OSError:
        yield  # what nobody can write is only read
        return
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _alone_on_server(engine: Engine) -> Iterator[None]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # It is closed in the end, not given back: what it holds and its patience go with it.
        connection.detach()
        held = [connection.execute(text(one)) for one in _SERVER_LOCK[engine.dialect.name]]
        if held[-1].scalar() != 1:
            raise StoreTrouble(_BUSY)
        yield


def _not_opened(engine: Engine, where: str) -> Words:
    if engine.dialect.name == "sqlite":
        return Words(
            f"无法打开数据库 {where}。请检查文件权限和内容，或用 TUNEDESK_DB 指向另一个库。",
            f"The store {where} cannot be opened. Check the file and its permissions, or point "
            "TUNEDESK_DB elsewhere.",
        )
    return Words(
        f"无法打开数据库 {where}。请检查服务器是否在运行、库是否存在、用户和密码是否正确。",
        f"The store {where} cannot be opened. Check that its server runs, that the database "
        "exists, and the user and password in TUNEDESK_DB.",
    )
