"""What the store has of anything is bounded, and readers never keep the writer waiting."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from backends import NotRead
from tests.usage.conftest import Make
from usage import Store
from usage.ledger import _READERS


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def local(path: Path) -> Store:
    return Store(f"sqlite:///{path}")


def test_of_what_grows_while_the_store_is_locked_the_latest_alone_waits(
    local: Store, path: Path, make: Make
) -> None:
    call = make(state="sent")
    local.open(call)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for number in range(1000):
            local.keep(replace(call, text=f"word {number}"))
        assert local._writes.qsize() <= 1
        other.execute("ROLLBACK")
    local.write(lambda connection: None).result()
    found = local.find(call.id)
    assert found is not None and (found.state, found.text) == ("sent", "word 999")
    local.close(replace(call, state="ok", text="all"))
    found = local.find(call.id)
    local.shut()
    assert found is not None and (found.state, found.text) == ("ok", "all")


def test_readers_are_bounded_are_told_so_and_leave_the_writer_its_connection(
    local: Store, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("usage.ledger._READ_PATIENCE", 0.05)
    with ExitStack() as reading:
        for _ in range(_READERS):
            reading.enter_context(local._reading())
        with pytest.raises(NotRead, match="Too many are reading") as full:
            list(local.each())
        assert full.value.message.zh.startswith("同时读取数据库的请求太多")
        local.open(make())  # durable, or this would not return
    assert len(list(local.each())) == 1
    local.shut()
