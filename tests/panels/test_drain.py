"""A running call reaches the screen whole, in few updates, and Stop is never far."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backends import CallInFlight, ChatRequest, Completion, Delta, Message
from backends.line import Line
from panels.drain import asnapshots, snapshots, tick
from tests.panels.calls import call

Drain = Callable[[CallInFlight], list[Completion | None]]


def flight() -> CallInFlight:
    one = CallInFlight(ChatRequest("qianfan/ernie-speed-8k", (Message("user", "?"),)))
    one.attempt(Line())
    one.settle(call(state="sent"))
    return one


def feed(one: CallInFlight, deltas: Iterable[str], pause: float = 0) -> None:
    for text in deltas:
        one.add(Delta(text=text))
        if pause:
            time.sleep(pause)
    one.settle(call())
    one.finish()


def drained(one: CallInFlight) -> list[Completion | None]:
    return list(snapshots(one))


def adrained(one: CallInFlight) -> list[Completion | None]:
    async def collect() -> list[Completion | None]:
        return [answer async for answer in asnapshots(one)]

    return asyncio.run(collect())


# What no screen or store takes is shown escaped, which is another promise.
READABLE = st.characters(codec="utf-8", exclude_characters="\0")
BOTH = pytest.mark.parametrize("drain", [drained, adrained])


def test_ticks_grow_with_the_text() -> None:
    assert [tick(length) for length in (0, 4000, 10_000, 30_000, 10**6)] == [
        0.04,
        0.04,
        0.1,
        0.3,
        0.3,
    ]


@BOTH
@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(READABLE, max_size=12), max_size=12), st.sampled_from([0, 0.001]))
def test_the_text_arrives_whole_for_any_deltas(
    drain: Drain, deltas: list[str], pause: float
) -> None:
    one = flight()
    thread = threading.Thread(target=feed, args=(one, deltas, pause))
    thread.start()
    shown = [answer.text for answer in drain(one) if answer is not None]
    thread.join()
    whole = "".join(deltas)
    assert shown[-1] == whole
    # Gradio sends an update as a difference only where the text before is its beginning.
    assert all(whole.startswith(text) for text in shown)
    assert [len(text) for text in shown] == sorted(len(text) for text in shown)


@BOTH
def test_many_deltas_make_few_updates(drain: Drain) -> None:
    one = flight()
    thread = threading.Thread(target=feed, args=(one, ["word "] * 250, 0.001))
    started = time.monotonic()
    thread.start()
    shown = [answer for answer in drain(one) if answer is not None]
    elapsed = time.monotonic() - started
    thread.join()
    assert 2 <= len(shown) <= elapsed / 0.04 + 2


@BOTH
def test_a_call_that_is_over_is_shown_once(drain: Drain) -> None:
    one = flight()
    feed(one, ["你", "好"])
    assert [answer and answer.text for answer in drain(one)] == ["你好"]


@pytest.mark.alone
def test_a_stalled_provider_leaves_a_heartbeat() -> None:
    one = flight()
    one.add(Delta(text="x" * 60_000))
    answers = snapshots(one, heartbeat=0.02)
    first = next(answers)
    assert first is not None and first.text
    started = time.monotonic()
    # Also while a long text makes its ticks (0.3 s here) longer than the heartbeat.
    assert [next(answers) for _ in range(5)] == [None] * 5
    assert time.monotonic() - started < 0.29
    one.finish()
    assert list(answers)[-1] == first


def test_the_end_is_seen_at_once() -> None:
    one = flight()
    threading.Timer(0.05, one.finish).start()
    started = time.monotonic()
    assert drained(one)[-1] == Completion()
    assert time.monotonic() - started < 1


def test_waiting_blocks_nothing_else_in_the_loop() -> None:
    one = flight()

    async def both() -> float:
        async def drain() -> None:
            async for _ in asnapshots(one):
                pass

        task = asyncio.create_task(drain())
        worst = 0.0
        for _ in range(20):
            before = time.monotonic()
            await asyncio.sleep(0.005)
            worst = max(worst, time.monotonic() - before)
        one.finish()
        await task
        return worst

    assert asyncio.run(both()) < 0.3
