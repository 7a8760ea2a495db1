"""A recorded answer as it streamed: what stood there at which time, and played at that pace."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from backends import Call


class Shown(NamedTuple):
    """What of an answer stood there so many seconds after the question."""

    at: float
    text: str
    reasoning: str


def streamed(call: Call) -> Iterator[Shown]:
    """Every state that the answer went through, from the first piece to the whole of it.

    Text that dictation took back is not on record: as much of the final text stands in for it. An
    answer whose pieces have no times on record is there all at once, when it had ended.
    """
    text = reasoning = 0
    *before, last = call.chunks or ((call.total_time or 0.0, 0, 0),)
    for at, more_text, more_reasoning in before:
        text, reasoning = text + more_text, reasoning + more_reasoning
        yield Shown(at, call.text[: max(0, text)], call.reasoning[: max(0, reasoning)])
    yield Shown(last[0], call.text, call.reasoning)


def play(
    call: Call,
    show: Callable[[Shown], None],
    speed: float = 1.0,
    *,
    clock: Callable[[], float] = time.perf_counter,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Show each state of an answer when it is due, `speed` times as fast as it came; 0: at once."""
    began = clock()
    for shown in streamed(call):
        if speed > 0 and (early := shown.at / speed - (clock() - began)) > 0:
            sleep(early)
        show(shown)
