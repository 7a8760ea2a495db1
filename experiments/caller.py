"""One cell's call: asked, tried again where that is safe, scored."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from backends import Call, CallInFlight, ChatRequest, Client, Message, Steps, Words, finished
from experiments.gate import MOST_TRIES, Turns, may_repeat, pause_before
from experiments.journal import Journal, Run
from experiments.scoring.judge import JUDGE_KINDS, TAG
from experiments.scoring.scores import KINDS, score
from experiments.types import Cell, Prompt, ScoreSpec, Setting
from usage.prices import Prices

_UNLIMITED = 1 << 30
# Sentences about unscored answers; each is a write of the whole list.
_MOST_TOLD = 20


class Held(Exception):
    """A run was held back, or cut, before this could be asked."""


class Caller:
    """Makes a run's calls, on any thread, within its budget."""

    def __init__(self, client: Client, journal: Journal, run: Run, prices: Prices) -> None:
        self._client, self._journal, self._run = client, journal, run
        self._prices = prices
        self._settings = run.settings
        self._judged = any(spec.kind in JUDGE_KINDS for spec in run.plan.scores)
        self._held, self._cancelled = threading.Event(), threading.Event()
        self._turns = Turns(run.plan.concurrency, self._held)
        self._flights: set[CallInFlight] = set()
        self._lock = threading.Lock()
        self._told: set[Words] = set()
        self._made = journal.calls(run.id)

    def allowance(self, outstanding: int) -> int:
        """How many more cells may be called within the budget, `outstanding` not counted."""
        budget = self._run.plan.budget_calls
        return _UNLIMITED if budget is None else budget - self._made - outstanding

    @property
    def held(self) -> bool:
        """Whether no further calls are made."""
        return self._held.is_set()

    def make(self, cell: Cell, prompt: Prompt) -> Steps[Cell | None]:
        """The cell as it stands after its call; None where that was held back, or cut."""
        try:
            call = yield from self._ask(self._request(cell, prompt))
        except Held:
            return None
        if self._judged:
            yield None
        return self.settled(cell, prompt, call)

    def settled(self, cell: Cell, prompt: Prompt, call: Call) -> Cell:
        """The cell with the outcome of its call, scored if that is an answer."""
        scores: dict[str, float | None] = {}
        specs = [spec for spec in self._run.plan.scores if KINDS[spec.kind].over == "answer"]
        try:
            for spec in specs if call.state == "ok" else ():
                scores[spec.label] = self.score(spec, cell, prompt, call)
        except Held:
            pass  # what its judge was not asked is made good afterwards
        return replace(cell, state="done", call_id=call.id, outcome=call.state, scores=scores)

    def hold(self) -> None:
        """Make no further calls; those under way may end, those that wait for a limit do not go."""
        self._held.set()
        with self._lock:
            flights = list(self._flights)
        for flight in flights:
            if flight.call is None:
                flight.cancel()

    def cancel(self) -> None:
        """Make no further calls, and cut what is under way; usable from any thread."""
        self._held.set()
        self._cancelled.set()
        with self._lock:
            flights = list(self._flights)
        for flight in flights:
            flight.cancel()

    def judge(self, cell: Cell) -> Callable[[ChatRequest], Call]:
        """A function that makes a judge's call in a cell's name; it may raise `Held`."""

        def ask(request: ChatRequest) -> Call:
            asked = replace(request, run=self._run.id, cell=cell.number, tag=TAG)
            return finished(self._ask(asked))

        return ask

    def score(self, spec: ScoreSpec, cell: Cell, prompt: Prompt, call: Call) -> float | None:
        """One score of one answer; None where it cannot be scored."""
        judge = self.judge(cell)
        return score(spec, call, prompt, judge, prices=self._prices, tell=self.tell)

    def tell(self, sentence: Words) -> None:
        """Keep with the run why an answer has no score; the first few sentences say enough."""
        with self._lock:
            if sentence in self._told or len(self._told) >= _MOST_TOLD:
                return
            self._told.add(sentence)
        self._journal.note(self._run.id, "unscored", zh=sentence.zh, en=sentence.en)

    def _request(self, cell: Cell, prompt: Prompt) -> ChatRequest:
        plan, setting = self._run.plan, self._setting(cell.setting)
        told = [
            message
            for asked, answered in plan.examples
            for message in (Message("user", asked), Message("assistant", answered))
        ]
        return ChatRequest(
            setting.model,
            (*told, Message("user", prompt.text)),
            setting.system,
            setting.params,
            plan.stream,
            tag=self._run.kind,
            run=self._run.id,
            cell=cell.number,
            user=self._run.user,
        )

    def _setting(self, number: int) -> Setting:
        if number >= len(self._settings):
            # An adaptive design goes on adding settings.
            found = self._journal.find(self._run.id)
            self._settings = self._settings if found is None else found.settings
        return self._settings[number]

    def _ask(self, request: ChatRequest) -> Steps[Call]:
        """The call's end, tried again where the provider provably did not do it.

        Raises:
            Held: no call was made, or it was cut.
        """
        call: Call | None = None
        for tries in range(MOST_TRIES):
            if call is not None:
                yield None
            if self._held.wait(pause_before(call, tries)) if call else self.held:
                raise Held
            call = yield from self._fly(request, call)
            if not may_repeat(call):
                break
        if call is None or call.state == "cancelled":
            raise Held
        return call

    def _fly(self, request: ChatRequest, earlier: Call | None) -> Steps[Call]:
        # What becomes of a cell is recorded after its call, so it is the one to wait for.
        flight = CallInFlight(request, self._turns, waits=False)
        with self._lock:
            self._flights.add(flight)
        try:
            if self.held:
                flight.cancel()
            call = yield from self._client.steps(flight, earlier)
        finally:
            with self._lock:
                self._flights.discard(flight)
        if call.billed != "no":
            with self._lock:
                self._made += 1
        return call
