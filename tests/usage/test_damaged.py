"""Real store files that are damaged, truncated, locked, newer or read-only: each has its words."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from backends import NotRead, NotRecorded
from tests.usage.conftest import Make
from usage import Store, StoreTrouble


@pytest.fixture
def path(tmp_path: Path, make: Make) -> Path:
    """A store of eighty calls that nobody has open."""
    path = tmp_path / "store.db"
    store = Store(f"sqlite:///{path}")
    for _ in range(80):
        store.open(replace(make(), text="答" * 800))
    store.shut()
    return path


def header(path: Path) -> None:
    """Random bytes where the file says what it is."""
    _write(path, 0, os.urandom(100))


def page(path: Path) -> None:
    """The first page of the calls' table is another's."""
    with closing(sqlite3.connect(path)) as store:
        [size] = store.execute("PRAGMA page_size").fetchone()
        [number] = store.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'calls'"
        ).fetchone()
    _write(path, size * (number - 1), os.urandom(size))


def truncated(path: Path) -> None:
    """Half of the file is gone."""
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _write(path: Path, place: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        file.write(data)


DAMAGES = pytest.mark.parametrize("damage", [header, page, truncated])


@DAMAGES
def test_a_damaged_store_is_told_at_the_start_and_left_as_it_is(
    path: Path, damage: Callable[[Path], None]
) -> None:
    damage(path)
    before = path.read_bytes()
    for _ in range(2):
        with pytest.raises(StoreTrouble) as trouble:
            Store(f"sqlite:///{path}")
    assert "is damaged" in trouble.value.message.en and "已损坏" in trouble.value.message.zh
    assert str(path) in trouble.value.message.en
    assert path.read_bytes() == before


@DAMAGES
def test_a_store_that_is_damaged_meanwhile_refuses_calls_and_keeps_answers(
    path: Path, damage: Callable[[Path], None], make: Make, monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:  # fmt: skip
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    store = Store(f"sqlite:///{path}")
    running = replace(make(), id="f" * 32, state="sent")
    store.open(running)
    damage(path)
    # What this process has of the file in its memory is not what is looked at here.
    store._engine.dispose()

    with pytest.raises(NotRecorded) as refused:
        store.open(replace(make(), id="e" * 32))
    assert "is damaged" in refused.value.message.en and "已损坏" in refused.value.message.zh
    with pytest.raises(NotRead, match="is damaged") as unread:
        list(store.each())
    assert "已损坏" in unread.value.message.zh
    # The answer is held back for nothing, and is in a file elsewhere.
    store.close(replace(running, state="ok", text="到手的回答"))
    assert any("到手的回答" in file.read_text() for file in tmp_path.glob("tunedesk-*-late-*"))
    with pytest.raises(NotRecorded, match="is damaged"):
        store.open(replace(make(), id="d" * 32))
    store.shut()


def test_a_large_store_opens_unread_and_tells_when_what_is_damaged_is_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("usage.schema._LOOKED_THROUGH", 0)
    page(path)
    store = Store(f"sqlite:///{path}")
    with pytest.raises(NotRead, match="is damaged"):
        list(store.each())
    store.shut()


def test_a_store_that_another_program_holds_is_told_at_the_start(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("usage.engine._BUSY_MS", 100)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreTrouble, match="Another program holds") as trouble:
            Store(f"sqlite:///{path}")
        other.execute("ROLLBACK")
    assert "占用" in trouble.value.message.zh
    Store(f"sqlite:///{path}").shut()


def test_a_store_that_another_program_holds_is_not_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("usage.engine._BUSY_MS", 100)
    store = Store(f"sqlite:///{path}")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(NotRead, match="Another program holds"):
            list(store.each())
        other.execute("ROLLBACK")
    assert len(list(store.each())) == 80
    store.shut()


def test_a_newer_store_has_its_sentence_in_both_languages(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE tunedesk_version SET version_num = '9999'")
        other.commit()
    with pytest.raises(StoreTrouble) as trouble:
        Store(f"sqlite:///{path}")
    assert "newer Tunedesk" in trouble.value.message.en and "更新版本" in trouble.value.message.zh
