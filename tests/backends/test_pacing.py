"""The pacer as whoever calls notices it: who waits, who is told, and that nothing is lost."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

import emulators
from backends import (
    PROVIDERS,
    Access,
    Call,
    CallInFlight,
    Catalogue,
    Client,
    KeyNames,
    PaceKey,
    PaceProfile,
    Pacers,
    PaceState,
    Provider,
    RateLimit,
    pace_from_json,
    pace_to_json,
)
from backends.pacing import machine
from backends.pacing.door import Work
from backends.pacing.figures import figures_of
from backends.pacing.shipped import ROWS
from backends.pacing.tokens import Need, Used
from emulators.limits import Limits
from tests.conftest import Rig, ask

T = TypeVar("T")
V1 = "qianfan-v1/ernie_speed"


class Remembered:
    """A store's part of it, with one profile for all: windows short enough for a test."""

    def __init__(self, profile: PaceProfile) -> None:
        self._profile, self._lock = profile, threading.Lock()
        self.states: dict[PaceKey, object] = {}

    def change(self, key: PaceKey, fresh: PaceState, work: Work[T]) -> T | None:
        with self._lock:
            stored = self.states.get(key)
            state = pace_from_json(stored if isinstance(stored, dict) else pace_to_json(fresh))
            result = work(state)
            self.states[key] = pace_to_json(state)
            return result

    def profile(self, key: PaceKey) -> PaceProfile:
        return self._profile


def _sharing(rig: Rig, shared: Remembered) -> Client:
    """A client that takes the emulators for the real thing, whose limits are shared."""

    def access(provider: Provider) -> Access:
        return replace(rig.access(provider), emulated=False)

    # Who shares a store has one salt.
    pacers = Pacers(shared, names=KeyNames(b"0123456789abcdef"))
    return Client(Catalogue(PROVIDERS), access, rig.ledger, pacers=pacers)


def _paced(rig: Rig, profile: PaceProfile) -> Client:
    """The same with a profile."""

    return _sharing(rig, Remembered(profile))


@dataclass(frozen=True, slots=True)
class _Token:
    """One token of an answer, as the emulators take it."""

    text: str
    logprob: float = 0.0
    finish_reason: str | None = None


def _answer(question: str, system: str, sampling: object) -> Iterator[_Token]:
    yield _Token("茶", finish_reason="stop")


def _limited(requests: int, window: float) -> tuple[emulators.Emulators, Rig]:
    received: list[dict[str, object]] = []
    limits = Limits(requests=requests, tokens=10**9, window_seconds=window)
    running = emulators.start(
        ["qianfan"], limits=limits, log=received.append, tokens_per_second=10_000, answer=_answer
    )
    return running, Rig(running, received)


