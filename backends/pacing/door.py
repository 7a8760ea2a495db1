"""Who wants to call waits here for its turn: threads, and through the store other processes.

One pacer per provider, model and key. While a provider has shown no limit the state stays in this
process and costs no more than a lock; as soon as there is one it lives where all can see it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

from backends.keynames import KeyNames
from backends.line import Line
from backends.pacing import machine
from backends.pacing.machine import Figures
from backends.pacing.room import Wait
from backends.pacing.shipped import shipped
from backends.pacing.state import Kind, Profile, State
from backends.pacing.tokens import Need, Used
from backends.provider import Access, Provider

T = TypeVar("T")
Work = Callable[[State], T]

# Others' answers wake nobody here, so who waits looks again after so many seconds.
_LOOK = 0.25
# Keys that visitors bring come and go.
_MOST = 2_000
# What was heard is told to the others at the latest after so many seconds.
_TELL_EVERY = 0.5


class Key(NamedTuple):
    """Whose limit it is; `credential` is a name of `backends.keynames`."""

    provider: str
    model: str
    credential: str


class Shared(Protocol):
    """Where the states live that several processes use. Injected, as the ledger is."""

    def change(self, key: Key, fresh: State, work: Work[T]) -> T | None:
        """Have `work` change the state of `key`, alone, and keep what it made of it.

        The state is `fresh` where none is kept. Returns what `work` returns; None where the store
        cannot be asked now. `work` may be done more than once; the last time counts.
        """

    def profile(self, key: Key) -> Profile | None:
        """What is remembered of a provider under this key; None: nothing, or the store is away."""


@dataclass(slots=True)
class _Ask:
    """A call that waits for its turn, in the order in which they came."""

    name: str
    need: Need
    goes: bool = False
    wait: Wait | None = None
    due: float = 0.0
    # Made by who really waits: seldom anybody does.
    woken: threading.Event | None = None


class Pacer:
    """One key's turns. Usable from any thread."""

    def __init__(
        self, key: Key, profile: Profile, shared: Shared | None, clock: Callable[[], float]
    ) -> None:
        self._key, self._shared, self._clock = key, shared, clock
        self._state = machine.fresh(profile)
        self._asks: dict[str, _Ask] = {}
        self._open: set[str] = set()
        self._news: list[Callable[[State], None]] = []
        self._told_at = 0.0
        self._queue, self._lock = threading.Lock(), threading.Lock()

    @property
    def profile(self) -> Profile:
        """What is known of the limits by now."""
        return self._state.profile

    @property
    def idle(self) -> bool:
        """Whether nobody waits here, and no call is under way."""
        with self._queue:
            return not self._asks and not self._open

    def take(self, name: str, need: Need, line: Line, tell: Callable[[Wait | None], None]) -> float:
        """Wait for the turn of the call `name`; returns how many seconds that took.

        `tell` hears of each change of the wait, and of its end.

        Raises:
            Cancelled: the line was cut meanwhile; nothing was sent.
        """
        ask, began = _Ask(name, need), self._clock()
        with self._queue:
            self._asks[name] = ask
        self._turn()
        if ask.goes:
            return 0.0
        try:
            self._wait(ask, line, tell)
        finally:
            with self._queue:
                self._asks.pop(name, None)
            tell(None)
        line.pause(0)
        return self._clock() - began

    def _wait(self, ask: _Ask, line: Line, tell: Callable[[Wait | None], None]) -> None:
        with self._queue:
            woken = ask.woken = threading.Event()
        while not ask.goes:
            tell(ask.wait)
            if woken.wait(min(_LOOK, max(ask.due - self._clock(), 0.001))):
                return
            line.pause(0)
            if self._clock() >= ask.due:
                self._turn()

    def heard(self, name: str, figures: Figures | None) -> None:
        """The headers of a call's answer are here."""
        now, tells = self._clock(), figures is not None
        self._hear(lambda state: machine.heard(state, now, name, figures), tells=tells)

    def refused(self, name: str, kind: Kind, figures: Figures | None) -> None:
        """The provider said that it was too much."""
        now = self._clock()
        self._hear(lambda state: machine.refused(state, now, name, kind, figures), name, tells=True)

    def ended(self, name: str, used: Used | None) -> None:
        """A call that was sent has ended."""
        now = self._clock()
        self._hear(lambda state: machine.ended(state, now, name, used), name)

    def unsent(self, name: str) -> None:
        """A call ended without having been sent."""
        self._hear(lambda state: machine.unsent(state, name), name)

    def _hear(
        self, news: Callable[[State], None], ended: str | None = None, *, tells: bool = False
    ) -> None:
        """Keep the news for the next turn; it is at once where anybody waits for it.

        `tells`: it may be of a limit, and the first of those is for all to see.
        """
        with self._queue:
            if ended is not None:
                if ended not in self._open:
                    return
                self._open.discard(ended)
            self._news.append(news)
            waits = self._asks or not self._open or self._clock() - self._told_at > _TELL_EVERY
        if waits or (tells and self._sharing() is None):
            self._turn()

    def _sharing(self) -> Shared | None:
        """Where the state lives; None while it is this process's alone, as no limit is known."""
        known = self._state.profile
        limited = known.requests or known.tokens or known.rate or known.at_once
        return self._shared if limited or self._state.strikes else None

    def _turn(self) -> None:
        """Apply what was heard, then let go who may, first come first."""
        with self._lock:
            with self._queue:
                news, self._news = self._news, []
                asks = list(self._asks.values())
            self._told_at = now = self._clock()

            def work(state: State) -> tuple[State, list[Wait | None]]:
                for told in news:
                    told(state)
                return state, _served(state, now, asks)

            shared = self._sharing()
            done = None if shared is None else shared.change(self._key, self._state, work)
            self._state, waits = work(self._state) if done is None else done
            for ask, wait in zip(asks, waits, strict=True):
                if wait is None:
                    self._let_go(ask)
                else:
                    ask.wait, ask.due = wait, now + min(wait.seconds, _LOOK)

    def _let_go(self, ask: _Ask) -> None:
        with self._queue:
            self._open.add(ask.name)
            self._asks.pop(ask.name, None)
            ask.goes = True
            if ask.woken is not None:
                ask.woken.set()


