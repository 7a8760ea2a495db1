"""What calls with certain keys have come to since a moment."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from backends import Spent
from usage.ledger import Store
from usage.tables import calls

# It was refused before anything was sent.
_NOT_MADE = ("refused",)


def spent(store: Store, credentials: Collection[str], since: datetime) -> Spent:
    """The calls made with the keys of these names, and their tokens; what is not reported is 0."""
    [row] = store.rows(
        select(func.count().label("calls"), func.sum(calls.c.total_tokens).label("tokens")).where(
            calls.c.started_ms >= round(since.timestamp() * 1000),
            calls.c.credential.in_(list(credentials)),
            calls.c.state.not_in(_NOT_MADE),
        )
    )
    return Spent(int(row["calls"]), int(row["tokens"] or 0))
