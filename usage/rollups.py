"""Calls counted per hour and per day, kept in the transaction that settles them.

Sums are added by the database (`x = x + n`), so that other processes may add to the same row.
Histograms and limits are read under the row's lock, changed here and written back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from backends import OPEN_STATES
from usage.histograms import changed, pack
from usage.ready import Ready, Values
from usage.tables import calls, rollup_spreads, rollup_sums
from usage.tally import COLUMNS, DAY, HOUR, KEYED, SUMS, Kind, Limit, Series, Spread, Tally

_SPREADS = rollup_spreads.c


def _is_key(table: Table) -> Any:
    return and_(*(column == bindparam(f"key_{column.name}") for column in table.primary_key))


_ADD = Ready(
    update(rollup_sums)
    .where(_is_key(rollup_sums))
    .values({name: rollup_sums.c[name] + bindparam(f"more_{name}") for name in SUMS})
)
_CHANGE = Ready(
    update(rollup_spreads)
    .where(_is_key(rollup_spreads))
    .values({name: bindparam(name) for name in ("answered", "with_limits", "times", "limits")})
)
_ROW = select(rollup_spreads).where(_is_key(rollup_spreads)).with_for_update()
# A line's hour and the day that it is in.
_READ = Ready(
    select(*_SPREADS)
    .where(
        or_(
            and_(
                _SPREADS.width_ms == literal_column(str(HOUR)),
                _SPREADS.start_ms == bindparam("hour"),
            ),
            and_(
                _SPREADS.width_ms == literal_column(str(DAY)), _SPREADS.start_ms == bindparam("day")
            ),
        ),
        *(_SPREADS[name] == bindparam(name) for name in KEYED),
    )
    .with_for_update()
)


def add(connection: Connection, rows: Sequence[Values], *, together: bool) -> None:
    """Count calls that have just got their final state; `rows` have `usage.tally.COLUMNS`.

    Raises:
        NotMet: they are the first of their kind, so that they cannot be counted `together`.
    """
    if rows:
        _change(connection, Tally(HOUR).count(rows), 1, together=together)


def forget(connection: Connection, rows: Sequence[Values]) -> None:
    """Take back calls that are deleted in this transaction; `rows` have `usage.tally.COLUMNS`.

    What limit headers said in a bucket stays known until its last call is gone.
    """
    settled = [row for row in rows if row["state"] not in OPEN_STATES]
    if settled:
        hours = Tally(HOUR).count(settled)
        _change(connection, hours, -1, together=False)
        _drop_empty(connection, {kind.start_ms for kind in hours.sums})


def forget_before(connection: Connection, before_ms: int) -> None:
    """Take back every call that began before then. To be called before they are deleted."""
    day = before_ms - before_ms % DAY
    for table in (rollup_sums, rollup_spreads):
        connection.execute(delete(table).where(table.c.start_ms < day))
    rest = select(*(calls.c[name] for name in COLUMNS)).where(
        calls.c.started_ms >= day, calls.c.started_ms < before_ms
    )
    forget(connection, list(map(dict, connection.execute(rest).mappings())))


def _change(connection: Connection, hours: Tally, sign: int, *, together: bool) -> None:
    # Everybody locks rows in the same order, so that no two wait for each other.
    days = hours.coarser(DAY)
    sums = [
        _keyed(tally.width_ms, kind) | _more(tally.sums[kind], sign)
        for tally in (hours, days)
        for kind in sorted(tally.sums)
    ]
    if together:
        _ADD.all(connection, sums)
    else:
        for values in sums:
            _add(connection, values)
    known = _read(connection, sorted(hours.spreads))
    changes = [
        _merged(connection, known, _keyed(tally.width_ms, series), spread, sign)
        for tally in (hours, days)
        for series, spread in sorted(tally.spreads.items(), key=lambda item: item[0])
    ]
    if again := [values for values in changes if values is not None]:
        _CHANGE.each(connection, again)


def _keyed(width_ms: int, key: Kind | Series) -> dict[str, Any]:
    return {
        f"key_{name}": value for name, value in (("width_ms", width_ms), *key._asdict().items())
    }


def _more(sums: Sequence[int], sign: int) -> dict[str, int]:
    return {f"more_{name}": sign * value for name, value in zip(SUMS, sums, strict=True)}


def _add(connection: Connection, values: Values) -> None:
    if not _ADD.each(connection, [values]):
        row = {name.removeprefix("key_").removeprefix("more_"): values[name] for name in values}
        if not _inserted(connection, rollup_sums, row):
            _ADD.each(connection, [values])


def _read(connection: Connection, hours: Iterable[Series]) -> dict[tuple[Any, ...], Any]:
    """The rows of these hours and of their days, locked, by their key."""
    found: dict[tuple[Any, ...], Any] = {}
    for series in hours:
        where = series._asdict() | {"hour": series.start_ms, "day": series.start_ms // DAY * DAY}
        for row in _READ.rows(connection, where):
            found[(*row[:4], bool(row[4]), row[5])] = row[6:]
    return found


def _merged(
    connection: Connection, known: Mapping[tuple[Any, ...], Any], key: Values, spread: Spread,
    sign: int,
) -> Values | None:  # fmt: skip
    """What to change a row to; None where it was not there and now is."""
    row = known.get(tuple(key.values()))
    if row is None:
        new = {name.removeprefix("key_"): value for name, value in key.items()}
        if _inserted(connection, rollup_spreads, new | columns(spread)):
            return None
        [row] = (each[6:] for each in connection.execute(_ROW, dict(key)))
    answered, with_limits, times, limits = row
    total = Spread(answered, with_limits, limits=limits_in(limits))
    total.add(Spread(spread.answered, spread.with_limits, limits=spread.limits), sign)
    return {**key, **columns(total), "times": changed(times, spread.times, sign)}


def columns(spread: Spread) -> dict[str, Any]:
    """The columns of `rollup_spreads` that are no key."""
    return {
        "answered": spread.answered,
        "with_limits": spread.with_limits,
        "times": pack(spread.times),
        "limits": json.dumps(spread.limits),
    }


def limits_in(column: str) -> dict[str, Limit]:
    """What the column `limits` of a row holds."""
    return {unit: Limit(*limit) for unit, limit in json.loads(column).items()}


def _inserted(connection: Connection, table: Table, row: Values) -> bool:
    """Whether the row was not there; another process may have been first."""
    attempt = connection.begin_nested()
    try:
        connection.execute(insert(table), row)
    except IntegrityError:
        attempt.rollback()
        return False
    attempt.commit()
    return True


def _drop_empty(connection: Connection, hours: Iterable[int]) -> None:
    starts = {(HOUR, hour) for hour in hours} | {(DAY, hour // DAY * DAY) for hour in hours}
    for table, nothing in (
        (rollup_sums, rollup_sums.c.calls <= 0),
        (rollup_spreads, and_(_SPREADS.answered <= 0, _SPREADS.with_limits <= 0)),
    ):
        for width, start in sorted(starts):
            here = and_(table.c.width_ms == width, table.c.start_ms == start)
            connection.execute(delete(table).where(here, nothing))
