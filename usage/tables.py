"""The store's tables. Portable: SQLite, PostgreSQL and MariaDB read the same definition."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.mysql import LONGBLOB, LONGTEXT
from sqlalchemy.engine import Dialect

from backends import encodes, redactor
from usage.tally import SUMS

metadata = MetaData()


def is_sound(text: str) -> bool:
    """Whether every database takes a text as it is: it has no lone surrogate, and no NUL, which may
    be written as JSON does."""
    return encodes(text) and "\0" not in text and "\\u0000" not in text


def sound(text: str) -> str:
    """A text as every database takes it: lone surrogates and NUL are escaped."""
    if not encodes(text):
        text = text.encode("utf-8", "backslashreplace").decode()
    return text.replace("\0", "\\x00")


class CleanText(TypeDecorator[str]):
    """Text of any length, from which every known secret is taken when it is written, and what a
    database would refuse is escaped."""

    # MySQL's TEXT ends at 64 kB, an answer may not.
    impl = Text().with_variant(LONGTEXT(), "mysql")
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """What is written in place of a value."""
        return None if value is None else sound(redactor.clean(value))


class CleanName(TypeDecorator[str]):
    """A short text that somebody typed, as clean as `CleanText`.

    What is longer than its column is cut, as SQLite alone would not do; where that matters it is
    refused before.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """What is written in place of a value."""
        return None if value is None else sound(redactor.clean(value))[: self.length]


LongText = CleanText()

# What a page filters by is found newest first without looking at all calls.
_FILTERED = ("provider", "state", "run", "tag", "user")

calls = Table(
    "calls",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("attempt", Integer, nullable=False),
    Column("retry_of", String(32)),
    # Milliseconds since the epoch, UTC: a plain FLOAT is single precision on MySQL.
    Column("started_ms", BigInteger, nullable=False),
    Column("provider", String(64), nullable=False),
    Column("model", String(128), nullable=False),
    Column("emulated", Boolean, nullable=False),
    # The name of the key, never the key: backends/keynames.py.
    Column("credential", String(32)),
    Column("state", String(16), nullable=False),
    Column("billed", String(16), nullable=False),
    Column("phase", String(16), nullable=False),
    Column("user", String(128)),
    Column("tag", String(128)),
    Column("run", String(64)),
    Column("stream", Boolean, nullable=False),
    Column("system", LongText, nullable=False),
    Column("messages", JSON, nullable=False),
    Column("params", JSON, nullable=False),
    Column("text", LongText, nullable=False),
    Column("reasoning", LongText, nullable=False),
    Column("finish_reason", String(64)),
    Column("input_tokens", BigInteger),
    Column("output_tokens", BigInteger),
    Column("total_tokens", BigInteger),
    Column("usage_source", String(16)),
    Column("usage_details", JSON(none_as_null=True)),
    Column("limit_requests", BigInteger),
    Column("remaining_requests", BigInteger),
    Column("limit_tokens", BigInteger),
    Column("remaining_tokens", BigInteger),
    Column("rate_headers", JSON(none_as_null=True)),
    Column("time_to_first_token", Double),
    Column("total_time", Double),
    Column("longest_gap", Double),
    Column("waited", Double),
    Column("error_class", String(64)),
    Column("error_code", String(64)),
    Column("error", JSON(none_as_null=True)),
    Column("request_id", String(128)),
    Column("request", JSON(none_as_null=True)),
    Column("logprobs", JSON(none_as_null=True)),
    Column("left_out", Integer, nullable=False, server_default="0"),
    Column("tool_calls", JSON(none_as_null=True)),
    Column("served_model", String(128)),
    Column("extras", JSON(none_as_null=True)),
    Column("cell", Integer),
    Column("chunks", JSON(none_as_null=True)),
    # Whose an open call is, of `owners`.
    Column("owner", String(64)),
    Index("calls_by_time", "started_ms"),
    *(Index(f"calls_by_{name}", name, "started_ms") for name in _FILTERED),
    mysql_charset="utf8mb4",
)

# The processes that have this store open, and until when in milliseconds of the epoch that holds.
owners = Table(
    "owners",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("lease_ms", BigInteger, nullable=False),
    mysql_charset="utf8mb4",
)

# The bytes of pictures and recordings, once each however many calls they went with.
attachments = Table(
    "attachments",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("data", LargeBinary().with_variant(LONGBLOB(), "mysql", "mariadb"), nullable=False),
    mysql_charset="utf8mb4",
)

