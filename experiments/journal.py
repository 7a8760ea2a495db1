"""Runs in the store: what was planned, who works at which cell, and what came of each.

The rows of `calls` are the truth of what was sent; a cell is a plan for a call and a note of its
outcome. So a cell whose worker died is settled from its call, or called if it has none.
"""

from __future__ import annotations

import dataclasses
import itertools
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Select,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    update,
)

from backends import OPEN_STATES, Call
from experiments.plan import as_form, without_prompts
from experiments.scoring.judge import TAG
from experiments.types import Cell, Kind, Plan, Prompt, Setting, Wanted
from usage import Store
from usage.ready import Ready
from usage.receipt import Receipt
from usage.tables import calls, cells, prompts, runs

# Milliseconds after which another worker may take a cell over; renewed while its worker lives.
LEASE_MS = 30_000
_CHUNK = 1000
_CELL_FIELDS = tuple(field.name for field in dataclasses.fields(Cell))
_CELL_COLUMNS = tuple(cells.c[name] for name in _CELL_FIELDS)
# As a cell stands that was just claimed.
_CLAIMED = tuple(literal_column("'running'") if one.name == "state" else one
                 for one in _CELL_COLUMNS)  # fmt: skip
_PROMPT_COLUMNS = tuple(prompts.c[field.name] for field in dataclasses.fields(Prompt))


@dataclass(frozen=True, slots=True)
class Run:
    """A run as recorded. Its `plan` has no prompts: they may be many, and are read apart."""

    id: str
    kind: Kind
    name: str
    created_at: datetime
    user: str | None
    wanted: Wanted
    plan: Plan
    settings: tuple[Setting, ...]
    events: tuple[Mapping[str, Any], ...]


