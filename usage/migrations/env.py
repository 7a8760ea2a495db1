"""Alembic's entry: runs over the connection it is handed, in one transaction where that is known.

MariaDB commits each statement on its own. There a migration that was cut off is done again from
its beginning, so what it has made already must be no trouble.
"""

from __future__ import annotations

import re
from typing import Any

from alembic import context
from sqlalchemy import event

from usage.schema import VERSION_TABLE
from usage.tables import metadata

# A migration may also look at what is there: SHOW CREATE TABLE.
_MADE_ALREADY = re.compile(r"(?<!SHOW )\b(CREATE TABLE|CREATE INDEX|ADD COLUMN) (?!IF NOT)")
_GONE_ALREADY = re.compile(r"\bDROP INDEX (?!IF EXISTS)")


def _for_mariadb(
    _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
) -> tuple[str, Any]:
    again = _MADE_ALREADY.sub(r"\1 IF NOT EXISTS ", statement)
    again = _GONE_ALREADY.sub("DROP INDEX IF EXISTS ", again)
    # Its default takes "a" and "A" for the same, which model names and visitors are not.
    if "COLLATE" not in again:
        again = again.replace("CHARSET=utf8mb4", "CHARSET=utf8mb4 COLLATE utf8mb4_bin")
    return again, parameters


connection = context.config.attributes["connection"]
if getattr(connection.dialect, "is_mariadb", False):
    event.listen(connection, "before_cursor_execute", _for_mariadb, retval=True)
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
