"""The one door: every request goes through here, and leaves a row whatever happens.

find model → account and checks → row opened, durably → wire → deltas → row closed, exactly once.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from backends import errors
from backends.account import account, check_params, wire_params
from backends.again import Again
from backends.attachments import check_attachments
from backends.caps import Cap
from backends.catalogue import Catalogue
from backends.daily import Daily
from backends.flight import CallInFlight
from backends.history import check_history, fitted
from backends.line import Line
from backends.pacing import Pacers
from backends.pacing.turn import Turn
from backends.pieces import Pieces
from backends.provider import Access, Provider
from backends.route import Route
from backends.settle import Times, settled
from backends.sieve import sieved
from backends.types import Call, ChatRequest, Delta, Words
from backends.visitors import Visitors
from backends.watchdog import Deadlines

log = logging.getLogger("tunedesk.door")

_BUSY = Words(
    "同时进行的调用太多（{most} 个）。请等其中一个结束后再发送。",
    "Too many calls are running ({most}). Wait until one ends, then send again.",
)
_CANNOT_LIST = Words(
    "{name} 不提供模型列表。请查看它的文档。",
    "{name} offers no list of its models. Look in its document.",
)

# Seconds of an answer that a process may take with it when it is killed.
_KEEP_EVERY = 0.5


class Ledger(Protocol):
    """Where calls are recorded. Injected, so that a test passes a list."""

    def open(self, call: Call) -> None:
        """Record a call that is about to be made; returns when the row is durable."""

    def keep(self, call: Call) -> None:
        """Record what has come so far of an opened call's answer; returns at once."""

    def close(self, call: Call, *, wait: bool) -> None:
        """Record its final state, durably on return if told to `wait`; called exactly once for
        each opened call."""


class Client:
    """Makes calls. `access` says where and as whom each provider is called.

    `own` says so for a visitor by the name in the request, None where they brought no key of their
    own.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        access: Callable[[Provider], Access],
        ledger: Ledger,
        *,
        deadlines: Deadlines | None = None,
        most_in_flight: int = 400,
        visitors: Visitors | None = None,
        pacers: Pacers | None = None,
        own: Callable[[Provider, str], Access | None] = lambda provider, visitor: None,
        daily: Daily | None = None,
        route: Route | None = None,
    ) -> None:
        self.catalogue = catalogue
        self._access = access
        self._own = own
        # None: whoever calls may use the desk's keys.
        self._daily = daily
        self._route = route
        self._ledger = ledger
        self._deadlines = deadlines
        self._pacers = pacers or Pacers()
        self._most = most_in_flight
        self._running = threading.BoundedSemaphore(most_in_flight)
        # None: nobody is counted, as on a laptop.
        self._visitors = visitors
        self._flights: weakref.WeakSet[CallInFlight] = weakref.WeakSet()

    def start(self, request: ChatRequest) -> CallInFlight:
        """Make a call on a thread of its own. Errors are in its final `Call`, never raised."""
        flight = CallInFlight(request)
        self._flights.add(flight)
        threading.Thread(target=self.fly, args=(flight,), name="tunedesk-call", daemon=True).start()
        return flight

    def served(self, provider_name: str, visitor: str | None = None) -> tuple[str, ...]:
        """The names of the models a service says it has, asked with the visitor's own key if any.

        Raises:
            ProviderError: it cannot be asked, or did not answer as it should.
        """
        provider = self.catalogue.providers[provider_name]
        if not provider.lists_models:
            raise errors.InvalidRequest(_CANNOT_LIST.format(name=provider_name))
        line = Line(self._deadlines, self._route)
        line.start()
        try:
            own = self._own(provider, visitor) if visitor else None
            return provider.served(own or self._access(provider), line)
        finally:
            line.close()

    def shut(self, patience: float = 3.0) -> None:
        """Stop every running call, so that its row is final; wait for that, but not for long."""
        running = [flight for flight in self._flights if not flight.done]
        for flight in running:
            flight.cancel()
        deadline = time.monotonic() + patience
        for flight in running:
            flight.wait_done(max(0.0, deadline - time.monotonic()))

    def stream(
        self,
        request: ChatRequest,
        flight: CallInFlight | None = None,
        earlier: Call | None = None,
    ) -> Iterator[Delta]:
        """Make a call and yield its deltas; what provably was not processed is tried again.

        Each attempt is a row of its own, linked to the first: `earlier` is one that the caller
        tries again. Nothing is repeated once anything was shown.

        Raises:
            ProviderError: any class of the tree, after the row is closed.
        """
        flight, again = flight or CallInFlight(request), Again()
        while True:
            try:
                yield from self._attempt(request, flight, earlier)
                return
            except errors.ProviderError as trouble:
                pause = again.pause(trouble, shown=flight.shown)
                if pause is None or not flight.pause(pause):
                    raise
                earlier = flight.call

    def fly(self, flight: CallInFlight, earlier: Call | None = None) -> Call:
        """Make a flight's call on this thread and return its final state, however it ended."""
        try:
            for _ in self.stream(flight.request, flight, earlier):
                pass
        except errors.ProviderError:
            # It is on record and in the flight; whoever holds the flight shows it.
            pass
        finally:
            flight.finish()
        return flight.result(0)

    def _attempt(
        self, request: ChatRequest, flight: CallInFlight, earlier: Call | None
    ) -> Iterator[Delta]:
        line = Line(self._deadlines, self._route)
        call = _new_call(request, earlier)
        fold = flight.attempt(line, call)
        clock = _Clock(line)
        trouble: BaseException | None = None
        record = _Record(self._ledger)
        turn = Turn(self._pacers, call.id)
        try:
            provider, model = self.catalogue.find(request.model)
            own = self._own_access(provider, request)
            access = own or self._access(provider)
            request, left_out = fitted(request, model)
            call = replace(
                call,
                emulated=access.emulated,
                credential=self._pacers.names.recorded(access),
                params=account(model, request.params),
                messages=request.messages,
                left_out=left_out,
                state="sent",
                billed="possible",
            )
            with self._admitted(), self._invited(request):
                check_params(call.params)
                check_attachments(request, model)
                check_history(request, model)
                if self._daily is not None and own is None and access.keys and not access.emulated:
                    self._daily.take()
                waited = turn.take(provider, model, request, access, line, flight.wait_for)
                call = replace(call, waited=waited)
                record.open(call)
                flight.settle(call)
                sent = wire_params(call.params)
                with flight.turn:
                    line.start()
                    clock.start()
                    cap = Cap(call.params)
                    for delta in sieved(provider.stream(request, model, sent, access, line)):
                        turn.heard(delta.rate_limit)
                        _note(delta, line, clock)
                        flight.add(delta)
                        if flight.waits and clock.due():
                            so_far = flight.completion()
                            text, reasoning = so_far.text, so_far.reasoning
                            self._ledger.keep(replace(call, text=text, reasoning=reasoning))
                        yield delta
                        cap.check(delta, fold)
            line.phase = "end"
        except errors.Transport as exc:
            # A cut line ends its reader in many ways; why it was cut is what happened.
            trouble = line.reason() or exc
            raise trouble from None
        except BaseException as exc:
            # The one broad handler: whatever it is, the row says so, and it goes on its way.
            trouble = exc
            if not isinstance(exc, errors.ProviderError | GeneratorExit):
                log.exception("a call failed inside Tunedesk")
            raise
        finally:
            line.close()
            final = settled(call, request, fold, line, clock.times(), trouble)
            turn.ended(final, sent=line.sent)
            flight.settle(final)
            record.close(final, wait=flight.waits)

    def _own_access(self, provider: Provider, request: ChatRequest) -> Access | None:
        # A run outlives the visit, and other processes work at it, which know no typed key.
        if request.run is not None or not request.user:
            return None
        return self._own(provider, request.user)

    def _admitted(self) -> _Admission:
        return _Admission(self._running, self._most)

    def _invited(self, request: ChatRequest) -> AbstractContextManager[None]:
        # The calls of a run wait for one another already.
        if self._visitors is None or request.run is not None:
            return nullcontext()
        return self._visitors.admitted(request.user)


