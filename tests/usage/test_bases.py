"""One store for several processes, on each kind of database: nothing lost, nothing mixed up."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, Table, Update, event, insert, select, text, update

import usage
from backends import Call
from tests.usage.conftest import Make
from tests.usage.test_ledger import another
from usage import Store, frames
from usage.engine import connect
from usage.schema import upgrade
from usage.tables import calls, prompts, rollup_sums, runs
from usage.tally import HOUR

pytestmark = pytest.mark.databases


def _children(count: int, code: str, *words: str) -> list[int]:
    root = Path(__file__).parents[2]
    began = [
        subprocess.Popen([sys.executable, "-c", code, *words, str(number)], cwd=root)
        for number in range(count)
    ]
    return [child.wait(60) for child in began]


def test_four_processes_may_create_the_store_at_once(url: str) -> None:
    code = "import sys; from usage import Store; Store(sys.argv[1]).shut()"
    assert _children(4, code, url) == [0, 0, 0, 0]


RUN: dict[str, Any] = {
    "id": "r", "kind": "study", "name": "r", "created_ms": 0, "wanted": "run", "plan": {},
    "settings": [], "events": [],
}  # fmt: skip

_WRITER = """
import sys
from dataclasses import replace
from sqlalchemy import select, update
import usage
from backends import Call
from tests.usage.conftest import _full
from usage import Store
from usage.tables import runs

store, me = Store(sys.argv[1]), int(sys.argv[2])

def add(connection):
    held = connection.execute(select(runs.c.events)).scalar_one()
    connection.execute(update(runs).values(events=[*held, me]))

for number in range(60):
    call = Call(**{**_full(1 + number + 1000 * me), "state": "sent"})
    store.open(call)
    added = store.write(add)
    store.close(replace(call, state="ok"))
    added.result()
store.shut()
"""


def test_processes_that_write_at_once_lose_nothing_of_each_other(store: Store, url: str) -> None:
    store.write(lambda connection: connection.execute(insert(runs), RUN)).result()
    assert _children(3, _WRITER, url) == [0, 0, 0]
    assert [call.state for call in store.each()] == ["ok"] * 180
    [events] = [row["events"] for row in store.rows(select(runs.c.events))]
    assert sorted(events) == [0] * 60 + [1] * 60 + [2] * 60


def test_names_that_differ_in_case_alone_are_not_the_same(store: Store, make: Make) -> None:
    for model in ("Lite", "lite", "LITE"):
        store.open(make(model=model))
    assert sorted(frames.totals(store)["model"]) == ["LITE", "Lite", "lite"]


def test_typed_text_that_a_database_dislikes_is_kept_readable(store: Store) -> None:
    row = {"run": "r", "position": 0, "id": "a\0", "text": "\ud800 你好 👋\0", "columns": {"\0": 1}}
    store.write(lambda connection: connection.execute(insert(prompts), row)).result()
    [found] = store.rows(select(prompts).where(prompts.c.id == "a\0"))
    assert (found["id"], found["text"]) == ("a\\x00", "\\ud800 你好 👋\\x00")
    assert found["columns"] == {"\\x00": 1}


DROPS = {
    "postgresql": (
        "SELECT pid FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        "SELECT pg_terminate_backend({})",
    ),
    "mariadb": (
        "SELECT id FROM information_schema.processlist"
        " WHERE db = DATABASE() AND id <> CONNECTION_ID()",
        "KILL {}",
    ),
}


def test_a_store_whose_server_dropped_its_connections_goes_on(
    store: Store, base: str, make: Make
) -> None:
    if base not in DROPS:
        pytest.skip("SQLite has no server")
    store.open(make())
    with another(store) as other:
        who, drop = DROPS[base]
        for number in other.execute(text(who)).scalars().all():
            other.execute(text(drop.format(number)))
    store.open(make())
    assert len(list(store.each())) == 2


def _attempt(call: Call, number: int) -> Update:
    return update(calls).where(calls.c.id == call.id).values(attempt=number)


def test_work_undone_for_a_deadlock_with_another_program_is_done_again(
    store: Store, base: str, make: Make
) -> None:
    if base not in DROPS:
        pytest.skip("SQLite lets one program write at a time")
    first, second = make(state="sent"), make(state="sent")
    store.take_over([first, second])
    tried: list[int] = []
    held = threading.Event()

    def work(connection: Connection) -> None:
        tried.append(1)
        for call in (first, second):
            connection.execute(_attempt(call, 2))
            held.set()

    with another(store) as other:
        # Who has done more is not chosen to be undone.
        other.execute(text("CREATE TABLE busy (n INTEGER)"))
        other.execute(text("INSERT INTO busy VALUES (1)"))
        for _ in range(8):
            other.execute(text("INSERT INTO busy SELECT n FROM busy"))
        other.execute(_attempt(second, 3))
        done = store.write(work)
        assert held.wait(10)
        if base == "postgresql":
            # Who looks for the deadlock first is undone; this one does not look.
            other.execute(text("SET LOCAL deadlock_timeout = '60s'"))
        other.execute(_attempt(first, 3))
        other.commit()
    done.result()
    assert len(tried) > 1 and [call.attempt for call in store.each()] == [2, 2]


class _Cut(Exception):
    """The process ends here."""


def _cut_off(url: str, after: int) -> None:
    """Bring a store forward until so many statements are done."""
    engine = connect(url)
    count = 0

    def cut(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal count
        count += statement.lstrip().startswith(("CREATE", "ALTER", "DROP", "INSERT", "UPDATE"))
        if count == after:
            raise _Cut

    event.listen(engine, "before_cursor_execute", cut)
    with pytest.raises(_Cut):
        upgrade(engine)
    engine.dispose()


@pytest.mark.parametrize("after", range(1, 50, 4))
def test_a_migration_that_was_cut_off_is_done_again(url: str, make: Make, after: int) -> None:
    _cut_off(url, after)
    store, call = Store(url), make()
    store.open(call)
    assert store.find(call.id) == call
    store.shut()


@pytest.mark.parametrize("after", range(1, 12))
def test_rollups_that_are_made_anew_keep_their_rows(url: str, make: Make, after: int) -> None:
    engine, told = connect(url), {"calls": 7, "input_tokens": 70}
    config = Config()
    config.set_main_option("script_location", str(Path(usage.__file__).parent / "migrations"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        sums = Table("rollup_sums", MetaData(), autoload_with=connection)
        line = {"width_ms": HOUR, "start_ms": 0, "provider": "spark", "model": "lite"}
        rest = {each.name: 0 for each in sums.c if each.name not in {*line, *told}}
        connection.execute(insert(sums), {**line, **rest, **told, "state": "ok", "error_class": ""})
        connection.commit()
    engine.dispose()
    _cut_off(url, after)
    store = Store(url)
    [row] = store.rows(select(rollup_sums))
    assert {name: row[name] for name in told} == told and row["credential"] == ""
    store.shut()
