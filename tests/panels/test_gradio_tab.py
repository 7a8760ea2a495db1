"""A Gradio tab across reloads: who it is, what it was talking about, and when its calls end."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from backends import Call, addresses
from panels.gradio_chat import call_ids
from panels.gradio_flights import Flights
from panels.gradio_return import Return
from panels.gradio_seats import Hall
from panels.gradio_tab import Talk, Talks, tab, visitor
from tests.conftest import Rig, ask

HOME = "203.0.113.5"
WORD = "0123456789abcdef0123456789abcdef"
SPEED = "qianfan/ernie-speed-8k"


def request(word: str = WORD, page: str = "page-1") -> Any:
    """A request of a page, as Gradio hands it to a handler."""
    headers = {"x-tunedesk-tab": word} if word else {}
    return SimpleNamespace(session_hash=page, headers=headers, client=SimpleNamespace(host=HOME))


def test_a_tab_is_the_same_after_a_reload_and_its_word_is_not_on_record() -> None:
    name = visitor(request())
    assert name == visitor(request(page="page-2")) != visitor(request(WORD[::-1]))
    assert WORD not in name and len(name) == 16


@pytest.mark.parametrize("word", ["", "short", WORD + "0", WORD[:-1] + "\n"])
def test_who_has_no_word_is_nobody_to_come_back(word: str) -> None:
    assert tab(request(word)) is None
    assert visitor(request(word)) == visitor(request("", "page-1"))


def test_nobody_comes_under_a_name_that_is_on_record_and_all_names_have_an_address() -> None:
    # Of their own: other tests have been seen at other addresses, and the first one counts.
    names = [visitor(request("f" * 32)), visitor(request("", "page-f"))]
    for name in names:
        assert visitor(request("", page=name)) not in names
        assert addresses.of(name) == HOME


def shown(returns: Return, whose: Any) -> list[Any]:
    """What a page shows that is opened."""

    async def gather() -> list[Any]:
        return [update async for update in returns.shown("en", whose)]

    return asyncio.run(gather())


def returns(rig: Rig, *calls: Call) -> Return:
    by_id = {call.id: call for call in calls}
    return Return(by_id.get, Flights(), Talks(), Hall().watching)


def test_a_conversation_comes_back_and_to_its_own_tab_alone(rig: Rig) -> None:
    mine, other = (rig.call(SPEED, f"Of {who}?", user=who) for who in (tab(request()), "other"))
    page = returns(rig, mine, other)
    page.talks.note(str(mine.user), [mine.id, other.id, "no-such-call"])
    answers, kept, which, _ = shown(page, request(page="page-2"))[-1]
    assert answers == kept
    assert call_ids(answers) == [mine.id] and "Of other?" not in str(answers)
    assert answers[0] == {"role": "user", "content": [{"type": "text", "text": f"Of {mine.user}?"}]}
    assert which["value"] == mine.id
    assert shown(page, request(WORD[::-1])) == [[{"__type__": "update"}] * 4]


def test_an_answer_that_still_comes_is_followed_and_then_kept(rig: Rig) -> None:
    who = str(tab(request()))
    page = returns(rig)
    flight = rig.client.start(ask(SPEED, "Still coming?", user=who))
    page.talks.note(who, [], flight)
    updates = shown(page, request())
    assert "Still coming?" in str(updates[0][0]) and updates[0][3]["interactive"] is False
    assert call_ids(updates[-1][0]) == [flight.result(5).id]
    assert updates[-1][3]["interactive"] is True
    assert page.talks.of(who).ids == (flight.result(5).id,)


@pytest.mark.parametrize("back", [True, False])
def test_a_call_ends_when_its_tab_does_not_come_back(rig: Rig, back: bool) -> None:
    rig.running.fault = "stall"
    flights, flight = Flights(grace=0.3), rig.client.start(ask(SPEED, user="me"))

    async def reload() -> bool:
        flights.arrive("me", "page-1")
        flights.add("me", flight)
        await flights.leave("page-1")
        flights.remove("me", flight)
        if back:
            flights.arrive("me", "page-2")
        assert not flight.done and flights.busy("me")
        return await asyncio.to_thread(flight.wait_done, 1.0 if back else 20.0)

    async def both() -> bool:
        ended = await reload()
        await flights.stop("me")
        return ended

    assert asyncio.run(both()) is not back
    assert flight.result(5).state == "cancelled"


def test_an_answer_that_nobody_waited_for_is_kept_on_record_alone(rig: Rig) -> None:
    talks, flight = Talks(), rig.client.start(ask(SPEED, user="me"))
    talks.note("me", ["first"], flight)
    assert talks.of("me") == Talk(("first",), flight)
    call = flight.result(5)
    talks.note("other", [])
    assert talks.of("me") == Talk(("first", call.id))


def test_without_a_page_nobody_comes_back_so_the_call_ends_at_once(rig: Rig) -> None:
    rig.running.fault = "stall"
    flights, flight = Flights(), rig.client.start(ask(SPEED, user="me"))
    flights.add("me", flight)
    flights.remove("me", flight)
    assert flight.result(5).state == "cancelled"


def test_pages_that_never_go_away_are_forgotten_and_running_calls_are_not(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("panels.gradio_flights._MOST", 3)
    flights, flight = Flights(), rig.client.start(ask(SPEED, user="busy"))
    flights.arrive("busy", "page 0")
    flights.add("busy", flight)
    for number in range(50):
        flights.arrive(f"forged {number}", f"page {number}")
    assert list(flights._pages) == ["busy", "forged 48", "forged 49"]
    flight.cancel()
    flight.result(10)