class Journal:
    """The runs of a store. Usable from any thread."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def create(
        self,
        plan: Plan,
        settings: Sequence[Setting],
        planned: Iterable[Cell],
        *,
        kind: Kind = "study",
        user: str | None = None,
    ) -> str:
        """Record a run before its first call, whole or not at all; returns its id."""
        run = uuid.uuid4().hex[:12]
        form = as_form(replace(plan, prompts=()))
        row = {
            "id": run,
            "kind": kind,
            "name": plan.name,
            "created_ms": _now(),
            "user": user,
            "wanted": "run",
            "plan": form,
            "settings": [dataclasses.asdict(setting) for setting in settings],
            "events": [],
        }
        listed = list(planned)

        def write(connection: Connection) -> None:
            connection.execute(insert(runs), row)
            _insert(connection, insert(prompts), _prompt_rows(run, plan.prompts))
            _insert(connection, insert(cells), (_cell_row(run, cell) for cell in listed))

        self.store.write(write).result()
        return run

    def find(self, run: str) -> Run | None:
        """A run by its id."""
        found = self.store.rows(select(runs).where(runs.c.id == run))
        return _run(found[0]) if found else None

    def latest(
        self, most: int = 50, kind: Kind | None = None, user: str | None = None
    ) -> list[Run]:
        """The newest runs first; of one kind, or of one user, where that is given."""
        query = select(runs).order_by(runs.c.created_ms.desc()).limit(most)
        if kind is not None:
            query = query.where(runs.c.kind == kind)
        if user is not None:
            query = query.where(runs.c.user == user)
        return [_run(row) for row in self.store.rows(query)]

    def prompts(self, run: str, ids: Iterable[str] | None = None) -> Iterator[Prompt]:
        """The prompts of a run in order; of `ids`, only those. Read page by page."""
        query = select(prompts.c.position, *_PROMPT_COLUMNS).where(prompts.c.run == run)
        if ids is not None:
            query = query.where(prompts.c.id.in_(list(ids)))
        for _, *fields in self._paged(query, prompts.c.position):
            yield Prompt(*fields)

    def whole_plan(self, run: Run) -> Plan:
        """The plan with its prompts."""
        return replace(run.plan, prompts=tuple(self.prompts(run.id)))

    def cells(self, run: str, *conditions: Any) -> Iterator[Cell]:
        """The cells of a run in order, those that meet all `conditions` on `usage.tables.cells`."""
        query = select(*_CELL_COLUMNS).where(cells.c.run == run, *conditions)
        for row in self._paged(query, cells.c.number):
            yield Cell(*row)

    def _paged(self, query: Select[Any], place: Column[int]) -> Iterator[tuple[Any, ...]]:
        """The rows of a query that selects `place` first, in its order; a read of its own each."""
        query, after = query.order_by(place).limit(_CHUNK), -1
        while page := self.store.tuples(query.where(place > after)):
            yield from page
            if len(page) < _CHUNK:
                return
            after = page[-1][0]

    def counts(self, run: str) -> dict[str, int]:
        """How many cells there are: by state, and of those done by outcome (`done:ok`)."""
        query = (
            select(cells.c.state, cells.c.outcome, func.count().label("count"))
            .where(cells.c.run == run)
            .group_by(cells.c.state, cells.c.outcome)
        )
        found: dict[str, int] = {}
        for row in self.store.rows(query):
            found[row["state"]] = found.get(row["state"], 0) + row["count"]
            if row["outcome"]:
                found[f"{row['state']}:{row['outcome']}"] = row["count"]
        return found

    def claim(self, run: str, owner: str, most: int) -> list[Cell]:
        """Take up to `most` cells that wait; durable on return, so that nobody else calls them."""

        def take(connection: Connection) -> list[Cell]:
            waiting = (cells.c.run == run, cells.c.state == "waiting")
            first = select(*_CLAIMED).where(*waiting).order_by(cells.c.number).limit(most)
            taken = [Cell(*row) for row in connection.execute(first)]
            if taken:
                # One transaction writes at a time, so what waits is what was just read.
                lease = {"state": "running", "owner": owner, "lease_ms": _now() + LEASE_MS}
                these = cells.c.number <= taken[-1].number
                connection.execute(update(cells).where(*waiting, these).values(lease))
            return taken

        return self.store.write(take).result()

    def orphans(self, run: str, owner: str, dead: Callable[[str], bool]) -> list[Cell]:
        """Take over the cells whose worker is dead, or silent for longer than its lease."""

        def take(connection: Connection) -> list[Cell]:
            running = (cells.c.run == run, cells.c.state == "running", cells.c.owner != owner)
            held = select(cells.c.owner, cells.c.lease_ms, *_CELL_COLUMNS).where(*running)
            lease = {"owner": owner, "lease_ms": _now() + LEASE_MS}
            taken = []
            for holder, until, *fields in connection.execute(held).all():
                if until >= _now() and not dead(holder):
                    continue
                cell = Cell(*fields)
                same = (cells.c.number == cell.number, cells.c.owner == holder)
                if connection.execute(update(cells).where(*running, *same).values(lease)).rowcount:
                    taken.append(cell)
            return taken

        return self.store.write(take).result()

    def steer(self, run: str, owner: str, dead: Callable[[str], bool]) -> bool:
        """Be the one worker of a run that decides what follows, or stay it; whether one is."""

        def take(connection: Connection) -> bool:
            query = select(runs.c.owner, runs.c.lease_ms).where(runs.c.id == run)
            held, until = connection.execute(query).one()
            if held not in (None, owner) and until >= _now() and not dead(held):
                return False
            same = runs.c.owner.is_(None) if held is None else runs.c.owner == held
            lease = {"owner": owner, "lease_ms": _now() + LEASE_MS}
            taken = connection.execute(update(runs).where(runs.c.id == run, same).values(lease))
            return bool(taken.rowcount)

        return self.store.write(take).result()

    def wanted(self, run: str) -> Wanted:
        """What is to become of a run."""
        rows = self.store.rows(select(runs.c.wanted).where(runs.c.id == run))
        wanted: Wanted = rows[0]["wanted"] if rows else "stop"
        return wanted

    def calls(self, run: str, *conditions: Any) -> int:
        """How many calls of a run may have been billed."""
        billed = (calls.c.run == run, calls.c.billed != "no")
        query = select(func.count().label("count")).where(*billed, *conditions)
        return int(self.store.rows(query)[0]["count"])

    def worked_at(self, run: str, dead: Callable[[str], bool]) -> bool:
        """Whether a worker that lives has cells of a run."""
        running = (cells.c.run == run, cells.c.state == "running", cells.c.lease_ms >= _now())
        rows = self.store.rows(select(cells.c.owner).where(*running).distinct())
        return any(not dead(row["owner"]) for row in rows)

    def troubled(self, run: str) -> list[str]:
        """The ids of prompts one of whose calls gave no whole answer."""
        done = (cells.c.run == run, cells.c.outcome.is_not(None), cells.c.outcome != "ok")
        rows = self.store.rows(select(cells.c.prompt_id).where(*done).distinct())
        return [row["prompt_id"] for row in rows]

    def under_way(self, run: str) -> int:
        """How many calls of a run have no end on record: they go on, or their process died."""
        return self.calls(run, calls.c.state.in_(OPEN_STATES))

    def last_call(self, run: str, cell: int) -> Call | None:
        """The latest call that answers a cell; those of judges do not."""
        query = select(calls.c.id).where(
            calls.c.run == run, calls.c.cell == cell, calls.c.tag != TAG
        )
        rows = self.store.rows(
            query.order_by(calls.c.started_ms.desc(), calls.c.attempt.desc()).limit(1)
        )
        return self.store.find(rows[0]["id"]) if rows else None

    def interrupted(self, call: Call) -> None:
        """Record that a call's process died before its end; it may have been billed."""
        self.store.close(replace(call, state="interrupted", billed="possible"))

    def renew(self, run: str, owner: str) -> None:
        """Keep an owner's cells for another lease."""
        statement = (
            update(cells)
            .where(cells.c.run == run, cells.c.owner == owner, cells.c.state == "running")
            .values(lease_ms=_now() + LEASE_MS)
        )
        self.store.write(lambda connection: connection.execute(statement)).result()

    def settle(self, run: str, done: Sequence[Cell]) -> Receipt[Any] | None:
        """Record what became of cells. Need not be waited for: their calls make good a loss."""
        rows = [
            {
                "b_run": run,
                "b_number": cell.number,
                "state": cell.state,
                "call_id": cell.call_id,
                "outcome": cell.outcome,
                "scores": dict(cell.scores),
            }
            for cell in done
        ]
        if not rows:
            return None
        return self.store.write(lambda connection: _SETTLE.each(connection, rows))

    def release(self, run: str, owner: str) -> None:
        """Let go of an owner's cells that were not called, and of deciding what follows."""
        free = update(runs).where(runs.c.id == run, runs.c.owner == owner).values(owner=None)
        self.store.write(lambda connection: connection.execute(free))
        self._change(run, "waiting", cells.c.owner == owner, cells.c.state == "running")

    def drop(self, run: str, *conditions: Any) -> None:
        """Give up the waiting cells that meet all `conditions`."""
        self._change(run, "dropped", cells.c.state == "waiting", *conditions)

    def reopen(self, run: str, *conditions: Any) -> None:
        """Have the cells that meet all `conditions` called again."""
        self._change(run, "waiting", *conditions)

    def add(self, run: str, settings: Sequence[Setting], planned: Iterable[Cell]) -> None:
        """More settings and more cells for a run that goes on."""
        listed = list(planned)
        more = [dataclasses.asdict(setting) for setting in settings]

        def write(connection: Connection) -> None:
            if more:
                _append(connection, run, "settings", more)
            _insert(connection, insert(cells), (_cell_row(run, cell) for cell in listed))

        self.store.write(write).result()

    def note(self, run: str, kind: str, **facts: Any) -> None:
        """Add an event to a run: what was decided on the way, and when."""
        event = {"kind": kind, "at_ms": _now(), **facts}
        self.store.write(lambda connection: _append(connection, run, "events", [event])).result()

    def want(self, run: str, wanted: Wanted) -> None:
        """Say what is to become of a run; whoever works at it obeys within a second."""
        statement = update(runs).where(runs.c.id == run).values(wanted=wanted)
        self.store.write(lambda connection: connection.execute(statement)).result()

    def _change(self, run: str, state: str, *conditions: Any) -> None:
        statement = update(cells).where(cells.c.run == run, *conditions)
        values = {"state": state, "owner": None, "lease_ms": None}
        self.store.write(lambda connection: connection.execute(statement.values(values))).result()


