"""Calls of strangers: so many at once and a minute, by visitor and by the network they share."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from backends import Catalogue, ChatRequest, Client, Message, Visitors, addresses
from backends.errors import RateLimit
from backends.providers import PROVIDERS
from backends.visitors import Addresses, Allowance
from tests.conftest import ListLedger, Rig


def test_a_visitor_has_so_many_at_once_and_others_are_not_kept_waiting() -> None:
    visitors = Visitors(Allowance(2, 100), Allowance(9, 100))
    with ExitStack() as running:
        for _ in range(2):
            running.enter_context(visitors.admitted("alice"))
        with pytest.raises(RateLimit) as refused, visitors.admitted("alice"):
            pass
        assert "2 calls running" in refused.value.message.en and refused.value.retryable
        with visitors.admitted("bob"), visitors.admitted(None):
            pass
    with visitors.admitted("alice"):
        pass


def test_many_names_from_one_address_are_one() -> None:
    visitors = Visitors(Allowance(2, 100), Allowance(3, 100))
    for number in range(4):
        addresses.seen(f"tab-{number}", "203.0.113.77")
    addresses.seen("elsewhere", "203.0.113.78")
    with ExitStack() as running:
        for number in range(3):
            running.enter_context(visitors.admitted(f"tab-{number}"))
        with pytest.raises(RateLimit), visitors.admitted("tab-3"):
            pass
        running.enter_context(visitors.admitted("elsewhere"))


def test_a_minute_has_so_many_and_says_when_the_next_may_be_sent() -> None:
    now = [0.0]
    visitors = Visitors(Allowance(9, 3), Allowance(9, 99), lambda: now[0])
    for second in (0.0, 10.0, 20.0):
        now[0] = second
        with visitors.admitted("alice"):
            pass
    with pytest.raises(RateLimit) as refused, visitors.admitted("alice"):
        pass
    assert refused.value.retry_after == 40.0 and "in 40 s" in refused.value.message.en
    now[0] = 61.0
    with visitors.admitted("alice"):
        pass
    with pytest.raises(RateLimit), visitors.admitted("alice"):
        pass


def test_what_is_kept_of_visitors_is_bounded() -> None:
    known = Addresses(most=3)
    for number in range(9):
        known.seen(str(number), f"10.0.0.{number}")
    known.seen("8", "another")
    assert [known.of("8"), known.of("0")] == ["10.0.0.8", ""]
    now = [0.0]
    visitors = Visitors(clock=lambda: now[0])
    for number in range(50):
        now[0] += 10
        with visitors.admitted(f"visitor-{number}"):
            pass
    assert len(visitors._begun) < 20 and not visitors._running


def test_the_door_refuses_what_is_too_much_with_a_row(rig: Rig) -> None:
    ledger = ListLedger()
    client = Client(
        Catalogue(PROVIDERS),
        rig.access,
        ledger,
        visitors=Visitors(Allowance(9, 1), Allowance(9, 9)),
    )
    request = ChatRequest("qianfan/ernie-speed-8k", (Message("user", "hi"),), user="visitor")
    assert client.start(request).result(20).state == "ok"
    call = client.start(request).result(20)
    assert call.state == "refused" and call.error is not None and call.billed == "no"
    assert "At most 1 calls a minute" in call.error.message.en
    assert len(ledger.closed) == 2 and len(rig.chats()) == 1