class _Admission:
    """A place among the running calls, or a plain refusal; nobody waits unseen."""

    def __init__(self, places: threading.BoundedSemaphore, most: int) -> None:
        self._places = places
        self._most = most

    def __enter__(self) -> None:
        if not self._places.acquire(blocking=False):
            raise errors.RateLimit(_BUSY.format(most=self._most), code="busy", retryable=True)

    def __exit__(self, *_: object) -> None:
        self._places.release()


class _Record:
    """The row of one attempt: opened once, closed once, left alone if it could not be opened."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._opened: bool | None = None

    def open(self, call: Call) -> None:
        self._opened = False
        self._ledger.open(call)
        self._opened = True

    def close(self, call: Call, *, wait: bool) -> None:
        if self._opened is None:
            self.open(call)
        if self._opened:
            self._ledger.close(call, wait=wait)


class _Clock:
    """Seconds to what the reader saw, from the moment the question went out."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._started = self._last = time.perf_counter()
        self._kept = self._started
        self.first: float | None = None
        self.longest_gap: float | None = None
        self._pieces = Pieces()

    def start(self) -> None:
        """The provider is about to be called; what came before was our own time."""
        self._started = time.perf_counter()

    def tick(self, delta: Delta) -> None:
        """Something to read arrived."""
        now = time.perf_counter()
        self._pieces.add(now, delta)
        if self.first is None:
            self.first = self.total()
        else:
            self.longest_gap = max(self.longest_gap or 0.0, now - self._last)
        self._last = now

    def due(self) -> bool:
        """Whether what has come should be on record now: of a long answer, every so often."""
        now = time.perf_counter()
        if now - self._kept < _KEEP_EVERY:
            return False
        self._kept = now
        return True

    def total(self) -> float:
        """Seconds so far; fetching a token beforehand does not count."""
        return time.perf_counter() - (self._line.began or self._started)

    def times(self) -> Times:
        """What goes on record of all this."""
        chunks = self._pieces.since(self._line.began or self._started)
        return Times(self.first, self.total(), self.longest_gap, chunks)


def _new_call(request: ChatRequest, earlier: Call | None) -> Call:
    provider, _, model = request.model.partition("/")
    return Call(
        id=uuid.uuid4().hex,
        attempt=1 if earlier is None else earlier.attempt + 1,
        retry_of=None if earlier is None else earlier.retry_of or earlier.id,
        started_at=datetime.now(UTC),
        provider=provider,
        model=model,
        emulated=False,
        state="reserved",
        messages=request.messages,
        system=request.system,
        stream=request.stream,
        user=request.user,
        tag=request.tag,
        run=request.run,
        cell=request.cell,
    )


def _note(delta: Delta, line: Line, clock: _Clock) -> None:
    if delta.text or delta.reasoning or delta.tool_calls:
        line.touch()
        clock.tick(delta)
