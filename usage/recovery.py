"""Calls whose process died: which they are, and what becomes of them.

A store holds a lease, renewed every 10 s. Its open calls are nobody's once its process is gone from
this machine, or its lease has lapsed (field/reliability-security.md §4).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from backends import OPEN_STATES
from usage.owners import is_dead
from usage.tables import calls, owners

LEASE_MS = 30_000
RENEW_EVERY, RECOVER_EVERY = 10.0, 60.0  # seconds
# A row without an owner is of an older Tunedesk; no call lasts as long as this.
_LONGEST_MS = 3_600_000


def renew(connection: Connection, owner: str) -> None:
    """Hold on to an owner's calls for another lease."""
    lease = {"lease_ms": now() + LEASE_MS}
    if not connection.execute(update(owners).where(owners.c.name == owner).values(lease)).rowcount:
        connection.execute(insert(owners), {"name": owner, **lease})


def release(connection: Connection, owner: str) -> None:
    """An owner goes; it has no open calls."""
    connection.execute(delete(owners).where(owners.c.name == owner))


def orphans(connection: Connection, owner: str) -> list[str]:
    """The ids of the open calls that nobody holds any more, as `owner` sees it."""
    query = select(calls.c.id, calls.c.owner, calls.c.started_ms)
    rows = connection.execute(query.where(calls.c.state.in_(OPEN_STATES))).mappings().all()
    if not rows:
        return []
    leases = {row.name: row.lease_ms for row in connection.execute(select(owners))}
    return [row["id"] for row in rows if row["owner"] != owner and _lost(row, leases)]


def sweep(connection: Connection) -> None:
    """Forget the owners that are no more, once nothing is theirs."""
    held = select(calls.c.owner).where(calls.c.state.in_(OPEN_STATES), calls.c.owner.is_not(None))
    for row in connection.execute(select(owners).where(owners.c.name.not_in(held))).all():
        if is_dead(row.name) or row.lease_ms < now():
            release(connection, row.name)


def now() -> int:
    """Milliseconds since the epoch."""
    return round(time.time() * 1000)


def _lost(row: Mapping[Any, Any], leases: Mapping[str, int]) -> bool:
    if row["owner"] is None:
        return bool(row["started_ms"] < now() - _LONGEST_MS)
    return is_dead(row["owner"]) or leases.get(row["owner"], 0) < now()
