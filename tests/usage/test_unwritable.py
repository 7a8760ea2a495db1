"""Stores that cannot be written: full, read-only, locked while their process dies."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from backends import Call
from usage import Store

ROOT = Path(__file__).parents[2]
HEAD = """
import sys, os, subprocess, time
from dataclasses import replace
from pathlib import Path
from backends import Call, NotRecorded
from tests.usage.conftest import _full
import usage.engine
from usage import Store
folder = Path(sys.argv[1])
def made(number, **more):
    return Call(**{**_full(number), "messages": (), "state": "sent", **more})
"""
_FULL = """
store = Store(f"sqlite:///{folder}/store.db")
begun = [made(number) for number in range(1, 9)]
for call in begun:
    store.open(call)
with (folder / "junk").open("wb", buffering=0) as junk:
    try:
        while junk.write(bytes(4096)):
            pass
    except OSError:
        pass
for call in begun:
    store.close(replace(call, state="ok", text="满" * 8000))
assert {call.state for call in store.each()} == {"ok"}, [call.state for call in store.each()]
assert {len(call.text) for call in store.each()} == {8000}
try:
    store.open(made(99))
except NotRecorded as refused:
    print(refused)
store.shut()
"""
_READ_ONLY = """
store = Store(f"sqlite:///{folder}/store.db")
store.open(made(1))
store.shut()
subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
store = Store(f"sqlite:///{folder}/store.db")
assert len(list(store.each())) == 1
try:
    store.open(made(2))
except NotRecorded as refused:
    print(refused)
store.shut()
"""

_READ_ONLY_AND_OLD = """
import sqlite3
from contextlib import closing
from usage import StoreTrouble
script = sorted(Path("tests/usage/schemas").glob("*.sql"))[0].read_text(encoding="utf-8")
with closing(sqlite3.connect(folder / "store.db")) as old:
    old.executescript(script)
subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
try:
    Store(f"sqlite:///{folder}/store.db")
except StoreTrouble as trouble:
    print(trouble.message.en, trouble.message.zh)
"""


def _on_a_disk_of_its_own(folder: Path, code: str) -> str:
    """What the code prints, run with a small disk mounted at `folder`, which nobody else sees."""
    mount = f'mount -t tmpfs -o size=8m tmpfs "{folder}"'
    command = f'{mount} && exec "{sys.executable}" -c "$0" "{folder}"'
    child = ["unshare", "--map-root-user", "--mount", "sh", "-c", command, HEAD + code]
    told = subprocess.run(child, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert told.returncode == 0, told.stderr
    return told.stdout


def _may_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        tried = ["unshare", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", folder]
        return subprocess.run(tried, capture_output=True).returncode == 0


needs_a_disk = pytest.mark.skipif(not _may_mount(), reason="no small disk can be mounted here")


@needs_a_disk
def test_a_full_disk_loses_no_answer_and_refuses_the_next_call(tmp_path: Path) -> None:
    assert "The disk is full" in _on_a_disk_of_its_own(tmp_path, _FULL)


@needs_a_disk
def test_a_read_only_store_shows_its_history_and_refuses_calls(tmp_path: Path) -> None:
    assert "read-only" in _on_a_disk_of_its_own(tmp_path, _READ_ONLY)


@needs_a_disk
def test_a_read_only_store_of_an_older_release_says_why_it_cannot_be_opened(tmp_path: Path) -> None:
    told = _on_a_disk_of_its_own(tmp_path, _READ_ONLY_AND_OLD)
    assert "is read-only and has to be brought" in told and "只读" in told


_LOCKED = """
usage.engine._BUSY_MS = 100
store = Store(f"sqlite:///{folder}/store.db")
call = made(1)
store.open(call)
print("open", flush=True)
sys.stdin.readline()
store.close(replace(call, state="ok", text="到手的回答"))
print("closed", flush=True)
time.sleep(60)
"""


class Answering:
    """A process with a store in a folder and an open call, whose answer comes when it is told to;
    `told` is what it says then. In the end it is killed."""

    def __init__(self, program: str, folder: Path) -> None:
        self._child = subprocess.Popen([sys.executable, "-c", HEAD + program, str(folder)],
                                       cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       text=True)  # fmt: skip
        assert self._told() == "open\n"

    def answer(self) -> str:
        """Have the answer come, and the process die of what it does then."""
        assert self._child.stdin is not None
        self._child.stdin.write("now\n")
        self._child.stdin.flush()
        told = self._told()
        self._child.kill()
        self._child.communicate()
        return told

    def _told(self) -> str:
        assert self._child.stdout is not None
        return self._child.stdout.readline()


def ended(folder: Path, patience: float = 5) -> Call:
    """The one call of a store, opened anew, once it has an end or so many seconds have passed."""
    store = Store(f"sqlite:///{folder}/store.db")
    deadline = time.monotonic() + patience
    while (found := next(store.each())).state == "sent" and time.monotonic() < deadline:
        time.sleep(0.05)  # the store's own thread brings it in
    store.shut()
    return found


def test_an_answer_outlives_a_locked_store_and_its_own_process(tmp_path: Path) -> None:
    child = Answering(_LOCKED, tmp_path)
    with sqlite3.connect(tmp_path / "store.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert child.answer() == "closed\n"
        other.execute("ROLLBACK")
    found = ended(tmp_path)
    assert (found.state, found.text) == ("ok", "到手的回答")


def test_what_cannot_be_read_of_the_dead_stops_nobody(tmp_path: Path) -> None:
    """Files of another user, gone meanwhile, or cut off by a kill in the middle of a character."""
    url = f"sqlite:///{tmp_path}/store.db"
    first = Store(url)
    left = first._emergency._path
    first.shut()
    broken = [left.with_name(f"{left.name[:-8]}broken-{number}") for number in range(3)]
    broken[0].mkdir()
    broken[1].write_bytes('{"settled": "x", "text": "中'.encode()[:-1])
    broken[2].write_text("no owner at all\n{}\n")
    try:
        store = Store(url)
        with store._engine.connect():
            store.write(lambda connection: None).result()
        store.shut()
        assert not store._writer.is_alive()
    finally:
        broken[0].rmdir()
        for path in broken[1:]:
            path.unlink()
