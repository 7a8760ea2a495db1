"""Calls counted per hour and per day, and indexes for what pages filter by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from usage.histograms import pack
from usage.tally import SUMS, Kind, Series, Tally

revision = "0006"
down_revision = "0005"

_WIDTHS = (3_600_000, 86_400_000)
_AT_ONCE = 1000
_COLUMNS = (
    "started_ms", "provider", "model", "emulated", "state", "billed", "input_tokens",
    "output_tokens", "usage_source", "usage_details", "rate_headers", "time_to_first_token",
    "total_time", "longest_gap", "error_class", "error_code",
)  # fmt: skip
_MYSQL: dict[str, Any] = {"mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}


def upgrade() -> None:
    """A released migration is never changed: what it creates is spelled out here."""
    op.drop_index("calls_by_run", "calls")
    op.drop_index("calls_by_state", "calls")
    for name in ("provider", "state", "run", "tag", "user"):
        op.create_index(f"calls_by_{name}", "calls", [name, "started_ms"])
    sums = op.create_table(
        "rollup_sums",
        *_line(),
        sa.Column("state", sa.String(16), primary_key=True),
        sa.Column("price_class", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("error_class", sa.String(64), primary_key=True),
        sa.Column("error_code", sa.String(64), primary_key=True),
        sa.Column("calls", sa.BigInteger, nullable=False),
        sa.Column("input_tokens", sa.BigInteger, nullable=False),
        sa.Column("output_tokens", sa.BigInteger, nullable=False),
        sa.Column("reasoning_tokens", sa.BigInteger, nullable=False),
        sa.Column("cached_tokens", sa.BigInteger, nullable=False),
        sa.Column("input_tokens_known", sa.BigInteger, nullable=False),
        sa.Column("output_tokens_known", sa.BigInteger, nullable=False),
        sa.Column("reasoning_tokens_known", sa.BigInteger, nullable=False),
        sa.Column("cached_tokens_known", sa.BigInteger, nullable=False),
        sa.Column("waits", sa.BigInteger, nullable=False),
        sa.Column("waited_ms", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
        **_MYSQL,
    )
    spreads = op.create_table(
        "rollup_spreads",
        *_line(),
        sa.Column("answered", sa.BigInteger, nullable=False),
        sa.Column("with_limits", sa.BigInteger, nullable=False),
        sa.Column("times", sa.LargeBinary, nullable=False),
        sa.Column("limits", sa.Text, nullable=False),
        **_MYSQL,
    )
    for tally in _tallies():
        op.bulk_insert(sums, list(_sums(tally)))
        op.bulk_insert(spreads, list(_spreads(tally)))


def _line() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("width_ms", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("start_ms", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("provider", sa.String(64), primary_key=True),
        sa.Column("model", sa.String(128), primary_key=True),
        sa.Column("emulated", sa.Boolean, primary_key=True),
    )


def _tallies() -> list[Tally]:
    """The calls that are there already, counted."""
    tallies = [Tally(width) for width in _WIDTHS]
    kept_as_json = ("usage_details", "rate_headers")
    calls = sa.table(
        "calls", *(sa.column(name, sa.JSON if name in kept_as_json else None) for name in _COLUMNS)
    )
    settled = sa.select(calls).where(calls.c.state.not_in(("reserved", "sent")))
    page = {"yield_per": _AT_ONCE}  # said of the connection, it would hold for what follows, too
    found = op.get_bind().execute(settled, execution_options=page)
    for rows in found.mappings().partitions():
        for tally in tallies:
            tally.count(map(dict, rows))
    return tallies


def _sums(tally: Tally) -> Iterator[dict[str, Any]]:
    for kind, sums in tally.sums.items():
        yield {"width_ms": tally.width_ms, **_key(kind), **dict(zip(SUMS, sums, strict=True))}


def _key(key: Kind | Series) -> dict[str, Any]:
    """What these tables know of it: no call had the name of its key yet."""
    return {name: value for name, value in key._asdict().items() if name != "credential"}


def _spreads(tally: Tally) -> Iterator[dict[str, Any]]:
    for series, spread in tally.spreads.items():
        yield {
            "width_ms": tally.width_ms,
            **_key(series),
            "answered": spread.answered,
            "with_limits": spread.with_limits,
            "times": pack(spread.times),
            "limits": json.dumps(spread.limits),
        }
