"""Which calls a page, a figure or a file is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_

from usage.tables import calls


@dataclass(frozen=True, slots=True)
class Filter:
    """The calls that are meant; what is None or empty leaves all.

    `since` is included, `until` is not. Of `providers`, `models` (as `provider/name`) and
    `states` any one may hold; `without` names providers that are left out. `credential` is the
    name of a key.
    """

    since: datetime | None = None
    until: datetime | None = None
    providers: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    emulated: bool | None = None
    run: str | None = None
    tag: str | None = None
    user: str | None = None
    credential: str | None = None

    def apply(self, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        """A query over the calls, narrowed to these."""
        return query.where(*self.conditions(calls.c))

    def of_kind(self, kind: str | None, built_in: Iterable[str]) -> Filter:
        """Those of them that were "live", "emulated" or answered by a "built_in" provider."""
        own = frozenset(built_in)
        if kind == "built_in":
            # An emulator never answers for them.
            wanted = own.intersection(self.providers) if self.providers else own
            return replace(self, providers=tuple(sorted(wanted)) or ("",))
        if kind == "live":
            return replace(self, emulated=False, without=tuple(sorted(own)))
        return self if kind is None else replace(self, emulated=True)

    def conditions(self, columns: Any) -> list[ColumnElement[bool]]:
        """What holds of these calls, as conditions on `columns` that are named as the calls'."""
        found = [
            columns[name] == value
            for name in ("emulated", "run", "tag", "user", "credential")
            if (value := getattr(self, name)) is not None
        ]
        if self.since is not None:
            found.append(columns.started_ms >= _milliseconds(self.since))
        if self.until is not None:
            found.append(columns.started_ms < _milliseconds(self.until))
        if self.providers:
            found.append(columns.provider.in_(self.providers))
        if self.without:
            found.append(columns.provider.not_in(self.without))
        if self.models:
            found.append(or_(*_named(self.models, columns)))
        if self.states:
            found.append(columns.state.in_(self.states))
        return found


def _named(models: Sequence[str], columns: Any) -> list[ColumnElement[bool]]:
    parts = [model.partition("/") for model in models]
    return [
        and_(columns.provider == provider, columns.model == name) for provider, _, name in parts
    ]


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
