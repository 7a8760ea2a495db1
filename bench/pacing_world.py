"""Calls through a pacer against a limiter, in virtual time, and the best that could be done.

Events, no threads and no waiting: a run of 1,450 calls over two minutes takes a part of a second
and comes out the same every time.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from backends.pacing import machine
from backends.pacing.state import Kind, Profile, State
from backends.pacing.tokens import Need
from bench.pacing_servers import LIMIT, WINDOW, Limiter, limiter

AT_ONCE: Final = 64
CALLS: Final = 1_450
FOREIGN: Final = 300
_ONE_WAY: Final = 0.02
_POLL: Final = 0.25


@dataclass(frozen=True, slots=True)
class Scene:
    """One run: the limiter's shape, whether others used the key, how many processes share it.

    `kind` is what the code of a refusal says. `early`: the headers come before the answer, as they
    do when it is streamed; else with it.
    """

    shape: str
    warm: bool
    processes: int
    seed: int
    early: bool = True
    calls: int = CALLS
    kind: Kind = "limit"

    @property
    def phase(self) -> float:
        """Seconds from the start to the end of the first window: evenly spread over the seeds."""
        return WINDOW * ((self.seed * 0.6180339887498949) % 1.0)

    def limiter(self) -> Limiter:
        """The limiter as the first call finds it."""
        made, chance = limiter(self.shape, self.phase), random.Random(f"foreign{self.seed}")
        if not self.warm:
            return made
        began = self.phase - WINDOW if self.shape in ("fixed", "two windows") else -WINDOW
        for moment in sorted(chance.uniform(began, 0.0) for _ in range(FOREIGN)):
            if made.free(moment) > 0:
                made.admit(moment)
        return made


@dataclass(slots=True)
class Luck:
    """What chance decides of each call, the same for whoever paces it."""

    seed: int
    _made: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._made = random.Random(f"luck{self.seed}")

    def way(self) -> float:
        """Seconds one way."""
        return _ONE_WAY + self._made.expovariate(1 / 0.003)

    def answer(self, call: int) -> float:
        """Seconds the answer to a call takes: 0.8 in the middle."""
        return random.Random(f"{self.seed}/{call}").lognormvariate(-0.2231435513, 0.5)


@dataclass(slots=True)
class Outcome:
    """Seconds to the last answer, refusals, answers by call, and what was learned."""

    seconds: float
    refused: int
    answers: Counter[int]
    profile: Profile


def optimum(scene: Scene) -> float:
    """Seconds of who knows the limiter and sends each request the moment it will be admitted."""
    made, luck = scene.limiter(), Luck(scene.seed)
    free, last, end = [0.0] * AT_ONCE, 0.0, 0.0
    for call in range(scene.calls):
        at = max(heapq.heappop(free) + luck.way(), last)
        last = at = made.earliest(at)
        made.admit(at)
        done = at + luck.answer(call) + luck.way()
        heapq.heappush(free, done)
        end = max(end, done)
    return end


class World:
    """A scene under way. `pacer` holds what all processes share."""

    def __init__(self, scene: Scene, state: State) -> None:
        self._scene, self._state = scene, state
        self._limiter, self._luck = scene.limiter(), Luck(scene.seed)
        self._events: list[tuple[float, int, Callable[..., None], tuple[object, ...]]] = []
        self._order = count()
        self._todo = list(range(scene.calls - 1, -1, -1))
        share = AT_ONCE // scene.processes
        self._idle = [share + (AT_ONCE % scene.processes > place)
                      for place in range(scene.processes)]  # fmt: skip
        # Machines' clocks differ a little.
        self._skew = [0.0, 0.02, -0.02][: scene.processes]
        self._woken = [float("inf")] * scene.processes
        self._sent = count()
        self.refused, self.end = 0, 0.0
        self.answers: Counter[int] = Counter()

    def run(self) -> Outcome:
        """Until every call has its answer."""
        for process in range(self._scene.processes):
            self._at(0.0, self._start, process)
        while self._events and self.end < 3_600:
            now, _, happens, told = heapq.heappop(self._events)
            happens(now, *told)
            if sum(self.answers.values()) >= self._scene.calls:
                break
        return Outcome(self.end, self.refused, self.answers, self._state.profile)

    def _at(self, moment: float, happens: Callable[..., None], *told: object) -> None:
        heapq.heappush(self._events, (moment, next(self._order), happens, told))

    def _due(self, now: float, process: int) -> None:
        """A wait is over, unless something was heard meanwhile and it asked already."""
        if now == self._woken[process]:
            self._start(now, process)

    def _start(self, now: float, process: int) -> None:
        """Send what may go; what may not asks again when its wait is over."""
        self._woken[process] = float("inf")
        clock = now + self._skew[process]
        while self._todo and self._idle[process]:
            name = f"{next(self._sent)}"
            waiting = min(self._idle[process], len(self._todo))
            wait = machine.ask(self._state, clock, name, Need(), waiting)
            if wait is not None:
                pause = wait.seconds if self._scene.processes == 1 else min(wait.seconds, _POLL)
                self._wake(now + max(pause, 0.001), process)
                return
            self._idle[process] -= 1
            # Sharing the state takes a moment between the grant and the sending.
            delay = self._luck.way() / 5 if self._scene.processes > 1 else 0.0
            self._at(now + delay + self._luck.way(), self._arrive, process, self._todo.pop(), name)

    def _wake(self, moment: float, process: int) -> None:
        self._woken[process] = moment
        self._at(moment, self._due, process)

    def _arrive(self, now: float, process: int, call: int, name: str) -> None:
        back = self._luck.way()
        if self._limiter.free(now) < 1:
            self._at(now + 0.002 + back, self._refused, process, call, name)
            return
        self._limiter.admit(now)
        left = LIMIT if self._scene.shape == "small bucket" else self._limiter.free(now)
        figures = machine.Figures(LIMIT, left)
        takes = self._luck.answer(call)
        heard = now + (0.01 if self._scene.early else takes) + back
        self._at(heard, self._heard, process, name, figures)
        self._at(max(now + takes + back, heard), self._answered, process, call, name)

    def _heard(self, now: float, process: int, name: str, figures: machine.Figures) -> None:
        machine.heard(self._state, now + self._skew[process], name, figures)
        self._start(now, process)

    def _answered(self, now: float, process: int, call: int, name: str) -> None:
        machine.ended(self._state, now + self._skew[process], name)
        self.answers[call] += 1
        self.end = max(self.end, now)
        self._idle[process] += 1
        self._start(now, process)

    def _refused(self, now: float, process: int, call: int, name: str) -> None:
        self.refused += 1
        machine.refused(self._state, now + self._skew[process], name, self._scene.kind)
        self._todo.append(call)
        self._idle[process] += 1
        self._start(now, process)


def played(scene: Scene, profile: Profile | None = None) -> Outcome:
    """A run from its start, with what is known of the provider before."""
    return World(scene, machine.fresh(profile or Profile())).run()
