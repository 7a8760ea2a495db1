"""Statements that are executed for every call, without being put together anew each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Select, Update
from sqlalchemy.engine import Dialect

Values = Mapping[str, Any]
Statement = Insert | Update | Delete | Select[*tuple[Any, ...]]


class Ready:
    """A statement whose parameters are given by name, as its columns take them.

    Through SQLAlchemy's own execution the same costs three times as much processor time.
    """

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def each(self, connection: Connection, rows: Sequence[Values]) -> int:
        """Execute it for each of the rows at once; how many rows of the table it met."""
        compiled = self._on(connection)
        given = [compiled.given(row) for row in rows]
        return connection.exec_driver_sql(
            compiled.text, given if len(given) > 1 else given[0]
        ).rowcount

    def rows(self, connection: Connection, values: Values) -> Sequence[tuple[Any, ...]]:
        """What it selects."""
        compiled = self._on(connection)
        found = connection.exec_driver_sql(compiled.text, compiled.given(values))
        return [tuple(row) for row in found]

    def _on(self, connection: Connection) -> _Compiled:
        name = connection.dialect.name
        if name not in self._compiled:
            self._compiled[name] = _Compiled(self._statement, connection.dialect)
        return self._compiled[name]


class _Compiled:
    """A statement in the words of one database."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self._by_place = compiled.positional
        self._names = compiled.positiontup if self._by_place else [*compiled.bind_names.values()]
        # Name, what the statement itself gives for it, and how the driver takes its type.
        self._parameters = [
            (
                name,
                compiled.params.get(name),
                compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect),
            )
            for name in self._names
        ]

    def given(self, values: Values) -> Any:
        """The parameters as the driver takes them."""
        taken = [
            taken_as(values.get(name, own)) if taken_as else values.get(name, own)
            for name, own, taken_as in self._parameters
        ]
        return tuple(taken) if self._by_place else dict(zip(self._names, taken, strict=True))


def met_all(connection: Connection, statement: Ready, rows: Sequence[Values]) -> bool:
    """Execute a statement for all rows at once; unless each met exactly one row, undo it all."""
    attempt = connection.begin_nested()
    if statement.each(connection, rows) == len(rows):
        attempt.commit()
        return True
    attempt.rollback()
    return False
