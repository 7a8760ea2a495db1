"""The first table: calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import LONGTEXT

revision = "0001"
down_revision = None

_TEXT = sa.Text().with_variant(LONGTEXT(), "mysql", "mariadb")
_TOKENS = ("input_tokens", "output_tokens", "total_tokens")
_LIMITS = ("limit_requests", "remaining_requests", "limit_tokens", "remaining_tokens")


def upgrade() -> None:
    """A released migration is never changed: what it creates is spelled out here."""
    op.create_table(
        "calls",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("retry_of", sa.String(32)),
        sa.Column("started_ms", sa.BigInteger, nullable=False),
        sa.Column("provider", sa.String(64), nullable=False),
        sa.Column("model", sa.String(128), nullable=False),
        sa.Column("emulated", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("billed", sa.String(16), nullable=False),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("user", sa.String(128)),
        sa.Column("tag", sa.String(128)),
        sa.Column("run", sa.String(64)),
        sa.Column("stream", sa.Boolean, nullable=False),
        sa.Column("system", _TEXT, nullable=False),
        sa.Column("messages", sa.JSON, nullable=False),
        sa.Column("params", sa.JSON, nullable=False),
        sa.Column("text", _TEXT, nullable=False),
        sa.Column("reasoning", _TEXT, nullable=False),
        sa.Column("finish_reason", sa.String(64)),
        *(sa.Column(name, sa.BigInteger) for name in _TOKENS),
        sa.Column("usage_source", sa.String(16)),
        sa.Column("usage_details", sa.JSON),
        *(sa.Column(name, sa.BigInteger) for name in _LIMITS),
        sa.Column("rate_headers", sa.JSON),
        sa.Column("time_to_first_token", sa.Double),
        sa.Column("total_time", sa.Double),
        sa.Column("longest_gap", sa.Double),
        sa.Column("error_class", sa.String(64)),
        sa.Column("error_code", sa.String(64)),
        sa.Column("error", sa.JSON),
        sa.Column("request_id", sa.String(128)),
        sa.Column("request", sa.JSON),
        sa.Column("logprobs", sa.JSON),
        mysql_charset="utf8mb4",
    )
    op.create_index("calls_by_time", "calls", ["started_ms"])
    op.create_index("calls_by_run", "calls", ["run"])


def downgrade() -> None:
    """A store is only ever brought forward."""
    raise NotImplementedError
