"""The runs that this process works at, each on a thread of its own, whoever is looking."""

from __future__ import annotations

import threading

from backends import Client, ProviderError, Words
from experiments.journal import Journal, Run
from experiments.runner import Runner
from usage import Store
from usage.prices import Prices

# Each has as many threads as its plan calls at once, and some that wait.
_MOST = 20
_FULL = Words(
    "此处同时进行的运行已满（{most} 个）。这一次已保存，请等其中一个结束后从列表里继续。",
    "As many runs as fit here are going ({most}). This one is kept: resume it from the list when "
    "one has ended.",
)


class Works:
    """Starts runs and knows which are going. Usable from any thread."""

    def __init__(self, client: Client, store: Store, prices: Prices) -> None:
        self._client, self._prices = client, prices
        self._journal = Journal(store)
        self._runners: dict[str, Runner] = {}
        # Those that were started again meanwhile, and with which `again`.
        self._resumed: dict[str, bool] = {}
        self._lock = threading.Lock()
        self._shut = False

    def start(self, run_id: str, *, again: bool = True) -> None:
        """Work at a run until nothing is left or something else is wanted; once at a time. One
        that is worked at already looks, when it ends, once more for what is to do.

        `again`: calls that were cut when their process died are made again.

        Raises:
            ProviderError: as many as fit are going; this one waits in the list.
        """
        run = self._journal.find(run_id)
        with self._lock:
            if run is None or self._shut:
                return
            if run_id in self._runners:
                self._resumed[run_id] = again
                self._journal.want(run_id, "run")
                return
            if len(self._runners) >= _MOST:
                raise ProviderError(_FULL.format(most=_MOST), code="busy", retryable=True)
            runner = self._runners[run_id] = self._runner(run, again)
        self._journal.want(run_id, "run")
        threading.Thread(
            target=self._work, args=(run, runner), name="tunedesk-run", daemon=True
        ).start()

    def going(self, run_id: str) -> bool:
        """Whether this process works at the run."""
        return run_id in self._runners

    def shut(self, patience: float = 3.0) -> None:
        """End all; what is under way is cut, and waits for a later start."""
        with self._lock:
            self._shut = True
            runners = list(self._runners.values())
        for runner in runners:
            runner.halt()
        for runner in runners:
            runner.join(patience)

    def _work(self, run: Run, runner: Runner | None) -> None:
        try:
            while runner is not None:
                runner.work()
                runner = self._next(run)
        except BaseException:
            with self._lock:
                self._resumed.pop(run.id, None)
                del self._runners[run.id]
            raise

    def _next(self, run: Run) -> Runner | None:
        """Who goes on with a run that was started again while its runner was at it."""
        with self._lock:
            again = self._resumed.pop(run.id, None)
            if again is None or self._shut:
                del self._runners[run.id]
                return None
            runner = self._runners[run.id] = self._runner(run, again)
            return runner

    def _runner(self, run: Run, again: bool) -> Runner:
        return Runner(self._client, self._journal, run, self._prices, again=again)
