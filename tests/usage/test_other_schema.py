"""Another version of Tunedesk brings the store to its schema while this one runs."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text

from backends import NotRead, NotRecorded, ProviderError
from experiments import votes
from tests.usage.conftest import Make
from tests.usage.test_ledger import another
from tests.usage.test_unwritable import Answering, ended
from usage import Store
from usage.tables import calls, owners

NEWER = "UPDATE tunedesk_version SET version_num = '9999'"


def migrate(store: Store, *statements: str) -> None:
    """What a newer Tunedesk does."""
    with another(store) as other:
        for statement in (NEWER, *statements):
            other.execute(text(statement))
        other.commit()


def refused(act: Callable[[], object]) -> ProviderError:
    with pytest.raises(ProviderError, match="Another version of Tunedesk has changed") as told:
        act()
    assert re.search("另一个版本的调参台.*重新启动", told.value.message.zh)
    return told.value


@pytest.mark.databases
def test_a_question_is_refused_and_an_answer_is_kept(
    url: str, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("usage.ledger.RENEW_EVERY", 0.05)
    store = Store(url)
    begun = make(state="sent", messages=())
    store.open(begun)
    migrate(store)
    assert isinstance(refused(lambda: store.open(make(state="sent"))), NotRecorded)
    store.close(replace(begun, state="ok", text="到手的回答"))
    written = store.write(lambda connection: connection.execute(delete(calls)))
    assert isinstance(refused(written.result), NotRecorded)
    # What this version can still read it shows; nothing has been written.
    assert [call.state for call in store.each()] == ["sent"]
    # Its calls stay its own, or the newer one would give them up for lost.
    before = store.rows(select(owners))[0]["lease_ms"]
    deadline = time.monotonic() + 10
    while store.rows(select(owners))[0]["lease_ms"] == before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert store.rows(select(owners))[0]["lease_ms"] > before
    store.shut()
    with another(store) as other:  # to whom the new schema is its own
        version = other.execute(text("SELECT version_num FROM tunedesk_version")).scalar()
        assert version == "9999"
        other.execute(text(f"UPDATE tunedesk_version SET version_num = '{store._version}'"))
        other.commit()
    newer = Store(url)
    deadline = time.monotonic() + 10
    while (found := next(newer.each())).state == "sent" and time.monotonic() < deadline:
        time.sleep(0.02)
    newer.shut()
    assert (found.state, found.text) == ("ok", "到手的回答")


@pytest.mark.databases
def test_what_cannot_be_read_any_more_says_why(store: Store, make: Make) -> None:
    store.open(make())
    migrate(store, f"ALTER TABLE {calls.name} RENAME COLUMN reasoning TO thoughts")
    assert isinstance(refused(lambda: list(store.each())), NotRead)


def test_a_vote_is_refused_with_its_own_sentence(store: Store, make: Make) -> None:
    one, other = make(), make()
    for call in (one, other):
        store.open(call)
    migrate(store)
    with pytest.raises(votes.VoteRefused) as told:
        votes.cast(store, one, other, "left", blind=False)
    assert "not stored" in told.value.message.en


_OLDER = """
store = Store(f"sqlite:///{folder}/store.db")
call = made(1)
store.open(call)
print("open", flush=True)
sys.stdin.readline()
store.close(replace(call, state="ok", text="到手的回答"))
try:
    store.open(made(2))
except NotRecorded as told:
    print(told, flush=True)
time.sleep(60)
"""


def test_an_answer_outlives_the_process_whose_schema_is_gone(tmp_path: Path) -> None:
    child = Answering(_OLDER, tmp_path)
    mine = Store(f"sqlite:///{tmp_path}/store.db")
    migrate(mine)
    assert "Another version of Tunedesk" in child.answer()
    with another(mine) as other:
        other.execute(text(f"UPDATE tunedesk_version SET version_num = '{mine._version}'"))
        other.commit()
    mine.shut()
    found = ended(tmp_path, patience=10)
    assert (found.state, found.text) == ("ok", "到手的回答")
