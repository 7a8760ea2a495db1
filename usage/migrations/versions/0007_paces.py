"""What is known of providers' limits, and how long each call waited for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """A released migration is never changed: what it creates is spelled out here."""
    op.add_column("calls", sa.Column("waited", sa.Double))
    op.create_table(
        "paces",
        sa.Column("provider", sa.String(64), primary_key=True),
        sa.Column("model", sa.String(128), primary_key=True),
        sa.Column("credential", sa.String(32), primary_key=True),
        sa.Column("state", sa.JSON, nullable=False),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
        mysql_charset="utf8mb4",
    )


def downgrade() -> None:
    """A store is only ever brought forward."""
    raise NotImplementedError
