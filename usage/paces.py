"""What pacers know, where every process that uses a key sees it: one row a provider, model, key."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, and_, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from backends import (
    NotRead,
    NotRecorded,
    PaceKey,
    PaceProfile,
    PaceState,
    pace_from_json,
    pace_to_json,
)
from usage.ledger import Store
from usage.tables import paces

log = logging.getLogger("tunedesk.paces")

T = TypeVar("T")

# Two processes may both find no row and add it; who came second finds the other's.
_TRIES = 3


class Paces:
    """The states of `backends.pacing` in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def change(self, key: PaceKey, fresh: PaceState, work: Callable[[PaceState], T]) -> T | None:
        """As `backends.pacing.Shared.change`: in one transaction, in which the row is locked."""

        def once(connection: Connection) -> T:
            query = select(paces.c.state).where(_is(key)).with_for_update()
            stored = connection.execute(query).scalar_one_or_none()
            state = pace_from_json(pace_to_json(fresh) if stored is None else stored)
            result = work(state)
            values = {"state": pace_to_json(state), "changed_ms": round(time.time() * 1000)}
            if stored is None:
                connection.execute(insert(paces), {**key._asdict(), **values})
            else:
                connection.execute(update(paces).where(_is(key)), values)
            return result

        for _ in range(_TRIES):
            try:
                return self._store.write(once).result()
            except (NotRecorded, SQLAlchemyError) as trouble:
                told = type(trouble).__name__
            except RuntimeError:
                return None  # the store is shut: so is the desk
        log.warning("the pace of %s is not shared now: %s", key.provider, told)
        return None

    def profile(self, key: PaceKey) -> PaceProfile | None:
        """As `backends.pacing.Shared.profile`."""
        try:
            rows = self._store.rows(select(paces.c.state).where(_is(key)))
        except (NotRead, SQLAlchemyError):
            return None
        return pace_from_json(rows[0]["state"]).profile if rows else None


def known_limits(store: Store, provider: str, model: str, *, emulated: bool) -> PaceProfile | None:
    """The limits last found for a model under any key; None where nothing is remembered.

    Those of emulators are never: each process has its own.
    """
    if emulated:
        return None
    query = (
        select(paces.c.state)
        .where(paces.c.provider == provider, paces.c.model.in_([model, "*"]))
        .order_by(paces.c.changed_ms.desc())
        .limit(1)
    )
    rows = store.rows(query)
    return pace_from_json(rows[0]["state"]).profile if rows else None


def _is(key: PaceKey) -> Any:
    return and_(*(paces.c[name] == value for name, value in key._asdict().items()))
