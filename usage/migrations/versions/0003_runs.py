"""Studies and batches with their cells, votes, and which cell of a run a call is for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import LONGTEXT

revision = "0003"
down_revision = "0002"

_LONG = sa.Text().with_variant(LONGTEXT(), "mysql", "mariadb")


def upgrade() -> None:
    """A released migration is never changed: what it creates is spelled out here."""
    op.add_column("calls", sa.Column("cell", sa.Integer))
    op.create_table(
        "runs",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("user", sa.String(128)),
        sa.Column("wanted", sa.String(16), nullable=False),
        sa.Column("plan", sa.JSON, nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("events", sa.JSON, nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("lease_ms", sa.BigInteger),
        mysql_charset="utf8mb4",
    )
    op.create_index("runs_by_time", "runs", ["created_ms"])
    op.create_table(
        "prompts",
        sa.Column("run", sa.String(32), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("text", _LONG, nullable=False),
        sa.Column("reference", _LONG),
        sa.Column("columns", sa.JSON, nullable=False),
        mysql_charset="utf8mb4",
    )
    op.create_index("prompts_by_id", "prompts", ["run", "id"])
    op.create_table(
        "cells",
        sa.Column("run", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("prompt_id", sa.String(128), nullable=False),
        sa.Column("setting", sa.Integer, nullable=False),
        sa.Column("repeat", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("lease_ms", sa.BigInteger),
        sa.Column("call_id", sa.String(32)),
        sa.Column("outcome", sa.String(16)),
        sa.Column("scores", sa.JSON, nullable=False),
        mysql_charset="utf8mb4",
    )
    op.create_index("cells_by_state", "cells", ["run", "state", "number"])
    op.create_table(
        "votes",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("user", sa.String(128)),
        sa.Column("left_call", sa.String(32), nullable=False),
        sa.Column("right_call", sa.String(32), nullable=False),
        sa.Column("left_label", _LONG, nullable=False),
        sa.Column("right_label", _LONG, nullable=False),
        sa.Column("winner", sa.String(16), nullable=False),
        sa.Column("blind", sa.Boolean, nullable=False),
        sa.Column("emulated", sa.Boolean, nullable=False),
        mysql_charset="utf8mb4",
    )
    op.create_index("votes_by_time", "votes", ["created_ms"])


def downgrade() -> None:
    """A store is only ever brought forward."""
    raise NotImplementedError
