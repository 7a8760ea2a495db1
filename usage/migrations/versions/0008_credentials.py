"""The name of each call's key, and rollups that tell keys apart."""

from __future__ import annotations

import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_MYSQL: dict[str, Any] = {"mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}


def upgrade() -> None:
    """A released migration is never changed: what it creates is spelled out here."""
    op.add_column("calls", sa.Column("credential", sa.String(32)))
    _with_credential(
        "rollup_sums",
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
    )
    _with_credential(
        "rollup_spreads",
        sa.Column("answered", sa.BigInteger, nullable=False),
        sa.Column("with_limits", sa.BigInteger, nullable=False),
        sa.Column("times", sa.LargeBinary, nullable=False),
        sa.Column("limits", sa.Text, nullable=False),
    )
    # Under hashes without a salt; limits are found anew under the names of today.
    op.execute(sa.delete(sa.table("paces")))
    facts = op.create_table(
        "facts",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("value", sa.String(64), nullable=False),
        mysql_charset="utf8mb4",
    )
    # Last, so that on MariaDB, too, it is there together with the version, or not at all.
    op.bulk_insert(facts, [{"name": "salt", "value": secrets.token_hex(16)}])


def _with_credential(name: str, *columns: sa.Column[Any], **options: Any) -> None:
    """Make a table of rollups anew with the key of old calls unknown, its rows kept.

    On MariaDB what a migration that was cut off has done is left as it is.
    """
    there, fresh = sa.inspect(op.get_bind()), f"{name}_by_key"
    old = [each["name"] for each in there.get_columns(name)] if there.has_table(name) else []
    if "credential" in old:
        return
    if old:
        made = op.create_table(fresh, *_line(), *columns, **_MYSQL, **options)
        kept = sa.table(name, *map(sa.column, old))
        op.execute(sa.delete(made))
        op.execute(
            sa.insert(made).from_select(
                [*old, "credential"], sa.select(*kept.c, sa.literal_column("''"))
            )
        )
        op.drop_table(name)
    op.rename_table(fresh, name)


def _line() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("width_ms", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("start_ms", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("provider", sa.String(64), primary_key=True),
        sa.Column("model", sa.String(128), primary_key=True),
        sa.Column("emulated", sa.Boolean, primary_key=True),
        sa.Column("credential", sa.String(32), primary_key=True),
    )


def downgrade() -> None:
    """A store is only ever brought forward."""
    raise NotImplementedError
