"""What a process keeps for the next call is bounded, and the oldest goes first."""

from __future__ import annotations

import socket
from contextlib import closing

from backends import Access, KeyNames, Secret
from backends.once import _MOST as MOST_FACTS
from backends.once import Once
from backends.wire import idle
from backends.wire.dial import Origin
from backends.wire.idle import Idle, Way


def _way(number: int) -> Way:
    return Way(Origin("http", f"host{number}.example", 80), None)


def test_so_many_connections_to_a_service_are_kept_and_the_rest_are_closed() -> None:
    kept, pairs = Idle(), [socket.socketpair() for _ in range(idle._MOST_KEPT + 3)]
    for near, _ in pairs:
        kept.put(_way(0), near)
    closed = [near for near, _ in pairs if near.fileno() < 0]
    assert closed == [near for near, _ in pairs[idle._MOST_KEPT :]]
    kept.clear()
    assert all(near.fileno() < 0 for near, _ in pairs)
    for _, far in pairs:
        far.close()


def test_of_more_services_than_are_kept_that_called_longest_ago_is_let_go() -> None:
    kept, pairs = Idle(), [socket.socketpair() for _ in range(idle._MOST_SERVICES + 1)]
    for number, (near, _) in enumerate(pairs[:-1]):
        kept.put(_way(number), near)
    first = kept.take(_way(0))
    assert first is pairs[0][0]
    kept.put(_way(0), first)
    kept.put(_way(len(pairs)), pairs[-1][0])
    assert [number for number, (near, _) in enumerate(pairs) if near.fileno() < 0] == [1]
    kept.clear()
    for _, far in pairs:
        far.close()


def test_a_connection_that_has_something_to_say_is_not_given_out() -> None:
    kept = Idle()
    near, far = socket.socketpair()
    with closing(far):
        kept.put(_way(0), near)
        far.sendall(b"what nobody asked for")
        assert kept.take(_way(0)) is None and near.fileno() < 0


def test_what_is_made_of_facts_is_kept_for_so_many() -> None:
    made: list[object] = []

    def make(fact: object) -> int:
        made.append(fact)
        return len(made)

    once = Once(make)
    facts = [object() for _ in range(3 * MOST_FACTS)]
    for fact in facts:
        assert once(fact) == once(fact)
    assert len(made) == len(facts) and len(once._kept) <= MOST_FACTS


def test_names_of_keys_are_kept_for_so_many_and_come_out_alike() -> None:
    names = KeyNames(b"salt")
    first = Access({}, {"K": Secret("fake-key-of-a-test-0")}, emulated=True)
    name = names.name(first)
    for number in range(1, 1200):
        names.name(Access({}, {"K": Secret.borrowed(f"fake{number}", strange=True)}, emulated=True))
    assert len(names._known) <= 1000
    again = Access({}, {"K": Secret("fake-key-of-a-test-0")}, emulated=True)
    assert names.name(again) == name
