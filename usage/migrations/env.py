"""Alembic's entry: runs over the connection it is handed, in one transaction."""

from __future__ import annotations

from alembic import context

from usage.schema import VERSION_TABLE
from usage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
