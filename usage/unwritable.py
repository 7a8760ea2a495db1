"""Why a store cannot be written, read or opened, each reason as its own sentence.

Its codes are SQLite's (https://www.sqlite.org/rescode.html), PostgreSQL's
(https://www.postgresql.org/docs/15/errcodes-appendix.html) and MariaDB's
(https://mariadb.com/kb/en/mariadb-error-code-reference/).
"""

from __future__ import annotations

from typing import Final, Literal

from sqlalchemy.exc import DBAPIError, OperationalError

from backends import NotRead, NotRecorded, Words

Reason = Literal["full", "locked", "read-only", "damaged", "other schema"]
_REASONS: Final[dict[str, Reason]] = {
    "SQLITE_FULL": "full",
    "SQLITE_BUSY": "locked",
    "SQLITE_LOCKED": "locked",
    "SQLITE_READONLY": "read-only",
    "SQLITE_CORRUPT": "damaged",
    "SQLITE_NOTADB": "damaged",
    "53100": "full",
    "55P03": "locked",
    "25006": "read-only",
    "XX001": "damaged",
    "XX002": "damaged",
    "1021": "full",
    "1205": "locked",
    "1290": "read-only",
    "126": "damaged",
    "1712": "damaged",
}
FULL = Words(
    "磁盘已满，这次提问没有记录，所以没有发送。请清理磁盘空间后重试。",
    "The disk is full, so the question was not recorded and not sent. Free some space, then retry.",
)
_CALLS: Final[dict[Reason, Words]] = {
    "full": FULL,
    "locked": Words(
        "数据库正被其他程序占用，这次提问没有记录，所以没有发送。请关闭那个程序后重试。",
        "Another program holds the store, so the question was not recorded and not sent. "
        "Close that program, then retry.",
    ),
    "read-only": Words(
        "数据库是只读的，可以查看历史，但提问无法记录，所以没有发送。"
        "请改权限，或另设 TUNEDESK_DB。",
        "The store is read-only: its history can be seen, but the question was not recorded and "
        "not sent. Change its permissions, or point TUNEDESK_DB elsewhere.",
    ),
    "damaged": Words(
        "数据库已损坏，这次提问没有记录，所以没有发送。请停止调参台，把库移到别处保留，"
        "再恢复备份或启动以新建一个。",
        "The store is damaged, so the question was not recorded and not sent. Stop Tunedesk, move "
        "the store elsewhere and keep it, then restore a backup or start for a new one.",
    ),
    "other schema": Words(
        "另一个版本的调参台改了数据库的结构，这次提问没有记录，所以没有发送。"
        "请升级到那个版本并重新启动；正在进行的回答会保留。",
        "Another version of Tunedesk has changed the store's schema, so the question was not "
        "recorded and not sent. Upgrade to that version and start again; answers under way are "
        "kept.",
    ),
}
_WRITES: Final[dict[Reason, Words]] = {
    "full": Words(
        "磁盘已满，未能记录。请清理磁盘空间后重试。",
        "The disk is full, so nothing was recorded. Free some space, then retry.",
    ),
    "locked": Words(
        "数据库正被其他程序占用，未能记录。请关闭那个程序后重试。",
        "Another program holds the store, so nothing was recorded. Close that program, then retry.",
    ),
    "read-only": Words(
        "数据库是只读的，未能记录。请改权限，或另设 TUNEDESK_DB。",
        "The store is read-only, so nothing was recorded. Change its permissions, or point "
        "TUNEDESK_DB elsewhere.",
    ),
    "damaged": Words(
        "数据库已损坏，未能记录。请停止调参台，把库移到别处保留，再恢复备份或启动以新建一个。",
        "The store is damaged, so nothing was recorded. Stop Tunedesk, move the store elsewhere "
        "and keep it, then restore a backup or start for a new one.",
    ),
    "other schema": Words(
        "另一个版本的调参台改了数据库的结构，未能记录。请升级到那个版本并重新启动。",
        "Another version of Tunedesk has changed the store's schema, so nothing was recorded. "
        "Upgrade to that version and start again.",
    ),
}
_NOTHING = Words(
    "数据库无法写入，未能记录。请检查数据目录后重试。",
    "The store cannot be written, so nothing was recorded. Check the data folder, then retry.",
)
CROWDED = Words(
    "同时读取数据库的请求太多。请稍后再试。",
    "Too many are reading the store at once. Try again a little later.",
)
_READS: Final[dict[Reason, Words]] = {
    "locked": Words(
        "数据库正被其他程序占用，暂时无法读取。请关闭那个程序后重试。",
        "Another program holds the store, so it cannot be read. Close that program, then retry.",
    ),
    "damaged": Words(
        "数据库已损坏，无法读取。请停止调参台，把库移到别处保留，再恢复备份或启动以新建一个。",
        "The store is damaged and cannot be read. Stop Tunedesk, move the store elsewhere and keep "
        "it, then restore a backup or start for a new one.",
    ),
    "other schema": Words(
        "另一个版本的调参台改了数据库的结构，这里读不了。请升级到那个版本并重新启动。",
        "Another version of Tunedesk has changed the store's schema, so it cannot be read here. "
        "Upgrade to that version and start again.",
    ),
}
_STARTS: Final[dict[Reason, Words]] = {
    "full": Words(
        "磁盘已满，数据库 {where} 无法升级。请清理磁盘空间后再启动。",
        "The disk is full, so the store {where} cannot be brought to the present schema. "
        "Free some space, then start again.",
    ),
    "locked": Words(
        "数据库 {where} 正被其他程序占用。请关闭那个程序后再启动。",
        "Another program holds the store {where}. Close that program, then start again.",
    ),
    "read-only": Words(
        "数据库 {where} 是只读的，而它需要升级。请改权限，或另设 TUNEDESK_DB。",
        "The store {where} is read-only and has to be brought to the present schema. Change its "
        "permissions, or point TUNEDESK_DB elsewhere.",
    ),
    "damaged": Words(
        "数据库 {where} 已损坏，或不是数据库。请把它移到别处保留，再恢复备份或启动以新建一个，"
        "或另设 TUNEDESK_DB。",
        "The store {where} is damaged, or is no database. Move it elsewhere and keep it, then "
        "restore a backup or start for a new one; or point TUNEDESK_DB elsewhere.",
    ),
}


