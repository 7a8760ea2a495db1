"""Pictures and recordings, functions asked for, and what else an answer reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import LONGBLOB

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """A released migration is never changed: what it creates is spelled out here."""
    op.create_table(
        "attachments",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column(
            "data", sa.LargeBinary().with_variant(LONGBLOB(), "mysql", "mariadb"), nullable=False
        ),
        mysql_charset="utf8mb4",
    )
    op.add_column("calls", sa.Column("left_out", sa.Integer, nullable=False, server_default="0"))
    op.add_column("calls", sa.Column("tool_calls", sa.JSON))
    op.add_column("calls", sa.Column("served_model", sa.String(128)))
    op.add_column("calls", sa.Column("extras", sa.JSON))


def downgrade() -> None:
    """A store is only ever brought forward."""
    raise NotImplementedError