# What needs many calls: a study or a batch, as planned, and what became of it on the way.
runs = Table(
    "runs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", CleanName(255), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("user", CleanName(128)),
    Column("wanted", String(16), nullable=False),
    Column("plan", JSON, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("events", JSON, nullable=False),
    # Who decides what follows, for as long as its lease holds.
    Column("owner", String(64)),
    Column("lease_ms", BigInteger),
    Index("runs_by_time", "created_ms"),
    mysql_charset="utf8mb4",
)

# The questions of a run, in order; a table of 10,000 rows is 10,000 of them.
prompts = Table(
    "prompts",
    metadata,
    Column("run", String(32), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("id", CleanName(128), nullable=False),
    Column("text", LongText, nullable=False),
    Column("reference", LongText),
    Column("columns", JSON, nullable=False),
    Index("prompts_by_id", "run", "id"),
    mysql_charset="utf8mb4",
)

# The calls that a run needs. Who works at one holds a lease on it, in milliseconds of the epoch.
cells = Table(
    "cells",
    metadata,
    Column("run", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("stage", String(16), nullable=False),
    Column("prompt_id", CleanName(128), nullable=False),
    Column("setting", Integer, nullable=False),
    Column("repeat", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("owner", String(64)),
    Column("lease_ms", BigInteger),
    Column("call_id", String(32)),
    Column("outcome", String(16)),
    Column("scores", JSON, nullable=False),
    Index("cells_by_state", "run", "state", "number"),
    mysql_charset="utf8mb4",
)

# Which of two answers somebody found better, and whether their names were hidden until then.
votes = Table(
    "votes",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("created_ms", BigInteger, nullable=False),
    Column("user", CleanName(128)),
    Column("left_call", String(32), nullable=False),
    Column("right_call", String(32), nullable=False),
    Column("left_label", LongText, nullable=False),
    Column("right_label", LongText, nullable=False),
    Column("winner", String(16), nullable=False),
    Column("blind", Boolean, nullable=False),
    Column("emulated", Boolean, nullable=False),
    Index("votes_by_time", "created_ms"),
    mysql_charset="utf8mb4",
)

# Calls counted per hour and per day (`width_ms`), by line, outcome and price class, for the pages:
# see usage/tally.py. A text key that has no value is empty, since a key's part is never null.
rollup_sums = Table(
    "rollup_sums",
    metadata,
    Column("width_ms", Integer, primary_key=True, autoincrement=False),
    Column("start_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("provider", String(64), primary_key=True),
    Column("model", String(128), primary_key=True),
    Column("emulated", Boolean, primary_key=True),
    Column("credential", String(32), primary_key=True),
    Column("state", String(16), primary_key=True),
    Column("price_class", Integer, primary_key=True, autoincrement=False),
    Column("error_class", String(64), primary_key=True),
    Column("error_code", String(64), primary_key=True),
    *(Column(name, BigInteger, nullable=False) for name in SUMS),
    mysql_charset="utf8mb4",
    mysql_collate="utf8mb4_bin",
    sqlite_with_rowid=False,
)

# How long their answers took, and what limit headers said. Histograms: usage/histograms.py.
rollup_spreads = Table(
    "rollup_spreads",
    metadata,
    Column("width_ms", Integer, primary_key=True, autoincrement=False),
    Column("start_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("provider", String(64), primary_key=True),
    Column("model", String(128), primary_key=True),
    Column("emulated", Boolean, primary_key=True),
    Column("credential", String(32), primary_key=True),
    Column("answered", BigInteger, nullable=False),
    Column("with_limits", BigInteger, nullable=False),
    Column("times", LargeBinary, nullable=False),
    Column("limits", Text, nullable=False),
    mysql_charset="utf8mb4",
    mysql_collate="utf8mb4_bin",
)

# What is known of a provider's limits under one key, of which only the name stands here.
paces = Table(
    "paces",
    metadata,
    Column("provider", String(64), primary_key=True),
    Column("model", String(128), primary_key=True),
    Column("credential", String(32), primary_key=True),
    Column("state", JSON, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
    mysql_charset="utf8mb4",
)

# What holds for this store alone: the salt of the names of keys, in hexadecimal.
facts = Table(
    "facts",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", String(64), nullable=False),
    mysql_charset="utf8mb4",
)