def _until(reached: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def _used_up(client: Client, calls: int) -> list[Call]:
    flights = [client.start(ask(V1, f"{number}")) for number in range(calls)]
    return [flight.result(20) for flight in flights]


def test_a_call_that_must_wait_says_so_and_how_long_then_is_made() -> None:
    running, rig = _limited(requests=3, window=3.0)
    with running:
        client = _paced(rig, PaceProfile(window=3.0))
        made = _used_up(client, 3)
        flight = client.start(ask(V1, "noch eine"))
        _until(lambda: 0 < (flight.waiting or 0.0) <= 3.1)
        call = flight.result(20)
    assert flight.waiting is None
    assert {one.state for one in [*made, call]} <= {"ok", "length"}
    assert call.waited is not None and call.waited > 0.5
    # The wait is before the question, so no figure of the provider's holds it.
    assert call.total_time is not None and call.total_time < call.waited
    assert len(rig.chats(least=4)) == 4


def test_cancel_while_waiting_sends_nothing_and_the_row_says_so() -> None:
    running, rig = _limited(requests=3, window=30.0)
    with running:
        client = _paced(rig, PaceProfile(window=30.0))
        _used_up(client, 3)
        flight = client.start(ask(V1, "halt"))
        _until(lambda: flight.waiting is not None)
        flight.cancel()
        call = flight.result(2)
        assert len(rig.chats(seconds=0.2, least=4)) == 3
    assert (call.state, call.billed, call.phase) == ("cancelled", "no", "waiting")
    assert call.wire is None and call.total_time is None
    # The wait is on record, as that of a call that was made.
    assert call.waited is not None and call.waited > 0
    assert rig.ledger.closed[-1][1].id == call.id


# A minute in 1.5 s: what the machine holds up between an answer and its reader counts forty times.
@pytest.mark.alone
def test_two_clients_that_share_a_key_are_refused_nothing() -> None:
    running, rig = _limited(requests=20, window=1.5)
    with running:
        shared = Remembered(PaceProfile(window=1.5))

        clients = [_sharing(rig, shared) for _ in range(2)]
        flights = [clients[n % 2].start(ask(V1, f"{n}", stream=False)) for n in range(50)]
        calls = [flight.result(60) for flight in flights]
    assert Counter(call.error.code for call in calls if call.error) == {}
    assert {call.state for call in calls} <= {"ok", "length"}
    [key] = shared.states
    provider = Catalogue(PROVIDERS).providers["qianfan-v1"]
    secrets = {secret.reveal() for secret in rig.access(provider).keys.values()}
    kept = f"{key} {shared.states}"
    assert not any(secret in kept for secret in secrets)


def test_who_documents_no_limit_of_the_rate_is_not_waited_for(rig: Rig) -> None:
    flights = [rig.client.start(ask("deepseek/deepseek-chat", f"{n}")) for n in range(40)]
    calls = [flight.result(60) for flight in flights]
    assert {call.state for call in calls} <= {"ok", "length"}
    assert {call.waited for call in calls} == {None}


@pytest.mark.parametrize("spelled", ["X-Ratelimit-Limit-Requests", "x-ratelimit-limit-requests"])
def test_headers_are_read_in_any_case(spelled: str) -> None:
    told = figures_of(RateLimit(headers={spelled: "60", "X-RATELIMIT-REMAINING-REQUESTS": "7"}))
    assert told is not None and (told.limit, told.remaining) == (60, 7)


def test_the_six_headers_of_v2_are_read() -> None:
    headers = {
        "X-Ratelimit-Limit-Requests": "60",
        "X-Ratelimit-Remaining-Requests": "59",
        "X-Ratelimit-Limit-Input-Tokens": "1000",
        "X-Ratelimit-Remaining-Input-Tokens": "990",
        "X-Ratelimit-Limit-Output-Tokens": "500",
        "X-Ratelimit-Remaining-Output-Tokens": "400",
    }
    told = figures_of(RateLimit(headers=headers))
    assert told is not None
    assert told.tokens == {"input": (1000, 990), "output": (500, 400)}


def test_every_provider_has_a_row() -> None:
    assert {provider.name for provider in PROVIDERS if provider.base_urls} <= ROWS.keys()


def _asked(state: PaceState, now: float, name: str, need: Need | None = None) -> bool:
    return machine.ask(state, now, name, need or Need(), 99) is None


def test_a_warm_key_is_probed_by_one_call_before_the_others_go() -> None:
    state = machine.fresh(PaceProfile(requests=100))
    assert _asked(state, 0.0, "first")
    assert not _asked(state, 0.1, "second")
    machine.heard(state, 0.2, "first", machine.Figures(100, 40))
    assert _asked(state, 0.3, "second")


def _heard(state: PaceState, sent: float, came: float, left: int) -> None:
    assert machine.ask(state, sent, f"{sent}", Need()) is None
    machine.heard(state, came, f"{sent}", machine.Figures(20, left))
    machine.ended(state, came, f"{sent}")


@pytest.mark.parametrize(
    ("lefts", "shape"),
    [
        pytest.param([10, 9, 8, 7, 6, 5, 4, 3, 2, 19], "fixed", id="window"),
        pytest.param([10, 15, 17, 19, 19, 19, 19, 19, 19, 19], "gradual", id="refill"),
    ],
)
def test_the_end_of_a_window_of_few_requests_is_told_from_a_refill(
    lefts: list[int], shape: str
) -> None:
    state = machine.fresh(PaceProfile(requests=20, proven=True))
    _heard(state, 2.0, 13.0, lefts[0])  # a slow answer, and nine requests of others
    for step, left in enumerate(lefts[1:]):
        _heard(state, 18.0 + 6 * step, 18.4 + 6 * step, left)
    assert state.profile.shape == shape


def test_tokens_are_reserved_at_the_maximum_until_the_usual_length_is_known() -> None:
    state = machine.fresh(PaceProfile(tokens={"total": 1_000}, learned=True, proven=True))
    state.answered = 9
    assert _asked(state, 0.0, "a", Need(10, 900))
    assert not _asked(state, 0.0, "b", Need(10, 900))
    machine.ended(state, 1.0, "a", Used(10, 20))
    for number in range(30):
        at = 100.0 * (number + 1)
        assert _asked(state, at, f"{number}", Need(10, 900))
        machine.ended(state, at + 1, f"{number}", Used(10, 20 + number % 3))
    assert all(_asked(state, 9_000.0, f"x{number}", Need(10, 900)) for number in range(20))


def test_retry_after_is_obeyed_to_the_second() -> None:
    state = machine.fresh(PaceProfile(proven=True))
    assert _asked(state, 0.0, "a")
    machine.refused(state, 0.1, "a", "requests", machine.Figures(retry_after=7.0))
    assert not _asked(state, 7.0, "b")
    assert _asked(state, 7.2, "b")


def test_a_limit_that_an_answer_names_holds_where_none_is_documented() -> None:
    state = machine.fresh(PaceProfile("none"))
    assert all(_asked(state, 0.0, f"{number}") for number in range(64))
    machine.heard(state, 0.1, "0", machine.Figures(64, 0))
    assert not _asked(state, 0.2, "one more")


def test_a_refusal_for_concurrency_lowers_the_number_at_once() -> None:
    state = machine.fresh(PaceProfile(proven=True))
    state.answered = 9
    assert all(_asked(state, 0.0, name) for name in "abc")
    machine.refused(state, 0.1, "c", "at once")
    assert not _asked(state, 0.2, "d")
    machine.ended(state, 0.3, "a")
    assert _asked(state, 0.4, "d")


def test_a_window_that_ends_between_answers_in_quick_succession_is_seen_to_be_fixed() -> None:
    state = machine.fresh(PaceProfile())
    sent = [3.17 * number for number in range(19)] + [59.985, 60.005, 60.015, 60.025, 62.0]
    # The window began with the first request, the next one with that after a minute.
    left = [*range(19, -1, -1), 19, 18, 17, 16]
    for number, (at, remaining) in enumerate(zip(sent, left, strict=True)):
        assert machine.ask(state, at, f"{number}", Need()) is None
        machine.heard(state, at + 0.004, f"{number}", machine.Figures(20, remaining))
        machine.ended(state, at + 0.005, f"{number}", None)
    assert state.profile.shape == "fixed"
    assert state.low is not None and state.high is not None
    assert state.low < 60.006 < state.high < 60.1


def test_a_refusal_for_the_concurrency_of_others_is_waited_out_and_says_nothing_of_ours() -> None:
    state = machine.fresh(PaceProfile(proven=True))
    state.answered = 9
    for at, pause in ((0.0, 1.0), (1.2, 2.0), (3.6, 4.0)):
        assert _asked(state, at, f"{at}")
        machine.refused(state, at + 0.1, f"{at}", "at once")
        assert not _asked(state, at + 0.05 + pause, "too soon")
    assert state.profile.at_once is None
    assert _asked(state, 7.8, "a")
    machine.heard(state, 70.0, "a", None)
    assert all(_asked(state, 70.1, name) for name in "bcdefg")


@given(
    st.lists(
        st.tuples(st.sampled_from(["ask", "heard", "refused", "ended"]), st.integers(0, 9)),
        max_size=40,
    )
)
def test_what_is_shared_says_the_same_after_a_trip_through_json(
    steps: list[tuple[str, int]],
) -> None:
    state, now = machine.fresh(PaceProfile()), 0.0
    for what, name in steps:
        now += 0.7
        if what == "ask":
            machine.ask(state, now, f"{name}", Need(5, 50))
        elif what == "heard":
            machine.heard(state, now, f"{name}", machine.Figures(20, name, {"total": (900, 90)}))
        elif what == "refused":
            machine.refused(state, now, f"{name}", "limit")
        else:
            machine.ended(state, now, f"{name}", Used(4, 40))
        copied = pace_from_json(pace_to_json(state))
        assert copied == state


def test_what_is_kept_of_a_provider_that_tells_nothing_does_not_grow_with_its_calls() -> None:
    state = machine.fresh(PaceProfile())
    for number in range(1_000):
        at = number / 50
        assert _asked(state, at, f"{number}")
        machine.heard(state, at + 0.005, f"{number}", None)
        machine.ended(state, at + 0.006, f"{number}")
    assert len(state.front) < 20


def test_a_flight_that_never_waited_says_none() -> None:
    assert CallInFlight(ask(V1)).waiting is None
