"""Bringing a store to the present schema, safely when both apps start at once."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from filelock import FileLock
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from backends import Words
from usage.trouble import Trouble

VERSION_TABLE = "tunedesk_version"

UNUSABLE = Words(
    "数据库地址不可用（格式、驱动、目录或权限有误）。请检查 TUNEDESK_DB 和数据目录。",
    "The store's address is not usable (its form, driver, folder or permissions). "
    "Check TUNEDESK_DB and the data folder.",
)


class StoreTrouble(Trouble):
    """The store cannot be used; `message` says why and what to do."""


def upgrade(engine: Engine) -> None:
    """Create or migrate the tables.

    Raises:
        StoreTrouble: the store is unreachable, unreadable, or written by a newer Tunedesk.
    """
    where = engine.url.render_as_string(hide_password=True)
    name = hashlib.sha256(where.encode()).hexdigest()[:16]
    # Two processes migrating at once crash each other, so a lock of this machine comes first.
    lock = FileLock(Path(tempfile.gettempdir()) / f"tunedesk-{name}.lock")
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    try:
        with lock, engine.connect().execution_options(tunedesk_write=True) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError:
        raise StoreTrouble(
            Words(
                f"数据库 {where} 由更新版本的调参台写成。"
                "请升级调参台，或用 TUNEDESK_DB 指向另一个库。",
                f"The store {where} was written by a newer Tunedesk. Upgrade Tunedesk, or point "
                "TUNEDESK_DB elsewhere.",
            )
        ) from None
    except DatabaseError:
        raise StoreTrouble(
            Words(
                f"无法打开数据库 {where}。请检查文件权限和内容，或用 TUNEDESK_DB 指向另一个库。",
                f"The store {where} cannot be opened. Check the file and its permissions, or point "
                "TUNEDESK_DB elsewhere.",
            )
        ) from None
    except (SQLAlchemyError, OSError):
        raise StoreTrouble(UNUSABLE) from None