# What was done is undone, and the same again may succeed: PostgreSQL's serialization_failure and
# deadlock_detected, MariaDB's ER_LOCK_DEADLOCK and ER_CHECKREAD.
_AGAIN = frozenset({"40001", "40P01", "1213", "1020"})


class OtherSchema(OperationalError):
    """Another process has brought the store to a schema that is not this one's."""

    def __init__(self) -> None:
        super().__init__(None, None, Exception("other schema"))


def is_full(trouble: BaseException) -> bool:
    """Whether the disk has no room left."""
    return _reason(trouble) == "full"


def worth_again(trouble: BaseException) -> bool:
    """Whether a transaction failed only for what another one did at the same time."""
    return _code(trouble) in _AGAIN


def is_explained(trouble: BaseException) -> bool:
    """Whether its code says why."""
    return _reason(trouble) is not None


def is_out_of_order(trouble: BaseException) -> bool:
    """Whether it is the store that fails, and not what it was asked for."""
    return isinstance(trouble, OperationalError) or _reason(trouble) == "damaged"


def sentence(trouble: BaseException) -> Words:
    """Why a call could not be recorded."""
    return _of(_CALLS, trouble) or NotRecorded.default


def unwritten(trouble: BaseException) -> Words:
    """Why something else could not be recorded."""
    return _of(_WRITES, trouble) or _NOTHING


def unread(trouble: BaseException) -> Words:
    """Why something could not be read."""
    return _of(_READS, trouble) or NotRead.default


def unopened(trouble: BaseException, where: str) -> Words | None:
    """Why the store at `where` could not be opened; None where its code does not say."""
    found = _of(_STARTS, trouble)
    return found and found.whole(where=where)


def damaged(where: str) -> Words:
    """What is said of a store that was looked through and is not whole."""
    return _STARTS["damaged"].whole(where=where)


def _of(sentences: dict[Reason, Words], trouble: BaseException) -> Words | None:
    reason = _reason(trouble)
    return None if reason is None else sentences.get(reason)


def _reason(trouble: BaseException) -> Reason | None:
    if isinstance(trouble, OtherSchema):
        return "other schema"
    return _REASONS.get(_code(trouble))


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
