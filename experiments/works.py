"""The runs that this process works at, each on a thread of its own, whoever is looking."""

from __future__ import annotations

import threading

from backends import Client
from experiments.journal import Journal
from experiments.runner import Runner
from usage import Store
from usage.prices import Prices


class Works:
    """Starts runs and knows which are going. Usable from any thread."""

    def __init__(self, client: Client, store: Store, prices: Prices) -> None:
        self._client, self._prices = client, prices
        self._journal = Journal(store)
        self._runners: dict[str, Runner] = {}
        self._lock = threading.Lock()

    def start(self, run_id: str, *, again: bool = True) -> None:
        """Work at a run until nothing is left or something else is wanted; once at a time.

        `again`: calls that were cut when their process died are made again.
        """
        run = self._journal.find(run_id)
        with self._lock:
            if run is None or run_id in self._runners:
                return
            runner = Runner(self._client, self._journal, run, self._prices, again=again)
            self._runners[run_id] = runner
        self._journal.want(run_id, "run")
        threading.Thread(
            target=self._work, args=(run_id, runner), name="tunedesk-run", daemon=True
        ).start()

    def going(self, run_id: str) -> bool:
        """Whether this process works at the run."""
        return run_id in self._runners

    def shut(self, patience: float = 3.0) -> None:
        """End all; what is under way is cut, and waits for a later start."""
        with self._lock:
            runners = list(self._runners.values())
        for runner in runners:
            runner.halt()
        for runner in runners:
            runner.join(patience)

    def _work(self, run_id: str, runner: Runner) -> None:
        try:
            runner.work()
        finally:
            with self._lock:
                self._runners.pop(run_id, None)
