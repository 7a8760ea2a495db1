"""Taking a running call to the screen at a pace the browser can follow.

Why these figures: field/ui.md §3. The longer the text, the fewer updates, so that an answer of
four times the length costs about four times as much to show.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

from backends import CallInFlight, Completion
from panels.blocks import Blocks as Blocks

_SHORTEST, _LONGEST = 0.04, 0.3
_CHARACTERS_PER_SECOND = 100_000
_BEAT = 1.0


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
    """The same for an event loop, which it never blocks.

    During a silence the answer so far comes again once a second: a viewer who left is only
    noticed when something is handed out.
    """
    version = length = 0
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
