"""Many people at once: how long they wait for an answer, and for a page while providers stall."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from bench.apps import App
from bench.upstream import (
    LAST_WORDS,
    SLOW_MODEL,
    Served,
    Upstream,
    clock,
    ideal,
    kept_pace,
    question,
)
from bench.visitors import Visitor, visitor

_BUILT_IN = "handbook/ngram"
# Tokens in and out.
_FIGURES = re.compile(r"→ ≈?([\d,]+) ")


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds each person waited for a whole answer, and what it took where it was written."""

    seconds: list[float]
    served: list[Served]
    on_time: bool

    @property
    def ratio(self) -> float:
        """The longest wait over the ideal one."""
        return max(self.seconds) / ideal(self.served)


@dataclass(frozen=True, slots=True)
class Service:
    """Seconds until somebody new has the page, and per token of the built-in model's answer."""

    page: float
    token: float


def chatting(app: App, upstream: Upstream, people: int, tokens: int) -> Waits:
    """All ask at the same moment and read until their answer is whole.

    Raises RuntimeError when an answer is not.
    """
    before = len(upstream.served())
    start = threading.Barrier(people)

    def one(person: Visitor) -> float:
        start.wait(60)
        begun = clock()
        person.ask(question(tokens))
        text = person.finish()
        waited = clock() - begun
        if LAST_WORDS not in text:
            raise RuntimeError(f"not the whole answer from {app.kind}: …{text[-300:]}")
        return waited

    with _people(app, people) as crowd, ThreadPoolExecutor(people) as pool:
        seconds = list(pool.map(one, crowd))
        upstream.wait(5, served=before + people)
    served = upstream.served()[before:]
    return Waits(seconds, served, kept_pace(served, upstream.slow))


def served_anew(app: App) -> Service:
    """Somebody new opens the app and asks the built-in model.

    Raises RuntimeError when no figures stand under the answer.
    """
    person = visitor(app, _BUILT_IN)
    try:
        begun = clock()
        person.open()
        opened = clock()
        person.ask("What is temperature?")
        # The answers are of different lengths.
        found = _FIGURES.search(person.finish())
        answered = clock()
        if found is None:
            raise RuntimeError(f"no figures under an answer of {app.kind}")
        tokens = int(found[1].replace(",", ""))
        return Service(opened - begun, (answered - opened) / tokens)
    finally:
        person.close()


@contextmanager
def stalled(app: App, upstream: Upstream, people: int) -> Iterator[None]:
    """Meanwhile, this many answers of the slow model have begun and do not go on."""
    gone = threading.Event()
    before, ended = upstream.begun(), len(upstream.served())
    with ExitStack() as leave:
        upstream.stall(True)
        leave.callback(upstream.stall, False)
        crowd = leave.enter_context(_people(app, people))
        pool = leave.enter_context(ThreadPoolExecutor(people))
        # Before anybody leaves, nobody reads any more.
        leave.callback(gone.set)
        for person in crowd:
            person.ask(question(200))
            pool.submit(person.linger, gone)
        if not upstream.wait(30, begun=before + people):
            raise RuntimeError(f"{upstream.begun() - before} of {people} calls arrived upstream")
        yield
    if not upstream.wait(15, served=ended + people):
        raise RuntimeError(f"{app.kind} keeps calls open for people who have left")


@contextmanager
def _people(app: App, count: int) -> Iterator[list[Visitor]]:
    """So many people who have the page in front of them."""
    crowd = [visitor(app, SLOW_MODEL) for _ in range(count)]
    try:
        # A few at a time: opening is not what is measured.
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda person: person.open(), crowd))
        yield crowd
    finally:
        for person in crowd:
            person.close()
