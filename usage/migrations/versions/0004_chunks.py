"""When each piece of an answer arrived."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """A released migration is never changed: what it creates is spelled out here."""
    op.add_column("calls", sa.Column("chunks", sa.JSON))


def downgrade() -> None:
    """A store is only ever brought forward."""
    raise NotImplementedError
