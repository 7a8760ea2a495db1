"""The names that a store has for keys: its salt is random, and its own."""

from __future__ import annotations

from sqlalchemy import select

from backends import KeyNames
from usage.ledger import Store
from usage.tables import facts


def key_names(store: Store) -> KeyNames:
    """Names of keys that all who use this store agree on, and nobody else can make."""
    [row] = store.rows(select(facts.c.value).where(facts.c.name == "salt"))
    return KeyNames(bytes.fromhex(row["value"]))
