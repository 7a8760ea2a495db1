"""What the store promises: durable before the first byte, settled once, whole afterwards."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.exc import IntegrityError

import usage
from backends import Call, Message, NotRecorded, Usage
from tests.usage.conftest import Make
from tests.usage.test_rollups import assert_rollups_agree
from usage import Store, StoreTrouble
from usage.engine import connect
from usage.rows import opening
from usage.tables import attachments, calls
from usage.writing import Row, write_rows

pytestmark = pytest.mark.databases


@contextmanager
def another(store: Store) -> Iterator[Connection]:
    """A connection of some other program."""
    engine = create_engine(store.url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_a_call_comes_back_as_it_went_in(store: Store, make: Make) -> None:
    call = make()
    store.open(call)
    assert store.find(call.id) == call
    assert list(store.each()) == [call]


def test_nothing_reported_comes_back_as_nothing_never_zero(store: Store, make: Make) -> None:
    call = make(
        usage=None, rate_limit=None, error=None, wire=None, logprobs=(), time_to_first_token=None
    )
    store.open(call)
    assert store.find(call.id) == call
    partly = make(usage=Usage(5, None, None))
    store.open(partly)
    assert store.find(partly.id) == partly


def test_an_open_row_is_there_for_another_connection_at_once(store: Store, make: Make) -> None:
    store.open(make(state="sent"))
    with another(store) as other:
        assert other.execute(text("SELECT state FROM calls")).all() == [("sent",)]


def test_a_row_is_settled_once(store: Store, make: Make) -> None:
    call = make(state="sent", text="")
    store.open(call)
    store.close(replace(call, state="ok", text="first"))
    store.close(replace(call, state="failed", text="second"))
    found = store.find(call.id)
    assert found is not None and (found.state, found.text) == ("ok", "first")


@pytest.mark.parametrize(
    "words", ["\ud800 lone", "nul \0 byte", "emoji 👋🏽", "'; DROP TABLE calls"]
)
def test_text_a_database_dislikes_is_kept_readable(store: Store, make: Make, words: str) -> None:
    call = make(text=words, system=words)
    store.open(call)
    found = store.find(call.id)
    assert found is not None and found.text.replace("\\ud800", "").replace("\\x00", "")
    assert len(list(store.each())) == 1


def test_an_overlong_code_or_id_does_not_lose_the_call(store: Store, make: Make) -> None:
    call = make(request_id="r" * 500, model="m" * 500)
    store.open(call)
    found = store.find(call.id)
    assert found is not None and len(found.request_id or "") == 128


def test_many_threads_write_at_once(store: Store, make: Make) -> None:
    calls = [make(state="sent") for _ in range(200)]

    def work(mine: list[Call]) -> None:
        for call in mine:
            store.open(call)
            store.close(replace(call, state="ok"))

    threads = [threading.Thread(target=work, args=(calls[at::20],)) for at in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(call.id for call in store.each() if call.state == "ok") == sorted(
        call.id for call in calls
    )


def test_one_bad_row_does_not_take_others_down(store: Store, make: Make) -> None:
    call = make()
    store.open(call)
    with pytest.raises(IntegrityError):
        store.open(call)
    store.open(make())
    assert len(list(store.each())) == 2


_CHILD = """
import sys
from usage import Store
from tests.usage.conftest import _full
from backends import Call
store = Store(sys.argv[1])
for number in range(1, 10_000):
    store.open(Call(**{**_full(number), "state": "sent"}))
    print(number, flush=True)
