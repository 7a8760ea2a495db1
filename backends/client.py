"""The one door: every request goes through here, and leaves a row whatever happens.

find model → account and checks → row opened, durably → wire → deltas → row closed, exactly once.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
import weakref
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from backends import errors
from backends.account import account, check_params, wire_params
from backends.again import Again
from backends.attachments import check_attachments
from backends.caps import Cap
from backends.catalogue import Catalogue
from backends.daily import Daily
from backends.flight import CallInFlight
from backends.history import check_history, fitted
from backends.ledger import Ledger, RowOf
from backends.line import Line
from backends.pacing import Pacers
from backends.pacing.turn import Turn
from backends.places import Place, Places
from backends.provider import Access, Provider
from backends.route import Route
from backends.settle import settled
from backends.sieve import sieved
from backends.steps import Step, Steps, finished
from backends.stopwatch import Stopwatch
from backends.types import Call, CallError, ChatRequest, Delta, Words
from backends.visitors import Visitors
from backends.watchdog import Deadlines

log = logging.getLogger("tunedesk.door")

# Threads of those who are told that there is no place; with a store that answers late they wait.
_AT_THE_DOOR = 200
_NO_THREAD = Words(
    "请求太多，这次提问没有记录，也没有发送。请稍后再发送。",
    "There are too many requests; the question was neither recorded nor sent. Send it again later.",
)
_CANNOT_LIST = Words(
    "{name} 不提供模型列表。请查看它的文档。",
    "{name} offers no list of its models. Look in its document.",
)


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
        self._places = Places(most_in_flight)
        # Beside those who have a place, those who are being told that there is none.
        self._threads = threading.BoundedSemaphore(most_in_flight + _AT_THE_DOOR)
        # None: nobody is counted, as on a laptop.
        self._visitors = visitors
        self._flights: weakref.WeakSet[CallInFlight] = weakref.WeakSet()

    def start(self, request: ChatRequest) -> CallInFlight:
        """Make a call on a thread of its own. Errors are in its final `Call`, never raised."""
        flight = CallInFlight(request)
        self._flights.add(flight)
        if self._threads.acquire(blocking=False):
            threading.Thread(
                target=self._fly_once, args=(flight,), name="tunedesk-call", daemon=True
            ).start()
        else:
            flight.settle(_turned_away(request))
            flight.finish()
        return flight

    def _fly_once(self, flight: CallInFlight) -> None:
        try:
            self.fly(flight)
        finally:
            self._threads.release()

    def served(self, provider_name: str, visitor: str | None = None) -> tuple[str, ...]:
        """The names of the models a service says it has, asked with the visitor's own key if any.

        Raises:
            ProviderError: it cannot be asked, or did not answer as it should.
        """
        provider = self.catalogue.providers[provider_name]
        if not provider.lists_models:
            raise errors.InvalidRequest(_CANNOT_LIST.format(name=provider_name))
        line = Line(self._deadlines, self._route)
        with Place(self._places) as place:
            place.take(provider_name)
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
        with closing(self._steps(request, flight or CallInFlight(request), earlier)) as steps:
            for step in steps:
                if isinstance(step, Delta):
                    yield step

    def _steps(
        self, request: ChatRequest, flight: CallInFlight, earlier: Call | None
    ) -> Generator[Step]:
        again = Again()
        with Place(self._places) as place:
            while True:
                try:
                    yield from self._attempt(request, flight, earlier, place)
                    return
                except errors.ProviderError as trouble:
                    pause = again.pause(trouble, shown=flight.shown)
                    if pause is None:
                        raise
                    yield None
                    if not flight.pause(pause):
                        raise
                    earlier = flight.call

    def fly(self, flight: CallInFlight, earlier: Call | None = None) -> Call:
        """Make a flight's call on this thread and return its final state, however it ended."""
        return finished(self.steps(flight, earlier))

    def steps(self, flight: CallInFlight, earlier: Call | None = None) -> Steps[Call]:
        """As `fly`, for who makes others meanwhile: yields the row that the call waits for, and
        None before it waits for its turn again. It may go on on any thread.
        """
        try:
            for step in self._steps(flight.request, flight, earlier):
                if not isinstance(step, Delta):
                    yield step
        except errors.ProviderError:
            # It is on record and in the flight; whoever holds the flight shows it.
            pass
        finally:
            flight.finish()
        return flight.result(0)

    def _attempt(
        self, request: ChatRequest, flight: CallInFlight, earlier: Call | None, place: Place
    ) -> Iterator[Step]:
        line = Line(self._deadlines, self._route)
        which = _identity(earlier)
        call: Call | None = None
        access: Access | None = None
        fold = flight.attempt(line)
        clock = Stopwatch(line)
        trouble: BaseException | None = None
        record = RowOf(self._ledger)
        turn = Turn(self._pacers, which["id"])
        try:
            provider, model = self.catalogue.find(request.model)
            own = self._own_access(provider, request)
            access = own or self._access(provider)
            params = account(model, request.params)
            request, left_out = fitted(request, model)
            call = _new_call(
                request,
                which,
                emulated=access.emulated,
                credential=self._pacers.names.recorded(access),
                params=params,
                left_out=left_out,
                state="sent",
                billed="possible",
            )
            place.take(call.provider, request)
            with self._invited(request):
                check_params(call.params)
                check_attachments(request, model)
                check_history(request, model)
                if self._daily is not None and own is None and access.keys and not access.emulated:
                    self._daily.take()
                waited = turn.take(provider, model, request, access, line, flight.wait_for)
                if waited is not None:
                    call = replace(call, waited=waited)
                pending = record.begin(call)
                if pending is not None:
                    yield pending
                record.opened()
                # Whoever held it back meanwhile has it recorded, and never sent.
                line.pause(0)
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
                        if flight.waits and clock.due(flight.size):
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
            if call is None:
                emulated = access is not None and access.emulated
                call = _new_call(request, which, emulated=emulated)
            final = settled(call, request, fold, line, clock.times(), trouble)
            turn.ended(final, sent=line.sent)
            flight.settle(final)
            record.close(final, wait=flight.waits)

    def _own_access(self, provider: Provider, request: ChatRequest) -> Access | None:
        # A run outlives the visit, and other processes work at it, which know no typed key.
        if request.run is not None or not request.user:
            return None
        return self._own(provider, request.user)

    def _invited(self, request: ChatRequest) -> AbstractContextManager[None]:
        # The calls of a run wait for one another already.
        if self._visitors is None or request.run is not None:
            return nullcontext()
        return self._visitors.admitted(request.user)