_SETTLE = Ready(
    update(cells)
    .where(cells.c.run == bindparam("b_run"), cells.c.number == bindparam("b_number"))
    .values(
        state=bindparam("state"),
        call_id=bindparam("call_id"),
        outcome=bindparam("outcome"),
        scores=bindparam("scores"),
        owner=None,
        lease_ms=None,
    )
)


def _now() -> int:
    return round(time.time() * 1000)


def _append(connection: Connection, run: str, column: str, items: list[Any]) -> None:
    held = connection.execute(select(runs.c[column]).where(runs.c.id == run)).scalar_one()
    connection.execute(update(runs).where(runs.c.id == run).values({column: [*held, *items]}))


def _insert(connection: Connection, statement: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    rows = iter(rows)
    while chunk := list(itertools.islice(rows, _CHUNK)):
        connection.execute(statement, chunk)


def _prompt_rows(run: str, listed: Iterable[Prompt]) -> Iterator[dict[str, Any]]:
    for position, prompt in enumerate(listed):
        yield {
            "run": run,
            "position": position,
            "id": prompt.id,
            "text": prompt.text,
            "reference": prompt.reference,
            "columns": dict(prompt.columns),
        }


def _cell_row(run: str, cell: Cell) -> dict[str, Any]:
    return {"run": run, **{name: getattr(cell, name) for name in _CELL_FIELDS}}


def _run(row: Mapping[str, Any]) -> Run:
    created = datetime.fromtimestamp(row["created_ms"] / 1000, UTC)
    return Run(
        row["id"],
        row["kind"],
        row["name"],
        created,
        row["user"],
        row["wanted"],
        without_prompts(row["plan"]),
        tuple(Setting(**form) for form in row["settings"]),
        tuple(row["events"]),
    )
