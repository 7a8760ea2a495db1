"""The text of the answers: the handbook model behind one door, paced, metered and spoilt on demand.

Nothing here knows a protocol.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from .counting import Meter
from .faults import Ending, Fault

if TYPE_CHECKING:
    from handbook import Sampling


class TokenLike(Protocol):
    """What an answer is made of; `finish_reason` is None until the last token."""

    @property
    def text(self) -> str: ...
    @property
    def logprob(self) -> float: ...
    @property
    def finish_reason(self) -> str | None: ...


# Endings that are none.
ENDLESS: Final = ("endless", "drip")
# (question, system, sampling) -> tokens. It runs on the servers' loop, so each step must be short.
Answer = Callable[[str, str, "Sampling"], Iterator[TokenLike]]


class Cut(Exception):
    """The connection is to be dropped here, in mid-answer."""


class Broken(Exception):
    """The provider's own error is to be sent here, in mid-answer."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One step of an answer: text or reasoning, and on the last one why it ends.

    `alone` asks protocols that gather pieces into frames to send this one by itself.
    """

    text: str = ""
    reasoning: str = ""
    finish_reason: str | None = None
    logprob: float = 0.0
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """One answer to be written; `budget` is its limit in the tokens of `meter`.

    It begins with `thought`, as reasoning, and `lead`; the model's own words follow.
    """

    question: str
    system: str
    meter: Meter
    budget: int | None = None
    knobs: Mapping[str, Any] = field(default_factory=dict)
    thought: str = ""
    lead: str = ""


class Writer:
    """Writes answers; the handbook is loaded when the first one is asked for."""

    def __init__(self, answer: Answer | None, tokens_per_second: float) -> None:
        self._answer = answer
        self._rate = tokens_per_second
        self._sampling: type[Sampling] | None = None

    async def write(self, order: Order, fault: Fault | None) -> AsyncIterator[Piece]:
        """The pieces of the answer in real time.

        `order.meter` has counted a piece when it is given out. Raises Cut or Broken where `fault`
        says so, and never ends by itself in a stall.
        """
        if self._sampling is None:
            # Importing numpy and loading the model take long enough to hold up other streams.
            await asyncio.to_thread(self._prepare)
        if fault is not None and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault is not None and fault.says:
            order.meter.add(fault.says)
            yield Piece(fault.says)
        begun = time.monotonic()
        for number, piece in enumerate(self._pieces(order), start=1):
            await asyncio.sleep(max(0.0, begun + number / self._rate - time.monotonic()))
            if fault is None or fault.ending is None:
                yield piece
            elif number <= fault.after and piece.finish_reason is None:
                # Gathered text would be lost with what follows it.
                yield replace(piece, alone=True)
            elif fault.ending in ENDLESS:
                async for more in _without_end(fault.ending == "drip"):
                    yield more
                return
            else:
                yield await spoil(fault.ending)
                return

    def _prepare(self) -> None:
        from handbook import Sampling, load

        if self._answer is None:
            self._answer = load().generate
        self._sampling = Sampling

    def _pieces(self, order: Order) -> Iterator[Piece]:
        for part in self._parts(order):
            after = order.meter.would_be(part.text or part.reasoning)
            if order.budget is not None and after > order.budget:
                yield Piece(finish_reason="length")
                return
            order.meter.add(part.text or part.reasoning)
            yield part
            if part.finish_reason is not None:
                return
        yield Piece(finish_reason="stop")

    def _parts(self, order: Order) -> Iterator[Piece]:
        for start in range(0, len(order.thought), 4):
            yield Piece(reasoning=order.thought[start : start + 4])
        for start in range(0, len(order.lead), 4):
            yield Piece(text=order.lead[start : start + 4])
        assert self._sampling is not None and self._answer is not None
        sampling = self._sampling(**order.knobs)
        for token in self._answer(order.question, order.system, sampling):
            yield Piece(token.text, "", token.finish_reason, token.logprob)


async def _without_end(slow: bool) -> AsyncIterator[Piece]:
    """Text that goes on and on; a whole answer must end some time, and does after 4 Mi signs."""
    piece = Piece("字" if slow else "字" * 4096, alone=True)
    for _ in range(1024):
        await asyncio.sleep(0.05 if slow else 0)
        yield piece
    yield Piece(finish_reason="stop")


async def spoil(ending: Ending) -> Piece:
    """Does what the fault says; returns only for `filter`, with the piece that ends the answer."""
    if ending == "stall" or ending in ENDLESS:
        await asyncio.Event().wait()
    if ending == "cut":
        raise Cut
    if ending == "error":
        raise Broken
    return Piece(finish_reason="content_filter")


def thought_about(question: str) -> str:
    """The short reasoning that a thinking model shows first."""
    return f"先看问题：{question[:20]}。找出关键词，再按手册组织回答。"


def outcome_of(reason: str) -> str:
    """The log's word for how a whole answer ended."""
    return reason if reason in ("length", "content_filter") else "ok"
