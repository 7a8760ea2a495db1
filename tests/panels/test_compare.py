"""A comparison asks every column at once, tells each what was declared, and hides what it must."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

import pytest

from backends import (
    PROVIDERS,
    CallError,
    CallInFlight,
    Catalogue,
    ChatRequest,
    Completion,
    Delta,
    Message,
    ToolCall,
    Words,
    not_honoured,
)
from backends.line import Line
from panels.compare import Column, Comparison, Round
from panels.drain import atogether, together
from panels.faces import face, price
from tests.conftest import Rig
from tests.panels.calls import call

SPEED, SPARK, NGRAM = "qianfan/ernie-speed-8k", "spark/generalv3.5", "handbook/ngram"
SIX = (
    SPEED,
    SPARK,
    "deepseek/deepseek-chat",
    "spark-http/generalv3.5",
    "chatglm3/chatglm3-6b",
    SPEED,
)


class Paid(NamedTuple):
    """What a call cost."""

    amount: Decimal
    currency: str


PAID = Paid(Decimal("0.01234"), "CNY")


class Desk:
    """Starts flights that say what the test wants them to."""

    def __init__(self) -> None:
        self.flights: list[CallInFlight] = []

    def start(self, request: ChatRequest) -> CallInFlight:
        flight = CallInFlight(request)
        provider, _, model = request.model.partition("/")
        number = f"{len(self.flights):032x}"
        record = call(id=number, provider=provider, model=model, state="sent")
        flight.attempt(Line())
        flight.settle(record)
        self.flights.append(flight)
        return flight

    def say(self, position: int, text: str) -> None:
        self.flights[position].add(Delta(text=text))

    def end(self, position: int, text: str = "", **changes: Any) -> None:
        """End the flight with `text` as all it said."""
        flight = self.flights[position]
        if text:
            flight.add(Delta(text=text))
        began = flight.call
        assert began is not None
        facts = {"id": began.id, "provider": began.provider, "model": began.model}
        flight.settle(call(**(facts | {"text": flight.completion().text} | changes)))
        flight.finish()

    def end_all(self, text: str = "an answer") -> None:
        for position, flight in enumerate(self.flights):
            if not flight.done:
                self.end(position, f"{text} {position}")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def comparison(seed: int = 0) -> Comparison:
    return Comparison("visitor", chance=random.Random(seed))


def columns(*models: str) -> tuple[Column, ...]:
    return tuple(Column(model) for model in models)


def asked(held: Comparison, desk: Desk, question: str, of: tuple[Column, ...], **how: Any) -> Round:
    begun = held.ask(desk.start, question, of, **how)
    assert begun is not None
    return begun


def turns(flight: CallInFlight) -> list[str]:
    return [message.content for message in flight.request.messages]


def test_one_question_reaches_six_services_with_the_settings_of_each(rig: Rig) -> None:
    of = tuple(
        Column(model, {"temperature": 0.1 * (place + 1)}, f"persona {place}")
        for place, model in enumerate(SIX)
    )
    held = comparison()
    begun = held.ask(rig.client.start, "温度是什么？", of)
    assert begun is not None and len(begun.flights) == 6
    ended = [flight.result(20) for flight in begun.flights]
    assert {each.state for each in ended} <= {"ok", "length"}
    assert {each.tag for each in ended} == {"compare"}
    assert [f"{each.provider}/{each.model}" for each in ended] == list(SIX)
    assert [each.system for each in ended] == [column.system for column in of]
    sent = [
        {trace.name: trace.sent for trace in each.params if trace.outcome == "sent"}
        for each in ended
    ]
    assert [each["temperature"] for each in sent] == [column.params["temperature"] for column in of]


@pytest.mark.parametrize(("history", "source"), [("own", 0), ("shared", 1), ("shared", 3)])
def test_the_history_each_service_receives_is_the_one_declared(
    rig: Rig, history: Any, source: int
) -> None:
    of = columns(SPEED, SPARK, "deepseek/deepseek-chat", "chatglm3/chatglm3-6b")
    held = comparison()
    said: list[list[str]] = []
    for question in ("温度是什么？", "那 top_p 呢？", "还有 penalty_score？"):
        begun = held.ask(rig.client.start, question, of, history=history, source=source)
        assert begun is not None
        said.append([flight.result(20).text for flight in begun.flights])
    assert held.last is not None
    for place, flight in enumerate(held.last.flights):
        whose = place if history == "own" else source
        assert turns(flight) == [
            "温度是什么？",
            said[0][whose],
            "那 top_p 呢？",
            said[1][whose],
            "还有 penalty_score？",
        ]
        received = flight.result(1).messages
        assert [message.content for message in received] == turns(flight)


def test_an_answer_that_failed_is_told_to_nobody(desk: Desk) -> None:
    held, of = comparison(), columns(SPEED, SPARK)
    asked(held, desk, "one", of)
    desk.end(0, "first answer")
    desk.end(1, "half", state="partial", error=CallError("Timeout", None, Words("超时", "late")))
    second = asked(held, desk, "two", of)
    assert [turns(flight) for flight in second.flights] == [
        ["one", "first answer", "two"],
        ["two"],
    ]
    desk.end_all()
    third = asked(held, desk, "three", of, history="shared", source=1)
    assert turns(third.flights[0]) == turns(third.flights[1]) == ["two", "an answer 3", "three"]


def test_a_question_waits_until_the_last_one_is_answered(desk: Desk) -> None:
    held = comparison()
    first = asked(held, desk, "one", columns(SPEED, SPARK))
    desk.end(0, "answer")
    assert held.ask(desk.start, "two", columns(SPEED, SPARK)) is None
    assert held.rounds == [first] and len(desk.flights) == 2


def test_after_a_vote_the_next_question_waits_for_no_answer(rig: Rig) -> None:
    rig.running.fault = "stall"
    held = comparison()
    first = held.ask(rig.client.start, "温度是什么？", columns(SPEED, SPARK), blind=True)
    assert first is not None
    for flight in first.flights:
        assert begun(flight)
    assert held.ask(rig.client.start, "还有吗？", columns(SPEED, SPARK), blind=True) is None
    assert held.vote("left", lambda *_: None)
    second = held.ask(rig.client.start, "新的？", columns(SPEED, SPARK), blind=True)
    assert second is not None and held.rounds == [second]
    assert {flight.result(5).state for flight in first.flights} == {"cancelled"}
    held.stop()


def begun(flight: CallInFlight) -> bool:
    """Wait until there is something to read."""
    version = 0
    while not flight.completion().text and not flight.done:
        version = flight.wait(version, 10)
    return bool(flight.completion().text)


def test_stop_ends_one_answer_or_all_and_keeps_what_came(rig: Rig) -> None:
    rig.running.fault = "stall"
    held = comparison()
    shown = held.ask(rig.client.start, "温度是什么？", columns(SPEED, SPARK, SPEED))
    assert shown is not None
    for flight in shown.flights:
        assert begun(flight)
    shown.stop(1)
    assert shown.flights[1].result(5).state == "cancelled"
    assert not shown.flights[0].done and not shown.flights[2].done
    held.stop()
    for flight in shown.flights:
        stopped = flight.result(5)
        assert stopped.state == "cancelled" and stopped.text


# Blind


def test_sides_are_even_over_a_hundred_votes_for_any_seed(desk: Desk) -> None:
    for seed in range(50):
        held, left = comparison(seed), 0
        for _ in range(100):
            begun = asked(held, desk, "?", columns(SPEED, SPARK), blind=True)
            left += begun.places == (0, 1)
            desk.end_all()
            assert held.vote("tie", lambda *_: None)
        assert 40 <= left <= 60


def test_sides_cannot_be_told_from_the_one_before(desk: Desk) -> None:
    held, places = comparison(7), []
    for _ in range(400):
        places.append(asked(held, desk, "?", columns(SPEED, SPARK), blind=True).places)
        desk.end_all()
        held.give_up()
    changed = sum(one != other for one, other in pairwise(places))
    assert 400 * 0.4 < changed < 400 * 0.75


def test_of_many_columns_every_pair_is_drawn_and_only_two_are_asked(desk: Desk) -> None:
    held, seen = comparison(), set()
    for _ in range(200):
        before = len(desk.flights)
        begun = asked(held, desk, "?", columns(*SIX[:4]), blind=True)
        assert len(desk.flights) - before == 2
        seen.add(begun.places)
        desk.end_all()
        held.give_up()
    assert len(seen) == 4 * 3


def test_a_blind_conversation_keeps_its_pair_until_the_vote(desk: Desk) -> None:
    held, of = comparison(), columns(*SIX[:4])
    first = asked(held, desk, "one", of, blind=True)
    desk.end_all()
    second = asked(held, desk, "two", of, blind=True)
    desk.end_all()
    assert second.places == first.places
    assert turns(second.flights[0]) == ["one", "an answer 0", "two"]
    assert held.vote("left", lambda *_: None)
    third = asked(held, desk, "three", of, blind=True)
    assert held.rounds == [third] and turns(third.flights[0]) == ["three"]


@pytest.mark.parametrize("blind", [True, False])
def test_a_blind_and_an_open_conversation_are_never_one(desk: Desk, blind: bool) -> None:
    held, of = comparison(), columns(SPEED, SPARK)
    asked(held, desk, "one", of, blind=blind)
    desk.end_all()
    second = asked(held, desk, "two", of, blind=not blind)
    assert held.rounds == [second] and turns(second.flights[0]) == ["two"]


def test_one_may_vote_while_both_answers_are_coming_and_once(desk: Desk) -> None:
    held, cast = comparison(), list[tuple[Any, ...]]()
    begun = asked(held, desk, "?", columns(SPEED, SPARK), blind=True)
    assert not held.vote("left", lambda *vote: cast.append(vote))
    desk.say(0, "Temperature")
    assert not begun.votable
    desk.say(1, "It")
    assert held.vote("right", lambda *vote: cast.append(vote))
    assert not held.vote("left", lambda *vote: cast.append(vote))
    ((left, right, winner, blind),) = cast
    assert (left.id, right.id) == (f"{0:032x}", f"{1:032x}")
    assert (winner, blind, begun.hidden, begun.running) == ("right", True, False, True)


def test_there_is_no_vote_on_trouble_and_the_round_can_be_given_up(desk: Desk) -> None:
    held = comparison()
    begun = asked(held, desk, "?", columns(SPEED, SPARK), blind=True)
    desk.end(0, "an answer")
    desk.end(1, state="failed", error=CallError("RateLimit", "18", Words("满", "full")))
    assert not begun.votable and begun.hidden
    held.give_up()
    assert not begun.hidden and begun.winner is None


def test_an_unrecorded_vote_leaves_the_round_open(desk: Desk) -> None:
    held = comparison()
    begun = asked(held, desk, "?", columns(SPEED, SPARK), blind=True)
    desk.end_all()

    def full_disk(*_: object) -> None:
        raise OSError

    with pytest.raises(OSError):
        held.vote("left", full_disk)
    assert begun.hidden and begun.votable


@pytest.mark.parametrize("running", [True, False])
def test_nothing_shown_of_an_open_blind_round_gives_a_name_away(desk: Desk, running: bool) -> None:
    secret = Column("spark/generalv3.5", {"temperature": 0.7}, "You are Spark")
    held = comparison()
    begun = asked(held, desk, "?", (secret, secret), blind=True)
    for position in (0, 1):
        asked_for = (ToolCall(0, "spark_search", "{}"),)
        told = Delta(text="half", reasoning="As Spark I think", tool_calls=asked_for)
        desk.flights[position].add(told)
        if not running:
            error = CallError("RateLimit", "11202", Words("星火限流", "Spark is busy"), "xunfei")
            desk.end(position, state="partial", error=error, served_model="4.0Ultra", emulated=True)
    for position in (0, 1):
        shown = face(begun, position, "en", lambda _: PAID)
        whole = repr(shown)
        for name in ("spark", "Spark", "xunfei", "11202", "Ultra", "0.7", "emulated", "¥", "1.2"):
            assert name not in whole
        assert shown.title in ("Answer A", "Answer B") and shown.text == "half"
    held.give_up()
    revealed = face(begun, 0, "en", lambda _: PAID)
    assert revealed.asks == "spark_search({})"
    assert revealed.title == "A · spark/generalv3.5" and revealed.settings == (
        "temperature=0.7 · system=You are Spark"
    )
    assert ("cost ¥0.0123" in revealed.figures) is not running


def test_a_face_has_the_figures_and_what_went_wrong(desk: Desk) -> None:
    held = comparison()
    begun = asked(held, desk, "?", (Column(SPEED, {"top_k": 3}), Column(SPARK)))
    desk.end(0, "an answer", emulated=True)
    error = CallError("RateLimit", "11202", Words("限流。", "Too many calls. Wait."), "slow *down*")
    desk.end(1, "half", state="partial", error=error)
    good, bad = (face(begun, position, "en") for position in (0, 1))
    assert good.trouble == ""
    for part in ("emulated", "1,234 → 100 tokens", "first token 0.50 s", "50 tokens/s"):
        assert part in good.figures
    assert "Too many calls. Wait." in bad.trouble and "\\*down\\*" in bad.trouble
    assert "incomplete" in bad.figures


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("0", "CNY", "¥0"),
        ("0.0000012345", "USD", "$0.00000123"),
        ("1.5", "EUR", "EUR 1.5"),
        ("1234.567", "CNY", "¥1234.57"),
    ],
)
def test_a_cost_has_the_digits_that_tell(amount: str, currency: str, shown: str) -> None:
    assert price(Paid(Decimal(amount), currency), "en") == shown
    assert price(None, "en") == "unknown"


def test_above_a_column_stands_what_its_model_will_not_honour() -> None:
    spec = Catalogue(PROVIDERS).find(SPEED)[1]
    refused = not_honoured(spec, Column(SPEED, {"temperature": 0.5, "top_k": 3}).params)
    assert tuple(trace.name for trace in refused) == ("top_k",)


# The pace of many

Drain = Callable[[list[CallInFlight]], list[tuple[float, dict[int, Completion]]]]


def drained(flights: list[CallInFlight]) -> list[tuple[float, dict[int, Completion]]]:
    return [(time.monotonic(), dict(news)) for news in together(flights) if news is not None]


def adrained(flights: list[CallInFlight]) -> list[tuple[float, dict[int, Completion]]]:
    async def collect() -> list[tuple[float, dict[int, Completion]]]:
        return [(time.monotonic(), dict(news)) async for news in atogether(flights) if news]

    return asyncio.run(collect())


BOTH = pytest.mark.parametrize("drain", [drained, adrained])


@BOTH
@pytest.mark.parametrize("count", [2, 6])
def test_all_columns_together_keep_below_thirty_updates_a_second(
    desk: Desk, drain: Drain, count: int
) -> None:
    flights = [desk.start(ChatRequest(SPEED, (Message("user", "?"),))) for _ in range(count)]

    def feed() -> None:
        for _ in range(100):
            for position in range(count):
                desk.say(position, "word ")
            time.sleep(0.01)
        desk.end_all()

    thread = threading.Thread(target=feed)
    started = time.monotonic()
    thread.start()
    seen = drain(flights)
    thread.join()
    seconds = time.monotonic() - started
    assert sum(len(news) for _, news in seen) <= 25 * seconds + 2 * count
    for position in range(count):
        texts = [news[position].text for _, news in seen if position in news]
        assert texts[-1] == flights[position].completion().text
        assert len(texts) >= 4 and all(texts[-1].startswith(text) for text in texts)


@BOTH
def test_the_end_of_one_is_seen_while_others_go_on(desk: Desk, drain: Drain) -> None:
    flights = [desk.start(ChatRequest(SPEED, (Message("user", "?"),))) for _ in range(3)]
    desk.end(1, "done")
    threading.Timer(0.4, desk.end_all).start()
    started = time.monotonic()
    seen = drain(flights)
    first, news = seen[0]
    assert first - started < 0.1 and news[1].text == "done"
    assert sorted(place for _, news in seen[1:] for place in news) == [0, 2]


def test_a_silence_of_all_leaves_a_heartbeat(desk: Desk) -> None:
    flights = [desk.start(ChatRequest(SPEED, (Message("user", "?"),))) for _ in range(2)]
    beats = together(flights, heartbeat=0.05)
    assert [next(beats) for _ in range(3)] == [None] * 3
    desk.end_all()
    assert set(next(beats) or ()) == {0, 1}


def test_a_vote_names_the_whole_conversation(desk: Desk) -> None:
    held = comparison()
    for question in ("One?", "Two?"):
        asked(held, desk, question, columns(SPEED, SPARK), blind=True)
        desk.end_all()
    assert all(each.hidden for each in held.rounds)
    assert held.vote("tie", lambda *vote: None)
    assert not any(each.hidden for each in held.rounds)


def test_a_column_goes_with_its_answers_and_the_others_keep_theirs(desk: Desk) -> None:
    held = comparison()
    asked(held, desk, "One?", columns(SPEED, SPARK, NGRAM))
    assert not held.remove(0), "not while answers come"
    desk.end_all()
    assert held.remove(0)
    assert [turn.content for turn in held.told(0)] == ["One?", "an answer 1"]
    asked(held, desk, "Two?", columns(SPARK, NGRAM))
    assert turns(desk.flights[-1]) == ["One?", "an answer 2", "Two?"]
