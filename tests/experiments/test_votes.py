"""Votes are kept with their calls, once for each pair, and told apart by who answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from backends import Call, ParamTrace, Words
from experiments import vote_table, votes
from panels.compare import WINNERS
from tests.panels.calls import call
from tests.usage.test_ledger import another
from usage import Store

pytestmark = pytest.mark.databases

Make = Callable[..., Call]


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store(url)
    yield opened
    opened.shut()


@pytest.fixture
def recorded(store: Store) -> Make:
    """recorded(**facts) is a call that the store has, numbered one after the other."""
    count = 0

    def made(**facts: Any) -> Call:
        nonlocal count
        count += 1
        one = call(id=f"{count:032x}", text=f"answer {count}", **facts)
        store.open(one)
        return one

    return made


def test_a_vote_is_there_after_a_restart_with_what_was_asked(
    store: Store, recorded: Make, url: str
) -> None:
    sent = ParamTrace("temperature", 0.3, "temperature", 0.3, "sent", Words("发", "sent"))
    off = ParamTrace("top_p", None, "top_p", None, "off", Words("未", "off"))
    left = recorded(params=(sent, off), system="You are terse")
    right = recorded(provider="spark", model="generalv3.5")
    made = votes.cast(store, left, right, "right", blind=True, user="visitor")
    store.shut()
    again = Store(url)
    (vote,) = votes.read(again)
    again.shut()
    assert (vote.id, vote.winner, vote.blind, vote.user) == (made, "right", True, "visitor")
    assert vote.left.label == "qianfan/ernie-speed-8k temperature=0.3 system=You are terse"
    assert (vote.right.label, vote.right.call_id) == ("spark/generalv3.5", right.id)
    assert vote.kind == "live" and vote.counts


def test_the_pages_and_the_store_know_the_same_winners() -> None:
    assert votes.WINNERS == WINNERS


@pytest.mark.parametrize("winner", votes.WINNERS)
def test_every_winner_is_kept_as_it_is(store: Store, recorded: Make, winner: str) -> None:
    votes.cast(store, recorded(), recorded(), winner, blind=False)
    assert [vote.winner for vote in votes.read(store)] == [winner]


def test_a_second_vote_on_a_pair_is_refused_and_replaces_nothing(
    store: Store, recorded: Make
) -> None:
    left, right = recorded(), recorded()
    votes.cast(store, left, right, "left", blind=True)
    for again in ((left, right), (right, left)):
        with pytest.raises(votes.VoteRefused) as refused:
            votes.cast(store, *again, "tie", blind=True)
        assert "have a vote already" in refused.value.message.en
        assert "已经投过票" in refused.value.message.zh
    assert [vote.winner for vote in votes.read(store)] == ["left"]


@pytest.mark.parametrize("state", ["failed", "refused", "unknown", "interrupted", "partial"])
def test_trouble_is_no_defeat(store: Store, recorded: Make, state: str) -> None:
    with pytest.raises(votes.VoteRefused):
        votes.cast(store, recorded(), recorded(state=state), "left", blind=True)
    assert votes.read(store) == []


def test_a_vote_that_cannot_be_stored_says_so_and_may_be_cast_again(
    store: Store, recorded: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, right = recorded(), recorded()
    with another(store) as other:
        monkeypatch.setattr("usage.engine._BUSY_MS", 1000)
        store._engine.dispose()  # its next connection is impatient
        other.execute(text("UPDATE tunedesk_version SET version_num = version_num"))
        with pytest.raises(votes.VoteRefused) as refused:
            votes.cast(store, left, right, "left", blind=True)
        assert "not stored" in refused.value.message.en and "没有存下" in refused.value.message.zh
        other.rollback()
    votes.cast(store, left, right, "left", blind=True)
    assert len(votes.read(store)) == 1


def test_a_call_has_no_vote_against_itself(store: Store, recorded: Make) -> None:
    one = recorded()
    with pytest.raises(votes.VoteRefused):
        votes.cast(store, one, one, "tie", blind=False)


def test_a_winner_that_is_none_is_a_mistake(store: Store, recorded: Make) -> None:
    with pytest.raises(ValueError, match="best"):
        votes.cast(store, recorded(), recorded(), "best", blind=False)


def test_a_vote_on_an_answer_that_failed_afterwards_does_not_count(
    store: Store, recorded: Make
) -> None:
    running = recorded(state="sent")
    votes.cast(store, recorded(), running, "left", blind=True)
    assert not votes.read(store)[0].counts
    store.close(call(id=running.id, state="partial"))
    assert not votes.read(store)[0].counts


def test_a_vote_on_an_answer_that_came_whole_afterwards_counts(
    store: Store, recorded: Make
) -> None:
    running = recorded(state="sent")
    votes.cast(store, recorded(), running, "left", blind=True)
    store.close(call(id=running.id, state="ok"))
    assert votes.read(store)[0].counts


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [(False, False, "live"), (True, True, "emulated"), (True, False, "mixed")],
)
def test_who_answered_decides_the_scoreboard(
    store: Store, recorded: Make, left: bool, right: bool, kind: str
) -> None:
    votes.cast(store, recorded(emulated=left), recorded(emulated=right), "tie", blind=True)
    assert [vote.kind for vote in votes.read(store)] == [kind]


def test_the_table_has_each_vote_with_both_calls(store: Store, recorded: Make) -> None:
    votes.cast(store, recorded(), recorded(emulated=True), "both bad", blind=True)
    votes.cast(store, recorded(), recorded(usage=None), "left", blind=False)
    first, second = vote_table.table(store)
    assert tuple(first) == tuple(second) == vote_table.COLUMNS
    assert (first["left_text"], first["right_text"]) == ("answer 1", "answer 2")
    assert (first["left_emulated"], first["right_emulated"], first["kind"]) == (
        False,
        True,
        "mixed",
    )
    assert (first["left_output_tokens"], second["right_output_tokens"]) == (100, None)
    assert first["question"] == "你好"
