"""Whose an open call is, so that those of a process that died are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """A released migration is never changed: what it creates is spelled out here."""
    op.add_column("calls", sa.Column("owner", sa.String(64)))
    op.create_index("calls_by_state", "calls", ["state"])
    op.create_table(
        "owners",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("lease_ms", sa.BigInteger, nullable=False),
        mysql_charset="utf8mb4",
    )


def downgrade() -> None:
    """A store is only ever brought forward."""
    raise NotImplementedError
