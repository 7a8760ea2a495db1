"""`desk.py worker`: works at whatever run of the store has cells that wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import wiring
from commands.common import say, stop_on_signal
from experiments.journal import Journal, Run
from experiments.runner import Runner

# Seconds between two looks for work.
_LOOK_EVERY = 1.0


def pull(desk: wiring.Desk, once: bool) -> None:
    """Work until told to end; with `once`, until nothing waits."""
    stop, journal = stop_on_signal(), Journal(desk.store)
    say("Working. Ctrl-C ends it; calls under way are then cut and called again by others.")
    while not stop.is_set():
        for run in _open(journal):
            _work(desk, journal, run, stop)
        if once and not any(_open(journal)):
            return
        stop.wait(_LOOK_EVERY)


def _open(journal: Journal) -> Iterator[Run]:
    for run in journal.latest():
        if run.wanted == "run" and journal.counts(run.id).get("waiting"):
            yield run


def _work(desk: wiring.Desk, journal: Journal, run: Run, stop: threading.Event) -> None:
    # Whoever began the run decides what follows; this only calls what waits.
    runner = Runner(desk.client, journal, run, desk.prices, steers=False)
    worker = threading.Thread(target=runner.work, name="tunedesk-worker")
    worker.start()
    while worker.is_alive():
        if stop.wait(0.2):
            runner.halt()
        worker.join(0.05)
