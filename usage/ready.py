"""Statements that are executed for every call, without being put together anew each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Select, Update
from sqlalchemy.engine import Dialect

Values = Mapping[str, Any]
Statement = Insert | Update | Delete | Select[*tuple[Any, ...]]


class NotMet(Exception):
    """Rows that were to be changed together are not all there: the transaction is to be undone, and
    each of them changed by itself."""


class Ready:
    """A statement whose parameters are given by name, as its columns take them.

    Through SQLAlchemy's own execution the same costs three times as much processor time. What is
    `written` already (`usage.rows.written`) goes to the driver as it is.
    """

    def __init__(self, statement: Statement, *, written: bool = False) -> None:
        self._statement, self._written = statement, written
        self._compiled: dict[str, _Compiled] = {}

    def each(self, connection: Connection, rows: Sequence[Values]) -> int:
        """Execute it for each of the rows at once; how many rows of the table it met."""
        compiled = self._on(connection)
        given = [compiled.given(row) for row in rows]
        return connection.exec_driver_sql(
            compiled.text, given if len(given) > 1 else given[0]
        ).rowcount

    def all(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Execute it for each of the rows at once, which meets one row of the table each.

        Raises:
            NotMet: it did not.
        """
        if self.each(connection, rows) != len(rows):
            raise NotMet

    def rows(self, connection: Connection, values: Values) -> Sequence[tuple[Any, ...]]:
        """What it selects."""
        compiled = self._on(connection)
        found = connection.exec_driver_sql(compiled.text, compiled.given(values))
        return [tuple(row) for row in found]

    def _on(self, connection: Connection) -> _Compiled:
        name = connection.dialect.name
        if name not in self._compiled:
            self._compiled[name] = _Compiled(
                self._statement, connection.dialect, written=self._written
            )
        return self._compiled[name]


class _Compiled:
    """A statement in the words of one database."""

    def __init__(self, statement: Statement, dialect: Dialect, *, written: bool) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self._by_place = compiled.positional
        self._names = compiled.positiontup if self._by_place else [*compiled.bind_names.values()]
        # Each with what the statement itself gives for it.
        self._parameters = [(name, compiled.params.get(name)) for name in self._names]
        # Place → how the driver takes the type there.
        types = [compiled.binds[name].type.dialect_impl(dialect) for name in self._names]
        ways = [None if written else each.bind_processor(dialect) for each in types]
        self._ways = [(place, way) for place, way in enumerate(ways) if way is not None]

    def given(self, values: Values) -> Any:
        """The parameters as the driver takes them."""
        taken = [values.get(name, own) for name, own in self._parameters]
        for place, way in self._ways:
            taken[place] = way(taken[place])
        return tuple(taken) if self._by_place else dict(zip(self._names, taken, strict=True))
