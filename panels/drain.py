"""Taking a running call to the screen at a pace the browser can follow.

Why these figures: field/ui.md §3. The longer the text, the fewer updates, so that an answer of
four times the length costs about four times as much to show.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence

from backends import CallInFlight, Completion

_SHORTEST, _LONGEST = 0.04, 0.3
_CHARACTERS_PER_SECOND = 100_000
_BEAT = 1.0
# Of all columns of a comparison together; with first words and ends it stays below 30.
_UPDATES_PER_SECOND = 25
# Several flights have no one thing to wait on, so they are looked at.
_LOOK = 0.02  # seconds

News = Mapping[int, Completion]


def tick(length: int) -> float:
    """Seconds between two updates of a text of this many characters: 25 Hz falling to 3 Hz."""
    return min(max(_SHORTEST, length / _CHARACTERS_PER_SECOND), _LONGEST)


def snapshots(flight: CallInFlight, heartbeat: float = 0.2) -> Iterator[Completion | None]:
    """The growing answer, at most once a tick, and last the complete one.

    None is a heartbeat: nothing new to show for `heartbeat` seconds. A page that touches its
    screen for every item can be stopped at any of them.
    """
    version, due = 0, 0.0
    while not flight.done:
        pause = due - time.monotonic()
        if pause > 0:
            # The screen's own pace: what comes meanwhile is drawn at once afterwards.
            time.sleep(min(pause, heartbeat))
            if pause > heartbeat:
                yield None
            continue
        newest = flight.wait(version, heartbeat)
        if newest == version:
            yield None
            continue
        version = newest
        answer = flight.completion()
        due = time.monotonic() + tick(len(answer.text))
        yield answer
    yield flight.completion()


async def asnapshots(flight: CallInFlight) -> AsyncIterator[Completion]:
    """The same for an event loop, which it never blocks. The first comes at once, be it empty.

    During a silence the answer so far comes again once a second: a viewer who left is only
    noticed when something is handed out.
    """
    version, length = -1, 0
    beat = time.monotonic()
    while not flight.done:
        newest = flight.wait(version, 0)
        if newest != version or time.monotonic() - beat > _BEAT:
            version = newest
            beat = time.monotonic()
            answer = flight.completion()
            length = len(answer.text)
            yield answer
        await asyncio.sleep(tick(length))
    yield flight.completion()


def together(flights: Sequence[CallInFlight], heartbeat: float = 0.2) -> Iterator[News | None]:
    """Several growing answers in one loop: by position, those that have something new.

    All of them together make at most 25 updates a second. First words and ends come at once, and
    the others wait the longer for it. The last update of each is the complete answer. None is a
    heartbeat, as in `snapshots`.
    """
    watch, beat = _Watch(flights), time.monotonic()
    while (news := watch.look()) or not watch.over:
        if news or time.monotonic() - beat >= heartbeat:
            beat = time.monotonic()
            yield news or None
        else:
            time.sleep(_LOOK)  # of several flights there is no one thing to wait for


async def atogether(flights: Sequence[CallInFlight]) -> AsyncIterator[News]:
    """The same for an event loop, which it never blocks.

    During a silence of all of them nothing new, {}, comes once a second, as in `asnapshots`.
    """
    watch, beat = _Watch(flights), time.monotonic()
    while (news := watch.look()) or not watch.over:
        if news or time.monotonic() - beat > _BEAT:
            beat = time.monotonic()
            yield news
        await asyncio.sleep(_LOOK)


class _Watch:
    """What is new in several flights, at a pace."""

    def __init__(self, flights: Sequence[CallInFlight]) -> None:
        self._flights = flights
        self._versions = [0] * len(flights)
        self._left = set(range(len(flights)))
        self._due = 0.0

    @property
    def over(self) -> bool:
        """Whether every flight was seen complete."""
        return not self._left

    def look(self) -> dict[int, Completion]:
        """What is to be shown now; {} where that is nothing, or nothing yet."""
        now, news = time.monotonic(), dict[int, Completion]()
        for place in sorted(self._left):
            flight, shown = self._flights[place], self._versions[place]
            ended = flight.done
            newest = flight.wait(shown, 0)
            due = now >= self._due or not shown
            if ended or (due and newest != shown):
                news[place], self._versions[place] = flight.completion(), newest
            if ended:
                self._left.discard(place)
        if news:
            longest = max(len(answer.text) for answer in news.values())
            pause = max(len(news) / _UPDATES_PER_SECOND, tick(longest))
            # What came out of turn is made up for, so that the sum holds.
            self._due = max(self._due, now) + pause
        return news