def _served(state: State, now: float, asks: list[_Ask]) -> list[Wait | None]:
    waits: list[Wait | None] = []
    stopped: Wait | None = None
    for place, ask in enumerate(asks):
        if stopped is None:
            stopped = machine.ask(state, now, ask.name, ask.need, len(asks) - place)
        waits.append(stopped)
    return waits


class Pacers:
    """The pacers of a client, made at first need."""

    def __init__(
        self,
        shared: Shared | None = None,
        clock: Callable[[], float] = time.time,
        names: KeyNames | None = None,
    ) -> None:
        self._shared, self._clock = shared, clock
        self.names = names or KeyNames()
        self._pacers: dict[Key, Pacer] = {}
        self._lock = threading.Lock()

    def pacer(self, provider: Provider, model: str, access: Access) -> Pacer | None:
        """The pacer of a provider, model and key; None where nothing is sent anywhere."""
        if not provider.base_urls:
            return None
        row = shipped(provider.name)
        key = Key(provider.name, "*" if row.per_key else model, self.names.name(access))
        with self._lock:
            if key not in self._pacers:
                # An emulator is this process's own, and so is what it counts. A visitor's key has
                # no place in the store.
                shared = None if access.emulated or access.strange else self._shared
                self._make_room()
                known = shared.profile(key) if shared else None
                self._pacers[key] = Pacer(key, known or row.profile, shared, self._clock)
            return self._pacers[key]

    def _make_room(self) -> None:
        """Of more pacers than fit the oldest one goes that nobody uses; others would be refused by
        a limit that it knew, and learn it anew."""
        if len(self._pacers) < _MOST:
            return
        idle = next((key for key, pacer in self._pacers.items() if pacer.idle), None)
        if idle is not None:
            del self._pacers[idle]