def _turned_away(request: ChatRequest) -> Call:
    """A call for which there is not even a thread to record it; nothing was sent."""
    told = errors.RateLimit(_NO_THREAD, code="busy", retryable=True)
    error = CallError(type(told).__name__, told.code, told.message)
    return _new_call(request, _identity(None), state="refused", error=error)


def _identity(earlier: Call | None) -> dict[str, Any]:
    """What tells an attempt, which begins now, from all others."""
    return {
        "id": secrets.token_hex(16),
        "attempt": 1 if earlier is None else earlier.attempt + 1,
        "retry_of": None if earlier is None else earlier.retry_of or earlier.id,
        "started_at": datetime.now(UTC),
    }


def _new_call(request: ChatRequest, identity: Mapping[str, Any], **known: Any) -> Call:
    """The call of a request as far as it is known: without more, of one that was never checked."""
    provider, _, model = request.model.partition("/")
    facts = {"emulated": False, "state": "reserved", **known}
    return Call(
        **identity,
        provider=provider,
        model=model,
        messages=request.messages,
        system=request.system,
        stream=request.stream,
        user=request.user,
        tag=request.tag,
        run=request.run,
        cell=request.cell,
        **facts,
    )


def _note(delta: Delta, line: Line, clock: Stopwatch) -> None:
    if delta.text or delta.reasoning or delta.tool_calls:
        line.touch()
        clock.tick(delta)
