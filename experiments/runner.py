"""Working off a run's cells: threads call, one loop claims, settles and asks what follows.

A process that is killed loses nothing: what was called is in `calls`, and the cells of a dead
worker are settled from there. Several processes, on several machines, may work at one run.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from backends import OPEN_STATES, Client
from experiments.afterwards import Afterwards
from experiments.caller import Caller, Held
from experiments.crew import Crew
from experiments.gate import may_repeat
from experiments.journal import Journal, Run
from experiments.steering import Steering
from experiments.types import Cell, Prompt, Wanted
from usage.owners import Owner, is_dead
from usage.prices import Prices
from usage.receipt import Receipt

_TICK = 0.2  # seconds between two looks at what is wanted
_RENEW_EVERY = 8.0
_AHEAD = 64  # calls at most that wait for the disk, not for a provider


class Runner:
    """One worker at one run."""

    def __init__(
        self,
        client: Client,
        journal: Journal,
        run: Run,
        prices: Prices,
        *,
        steers: bool = True,
        again: bool = True,
        told: Callable[[Cell], None] | None = None,
    ) -> None:
        """Nothing is called before `work`.

        `steers`: decides what follows unless another worker of the run does already. `again`:
        calls that were cut when their process died are made again. `told` hears of every settled
        cell.
        """
        self._journal, self._run = journal, run
        self._caller = Caller(client, journal, run, prices)
        self._steers = steers
        self._steering: Steering | None = None
        self._afterwards = Afterwards(journal, run, self._caller)
        self._again, self._told = again, told
        # While some calls are under way, others are being recorded.
        ahead = min(run.plan.concurrency, _AHEAD)
        self._threads = run.plan.concurrency + ahead
        self._crew = Crew(run.plan.concurrency, ahead, self._caller.make)
        self._ended = threading.Event()

    def work(self) -> Wanted:
        """Call what waits; returns "run" when nothing is left, else what was wanted instead."""
        with Owner() as owner:
            try:
                return self._supervise(owner.name)
            except Held:
                return "pause"
            finally:
                self._caller.hold()
                self._crew.leave()
                self._flush()
                self._journal.release(self._run.id, owner.name)
                self._ended.set()

    def join(self, patience: float) -> None:
        """Wait for the end of `work`, at most so many seconds."""
        self._ended.wait(patience)

    def halt(self) -> None:
        """Cut the calls under way and end `work`; usable from any thread."""
        self._caller.cancel()

    def _supervise(self, owner: str) -> Wanted:
        renew_at, dry = 0.0, False
        while not self._caller.held:
            if (wanted := self._journal.wanted(self._run.id)) != "run":
                self._obey(wanted)
                return wanted
            if time.monotonic() >= renew_at:
                renew_at = time.monotonic() + _RENEW_EVERY
                self._renew(owner)
            if not dry and self._crew.outstanding <= self._threads:
                dry = not self._refill(owner)
            recorded = self._flush()
            if dry and self._crew.outstanding < self._run.plan.concurrency:
                if recorded is not None:
                    recorded.result()
                idle = self._crew.outstanding == 0
                alone = idle and not self._others()
                dry = not self._follows(alone)
                if dry and (alone or (idle and not self._steers)):
                    return "run"
            # Woken by the call that makes room, not by each of those before it.
            self._crew.wait(0 if dry else self._threads, _TICK)
        return "pause"

    def _renew(self, owner: str) -> None:
        """Keep what this worker has, and take over what dead ones left."""
        self._journal.renew(self._run.id, owner)
        self._recover(owner)
        if self._steers and self._journal.steer(self._run.id, owner, is_dead):
            self._steering = self._steering or Steering(self._journal, self._run)

    def _refill(self, owner: str) -> bool:
        """Claim what the threads will need next; whether there was anything."""
        if self._steering is not None:
            self._steering.look()
        room = self._threads + self._run.plan.concurrency - self._crew.outstanding
        room = min(room, self._caller.allowance(self._crew.outstanding))
        taken = self._journal.claim(self._run.id, owner, room) if room > 0 else []
        prompts = self._prompts(taken)
        self._crew.give([(cell, prompts[cell.prompt_id]) for cell in taken])
        return bool(taken)

    def _follows(self, alone: bool) -> bool:
        """Nothing waits: whether more does after what is known now."""
        if self._steering is None:
            return False
        if alone and self._caller.allowance(0) <= 0:
            self._journal.drop(self._run.id)
        elif self._steering.follow(idle=alone):
            return True
        if alone:
            with ThreadPoolExecutor(self._run.plan.concurrency, "tunedesk-judge") as pool:
                self._afterwards.complete(pool)
        return False

    def _others(self) -> bool:
        """Whether a cell of this run is still under way, here or at another worker."""
        return self._journal.counts(self._run.id).get("running", 0) > 0

    def _obey(self, wanted: Wanted) -> None:
        """With "pause" what is under way may end; with "stop" it is cut."""
        if wanted == "stop":
            self._caller.cancel()
        self._caller.hold()

    def _flush(self) -> Receipt[Any] | None:
        done = self._crew.done()
        recorded = self._journal.settle(self._run.id, done)
        if self._told is not None:
            for cell in done:
                self._told(cell)
        return recorded

    def _recover(self, owner: str) -> None:
        """Settle or free the cells of workers that died."""
        lost = self._journal.orphans(self._run.id, owner, is_dead)
        prompts, cut = self._prompts(lost), 0
        for cell in lost:
            call = self._journal.last_call(self._run.id, cell.number)
            if call is not None and call.state in OPEN_STATES:
                call = replace(call, state="interrupted", billed="possible")
                self._journal.interrupted(call)
            cut += call is not None and call.state == "interrupted"
            cut_here = call is not None and call.state == "interrupted" and self._again
            if call is None or cut_here or call.state == "cancelled" or may_repeat(call):
                done = replace(cell, state="waiting")
            else:
                done = self._caller.settled(cell, prompts[cell.prompt_id], call)
            self._journal.settle(self._run.id, [done])
        if cut:
            self._journal.note(self._run.id, "interrupted", calls=cut, again=self._again)

    def _prompts(self, taken: list[Cell]) -> dict[str, Prompt]:
        ids = {cell.prompt_id for cell in taken}
        return {prompt.id: prompt for prompt in self._journal.prompts(self._run.id, ids)}