"""


def test_kill_9_loses_no_row_that_was_reported_open(url: str) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, url],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
    )
    assert child.stdout is not None
    told = [child.stdout.readline() for _ in range(30)]
    os.kill(child.pid, signal.SIGKILL)
    told += child.stdout.readlines()
    child.wait()
    child.stdout.close()
    store = Store(url)
    on_record = len(list(store.each()))
    assert on_record >= len([line for line in told if line.endswith("\n")])
    # They were its alone: whoever opens the store next says that they were cut.
    deadline = time.monotonic() + 5
    while any(call.state == "sent" for call in store.each()) and time.monotonic() < deadline:
        time.sleep(0.05)
    ended = list(store.each())
    store.shut()
    assert {(call.state, call.billed) for call in ended} == {("interrupted", "possible")}


def test_the_calls_of_a_store_that_lives_are_its_own(url: str, make: Make) -> None:
    first = Store(url)
    first.open(make(state="sent"))
    second = Store(url)
    second.open(make(state="sent"))
    # The second looks for orphans before it commits its first row.
    assert {call.state for call in second.each()} == {"sent"}
    first.shut()
    second.shut()


def test_what_has_come_is_on_record_before_the_end(store: Store, make: Make) -> None:
    call = make(state="sent", text="", reasoning="")

    def recorded() -> str:
        store.open(make(state="sent"))  # on disk only after what was asked for before
        found = store.find(call.id)
        assert found is not None
        return found.text

    store.open(call)
    store.keep(replace(call, text="一半"))
    assert recorded() == "一半"
    store.close(replace(call, state="ok", text="全部"))
    store.keep(replace(call, text="太晚"))
    assert recorded() == "全部"


def test_a_locked_store_holds_no_answer_back_and_gets_the_state_later(
    store: Store, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = make(state="sent")
    store.open(call)
    with another(store) as other:
        store.rows(select(text("1")))  # a connection of the pool, made impatient
        monkeypatch.setattr("usage.engine._BUSY_MS", 1000)
        store._engine.dispose()
        other.execute(text("UPDATE tunedesk_version SET version_num = version_num"))
        started = time.monotonic()
        store.close(replace(call, state="ok"))
        with pytest.raises(NotRecorded, match="Another program"):
            store.open(make())
        assert time.monotonic() - started < 8
        other.rollback()
    deadline = time.monotonic() + 10
    while (found := store.find(call.id)) is None or found.state != "ok":
        assert time.monotonic() < deadline, "the final state never arrived"
        time.sleep(0.05)


def test_a_slow_reader_keeps_no_writer_waiting(store: Store, make: Make) -> None:
    for _ in range(3):
        store.open(make())
    reader = store.each()
    next(reader)
    started = time.monotonic()
    store.open(make())
    assert time.monotonic() - started < 2
    assert len(list(reader)) >= 2


def test_every_call_is_read_over_many_pages(
    store: Store, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("usage.ledger._PAGE", 7)
    made = [make() for _ in range(150)]
    for call in made:
        store.open(call)
    assert sorted(call.id for call in store.each()) == sorted(call.id for call in made)


def test_a_shut_store_refuses_instead_of_hanging(url: str, make: Make) -> None:
    shut = Store(url)
    shut.shut()
    shut.shut()
    with pytest.raises(RuntimeError):
        shut.open(make())


# Nobody listens at port 1.
UNREACHED = ["mariadb://u:secret@127.0.0.1:1/d", "postgresql://u:secret@127.0.0.1:1/d"]


@pytest.mark.parametrize(
    "address", ["nonsense", "oracle://u@h/d", "sqlite:////proc/x/store.db", *UNREACHED]
)
def test_an_address_that_cannot_be_used_says_so(address: str) -> None:
    with pytest.raises(StoreTrouble, match="TUNEDESK_DB") as trouble:
        Store(address)
    assert "secret" not in trouble.value.message.en


def test_a_newer_store_is_left_alone_and_says_so(url: str, store: Store) -> None:
    with another(store) as other:
        other.execute(text("UPDATE tunedesk_version SET version_num = '9999'"))
        other.commit()
    with pytest.raises(StoreTrouble, match="newer"):
        Store(url)


def test_a_file_that_is_no_store_is_left_alone_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_text("this is a letter, not a database" * 100)
    with pytest.raises(StoreTrouble, match="is damaged, or is no database"):
        Store(f"sqlite:///{path}")
    assert path.read_text().startswith("this is a letter")


def test_migrations_and_tables_agree(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine

    from usage.schema import VERSION_TABLE
    from usage.tables import metadata

    engine = create_engine(store.url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_bytes_of_a_picture_are_kept_once_and_not_in_the_row(store: Store, make: Make) -> None:
    for _ in range(3):
        store.open(make())
    assert len(store.rows(select(attachments))) == 1
    [row] = [row for row in store.rows(select(calls)) if row["id"].endswith("1")]
    assert "data" not in row["messages"][0]["attachments"][0]
    assert [call.messages[0].attachments[0].data for call in store.each()] == [b"\x89PNG\0"] * 3


SCHEMAS = sorted((Path(__file__).parent / "schemas").glob("*.sql"))


@pytest.mark.parametrize("script", SCHEMAS, ids=lambda path: str(path.stem))
def test_a_store_of_an_older_release_keeps_its_rows(tmp_path: Path, script: Path) -> None:
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(script.read_text(encoding="utf-8"))
        tables = ("calls", "attachments", "runs", "prompts", "cells", "votes")
        rows = {name: _rows_of(old, name) for name in tables}
    store = Store(f"sqlite:///{path}")
    kept = list(store.each())
    store.shut()
    # By now what nobody could end any more has its state.
    again = Store(f"sqlite:///{path}")
    assert_rollups_agree(again)
    again.shut()
    assert len(kept) == len(rows["calls"]) > 3 and kept[0].messages[0].attachments[0].data
    with closing(sqlite3.connect(path)) as new:
        for name, before in rows.items():
            after = [{key: row[key] for key in before[0]} for row in _rows_of(new, name)]
            # Nobody is there any more who could end a call that was under way.
            ended = {"state": "interrupted", "billed": "possible"}
            assert after == [row | (ended if row.get("state") == "sent" else {}) for row in before]


def _rows_of(connection: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    found = connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found]


def test_a_store_of_the_first_schema_keeps_its_calls(url: str, make: Make) -> None:
    call = replace(make(), messages=(Message("user", "旧"),))
    _store_of_the_first_schema(url, call)
    store = Store(url)
    old = store.find(call.id)
    store.shut()
    assert old is not None and (old.text, old.messages) == (call.text, call.messages)
    assert (old.left_out, old.tool_calls, old.served_model, old.extras) == (0, (), None, {})
    assert old.chunks == ()


def _store_of_the_first_schema(url: str, call: Call) -> None:
    """As version 0001 left it, with one call in it."""
    engine = connect(url)
    config = Config()
    config.set_main_option("script_location", str(Path(usage.__file__).parent / "migrations"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        row = opening(call)
        for newer in ("left_out", "tool_calls", "served_model", "extras", "cell", "chunks",
                      "credential"):  # fmt: skip
            row.pop(newer, None)
        traces = json.loads(row["params"])
        for trace in traces:
            del trace["echoed"]
        row["params"] = json.dumps(traces)
        write_rows(connection, [Row("open", call.id, row)])
        connection.commit()
    engine.dispose()
