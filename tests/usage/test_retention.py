"""What is deleted is gone, with what was counted of it; what is needed stays."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from backends import Attachment, Message
from tests.shell import Shell
from tests.usage.conftest import Make
from usage import Store
from usage.retention import Removed, forget_conversation, prune
from usage.tables import attachments, calls, rollup_spreads, rollup_sums, votes

pytestmark = pytest.mark.databases

OLD = datetime(2026, 1, 1, 12, tzinfo=UTC)
NEW = datetime(2026, 6, 1, tzinfo=UTC)
BETWEEN = datetime(2026, 3, 1, tzinfo=UTC)


def _vote(store: Store, left: str, right: str) -> None:
    row = {
        "id": "v", "created_ms": round(OLD.timestamp() * 1000), "left_call": left,
        "right_call": right, "left_label": "", "right_label": "", "winner": "tie",
        "blind": True, "emulated": True,
    }  # fmt: skip
    store.write(lambda connection: connection.execute(insert(votes), row)).result()


def _counted(store: Store) -> int:
    return sum(row["calls"] for row in store.rows(select(rollup_sums)))


def test_old_calls_go_and_those_that_runs_and_votes_need_stay(store: Store, make: Make) -> None:
    own = (Message("user", "?", (Attachment(b"own", "image/png", "a.png"),)),)
    old = [make(started_at=OLD + timedelta(hours=n), messages=own) for n in range(3)]
    kept = [make(started_at=OLD, run="r"), make(started_at=OLD), make(started_at=OLD)]
    under_way = make(started_at=OLD, state="sent")
    new = make(started_at=NEW)
    store.take_over([*old, *kept, new])
    store.open(under_way)
    _vote(store, kept[1].id, kept[2].id)
    assert prune(store, BETWEEN, dry_run=True) == Removed(3, 4)
    assert len(list(store.each())) == 8
    assert prune(store, BETWEEN) == Removed(3, 4, 1)
    assert {call.id for call in store.each()} == {c.id for c in (*kept, new, under_way)}
    assert [row["data"] for row in store.rows(select(attachments))] == [b"\x89PNG\0"]
    assert _counted(store) == 2 * 4  # by hour and by day
    assert prune(store, BETWEEN, runs_too=True) == Removed(3, 1, 0, 0, 1)
    assert _counted(store) == 2 and store.rows(select(votes)) == []


def test_only_one_providers_calls_go(store: Store, make: Make) -> None:
    store.take_over([make(started_at=OLD), make(started_at=OLD, provider="spark")])
    assert prune(store, BETWEEN, "spark").calls == 1
    assert [call.provider for call in store.each()] == ["qianfan"]


def test_when_all_is_gone_nothing_is_counted_any_more(store: Store, make: Make) -> None:
    store.take_over([make(started_at=OLD + timedelta(minutes=n)) for n in range(700)])
    assert prune(store, BETWEEN).calls == 700
    for table in (calls, rollup_sums, rollup_spreads, attachments):
        assert store.rows(select(table)) == []


def test_a_conversation_goes_whole_and_no_other(store: Store, make: Make) -> None:
    def turn(*said: str, answer: str, user: str | None = "u", **more: str) -> str:
        roles = ("user", "assistant")
        messages = tuple(Message(roles[n % 2], one) for n, one in enumerate(said))  # type: ignore[arg-type]
        made = make(messages=messages, text=answer, user=user, **more)
        store.open(made)
        return made.id

    first = turn("甲", answer="一")
    again = turn("甲", answer="二", retry_of=first)
    second = turn("甲", "一", "乙", answer="三")
    other = turn("丙", answer="一")
    elsewhere = turn("甲", "一", "乙", answer="三", user="v")
    # The repeats of a run ask the same, and are no conversation.
    repeat, same = (turn("甲", answer="四", run="r") for _ in range(2))
    gone = forget_conversation(store, second)
    assert gone is not None and gone.calls == 2
    assert {call.id for call in store.each()} == {again, other, elsewhere, repeat, same}
    assert forget_conversation(store, repeat) == Removed(1)
    assert forget_conversation(store, again) == Removed(1)
    assert forget_conversation(store, "none") is None


def test_what_is_deleted_is_not_in_the_file_any_more(tmp_path: Path, make: Make) -> None:
    store = Store(f"sqlite:///{tmp_path}/store.db")
    call = make(text="a very private answer", messages=(Message("user", "a private question"),))
    store.take_over([call, make()])
    assert forget_conversation(store, call.id) == Removed(1)
    store.shut()
    assert b"private" not in (tmp_path / "store.db").read_bytes()


def test_the_command_counts_and_frees_the_file(shell: Shell, tmp_path: Path, make: Make) -> None:
    store = Store(f"sqlite:///{tmp_path}/store.db")
    store.take_over([make(started_at=OLD, text="x" * 10_000) for _ in range(100)])
    store.shut()
    size = (tmp_path / "store.db").stat().st_size
    told = shell.run("usage", "prune", "--before", "2026-03-01", "--dry-run", "--json")
    assert json.loads(told.stdout)["calls"] == 100
    told = shell.run("usage", "prune", "--before", "2026-03-01")
    assert told.stdout.startswith("100 calls, 1 attachment, ") and told.returncode == 0
    assert (tmp_path / "store.db").stat().st_size < size - 500_000
    assert shell.run("usage", "prune", "--before", "yesterday").returncode == 2
    assert shell.run("usage", "delete", "nothing").returncode == 2
