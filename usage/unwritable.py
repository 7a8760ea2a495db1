"""Why a store cannot be written at the moment, each reason as its own sentence.

Its codes are SQLite's (https://www.sqlite.org/rescode.html), PostgreSQL's
(https://www.postgresql.org/docs/15/errcodes-appendix.html) and MariaDB's
(https://mariadb.com/kb/en/mariadb-error-code-reference/).
"""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

from backends import NotRecorded, Words

FULL = Words(
    "磁盘已满，这次提问没有记录，所以没有发送。请清理磁盘空间后重试。",
    "The disk is full, so the question was not recorded and not sent. Free some space, then retry.",
)
_LOCKED = Words(
    "数据库正被其他程序占用，这次提问没有记录，所以没有发送。请关闭那个程序后重试。",
    "Another program holds the store, so the question was not recorded and not sent. "
    "Close that program, then retry.",
)
_READ_ONLY = Words(
    "数据库是只读的，可以查看历史，但提问无法记录，所以没有发送。请改权限，或另设 TUNEDESK_DB。",
    "The store is read-only: its history can be seen, but the question was not recorded and not "
    "sent. Change its permissions, or point TUNEDESK_DB elsewhere.",
)
_SENTENCES = {
    "SQLITE_FULL": FULL,
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_READONLY": _READ_ONLY,
    "53100": FULL,
    "55P03": _LOCKED,
    "25006": _READ_ONLY,
    "1021": FULL,
    "1205": _LOCKED,
    "1290": _READ_ONLY,
}


# What was done is undone, and the same again may succeed: PostgreSQL's serialization_failure and
# deadlock_detected, MariaDB's ER_LOCK_DEADLOCK and ER_CHECKREAD.
_AGAIN = frozenset({"40001", "40P01", "1213", "1020"})


def is_full(trouble: BaseException) -> bool:
    """Whether the disk has no room left."""
    return _SENTENCES.get(_code(trouble)) is FULL


def worth_again(trouble: BaseException) -> bool:
    """Whether a transaction failed only for what another one did at the same time."""
    return _code(trouble) in _AGAIN


def sentence(trouble: BaseException) -> Words:
    """Why a call could not be recorded."""
    return _SENTENCES.get(_code(trouble), NotRecorded.default)


def _code(trouble: BaseException) -> str:
    """The database's own code; of SQLite's name without what follows after the second word."""
    original = trouble.orig if isinstance(trouble, DBAPIError) else trouble
    if original is None:
        return ""
    if name := getattr(original, "sqlite_errorname", ""):
        return "_".join(name.split("_")[:2])
    # MariaDB's number says more than its SQLSTATE, which it has, too.
    number = next(iter(original.args), None)
    return str(number if isinstance(number, int) else getattr(original, "sqlstate", ""))
