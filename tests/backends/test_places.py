"""Every pool of calls is bounded, says so when it is full, and leaves places for others."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from backends import Access, Call, CallInFlight, Client, Provider
from tests.conftest import Rig, ask

SLOW, OTHER, THIRD = "qianfan/ernie-speed-8k", "handbook/ngram", "deepseek/deepseek-chat"


@pytest.fixture
def stalled(rig: Rig) -> Iterator[list[CallInFlight]]:
    """Calls of a test that are to be cancelled at its end; all answers stall meanwhile."""
    rig.running.fault = "stall"
    flights: list[CallInFlight] = []
    yield flights
    for flight in flights:
        flight.cancel()
    for flight in flights:
        flight.wait_done(10)


def client_with(rig: Rig, most: int) -> Client:
    return Client(rig.client.catalogue, rig.access, rig.ledger, most_in_flight=most)


def begin(client: Client, flights: list[CallInFlight], count: int, model: str, **who: str) -> None:
    """So many calls, each with the beginning of its answer."""
    begun = [client.start(ask(model, **who)) for _ in range(count)]
    flights += begun
    deadline = time.monotonic() + 20
    while not all(flight.completion().text for flight in begun):
        assert time.monotonic() < deadline, [flight.call for flight in begun]
        time.sleep(0.005)


def refused(call: Call, zh: str, en: str) -> None:
    assert call.error is not None and call.error.code == "busy"
    assert (call.state, call.billed) == ("refused", "no")
    assert call.error.message.zh.startswith(zh) and call.error.message.en.startswith(en)


def test_a_provider_that_stalls_leaves_places_for_others(
    rig: Rig, stalled: list[CallInFlight]
) -> None:
    client = client_with(rig, 8)
    begin(client, stalled, 6, SLOW)
    refused(
        client.start(ask(SLOW)).result(5), "对 qianfan 的调用", "6 calls to qianfan are running"
    )
    assert client.start(ask(OTHER)).result(20).state == "ok"


def test_one_visitor_leaves_places_for_others(rig: Rig, stalled: list[CallInFlight]) -> None:
    client = client_with(rig, 8)
    begin(client, stalled, 2, SLOW, user="one")
    refused(client.start(ask(OTHER, user="one")).result(5), "你已有 2 个", "You have 2 calls")
    assert client.start(ask(OTHER, user="two")).result(20).state == "ok"


def test_a_run_leaves_places_for_others(rig: Rig, stalled: list[CallInFlight]) -> None:
    client = client_with(rig, 8)
    begin(client, stalled, 4, SLOW, run="r", user="one")
    refused(client.start(ask(OTHER, run="r")).result(5), "这次运行已有 4 个", "This run has 4")
    assert client.start(ask(OTHER, user="one")).result(20).state == "ok"


def test_all_places_taken_is_one_sentence_and_an_end_makes_room(
    rig: Rig, stalled: list[CallInFlight]
) -> None:
    client = client_with(rig, 4)
    begin(client, stalled, 3, SLOW)
    begin(client, stalled, 1, THIRD)
    refused(client.start(ask(OTHER)).result(5), "同时进行的调用太多（4 个）", "Too many calls are")
    stalled[0].cancel()
    assert stalled[0].wait_done(5)
    assert client.start(ask(OTHER)).result(20).state == "ok"


def test_a_call_that_waits_to_be_tried_again_keeps_its_place(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backends.again.random.uniform", lambda low, high: 60.0)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"

    def access(provider: Provider) -> Access:
        found = rig.access(provider)
        return replace(found, urls=dict.fromkeys(found.urls, nobody)) if found.urls else found

    client = Client(rig.client.catalogue, access, rig.ledger, most_in_flight=1)
    waiting = client.start(ask(SLOW))
    deadline = time.monotonic() + 10
    while not rig.ledger.closed:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    refused(client.start(ask(OTHER)).result(5), "同时进行的调用太多（1 个）", "Too many calls are")
    waiting.cancel()
    assert waiting.wait_done(5)
    assert client.start(ask(OTHER)).result(20).state == "ok"


def test_threads_are_bounded_while_the_store_does_not_answer(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backends.client._AT_THE_DOOR", 3)
    answers = threading.Event()

    def begin(call: Call) -> None:
        answers.wait(30)

    monkeypatch.setattr(rig.ledger, "begin", begin)
    client = client_with(rig, 2)
    before = threading.active_count()
    flights = [client.start(ask(OTHER)) for _ in range(40)]
    assert threading.active_count() - before <= 5
    away = [flight.result(0) for flight in flights if flight.done]
    assert len(away) == 35
    for call in away:
        refused(call, "请求太多", "There are too many requests")
    answers.set()
    for flight in flights:
        assert flight.wait_done(20)
