"""Both apps and studies at work on one store while providers fail, and what is left of it.

`python -m bench.soak [--minutes 15] [--people 8] [--seed 1]` lets people come to both apps, ask,
and leave in the middle or stay, one study after the other run beside them, and the emulators
misbehave in a way that is drawn anew twice a second. Before and after, when all is quiet, the
threads, open files and memory of each app are counted: they must be back where they were, and no
call may be *sent* for ever. Exit code 1 otherwise.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import psutil  # type: ignore[import-untyped]
import websocket

import emulators
from backends import OPEN_STATES
from bench.apps import KINDS, ROOT, App, Kind, environment_of, running
from bench.upstream import answer, question
from bench.visitors import visitor
from usage import Store

_MODELS: Final = (
    "deepseek/deepseek-chat",
    "qianfan/ernie-speed-8k",
    "spark/generalv3.5",
    "handbook/ngram",
)
_SERVICES: Final = ("deepseek", "qianfan", "spark")
# Every other moment all goes well.
_FAULTS: Final = (
    "stall", "silent", "cut", "reset", "drip", "error_mid_stream", "rate_limited", "unavailable",
    "html", "gzip_bomb", "half_frame", "close_after_answer", "reset_before_headers", "endless",
    "slow_first_token", "expired_token", "close_1001", "no_pong", "pings_only", "error_500",
)  # fmt: skip
_PLAN: Final = """
models = ["deepseek/deepseek-chat", "qianfan/ernie-speed-8k"]
prompts = ["一", "二", "三", "四", "五", "六"]
concurrency = 4
params = {max_output_tokens = 40}
[[scores]]
kind = "length"
"""
# Streamlit keeps the sessions of 128 tabs for two minutes, each with an event loop, for networks
# that come back. They are not what is looked for here, so here it is seconds.
_KEPT: Final = {"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "3"}
# Seconds: calls of people who have left end after the first; all is quiet where nothing has become
# less for the second; the third is the most to wait for that.
_GRACE, _STILL, _QUIET = 12.0, 5.0, 60.0
# The most an app may have more than before: a kept connection for each of its people, and threads
# of pools that had not been needed yet.
_THREADS: Final = 4
_MEMORY: Final = 1.25


@dataclass(frozen=True, slots=True)
class Held:
    """What an app's process holds; memory in MB."""

    threads: int
    files: int
    memory: float


@dataclass(frozen=True, slots=True)
class Spent:
    """What a soak came to. `stuck` counts calls without a final state; `over` what is held too
    much, which must be empty."""

    visits: int
    studies: int
    calls: int
    states: dict[str, int]
    stuck: int
    before: dict[Kind, Held]
    after: dict[Kind, Held]
    over: list[str]
    seconds: float


class Soak:
    """Two apps, one store, and providers that fail."""

    def __init__(self, home: Path, seed: int) -> None:
        self._home = home
        self._draw = random.Random(seed)
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._environment: dict[str, str] = {}
        self.apps: list[App] = []
        self.visits = self.studies = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        """The emulators and both apps."""
        limits = emulators.Limits(requests=10**9, tokens=10**12)
        with ExitStack() as stack:
            service = stack.enter_context(emulators.start(
                _SERVICES, tokens_per_second=60, answer=answer, limits=limits))  # fmt: skip
            given = service.environment | service.keys | _KEPT
            self._environment = environment_of(self._home, given)
            given["TUNEDESK_DB"] = self._environment["TUNEDESK_DB"]
            self.apps = [stack.enter_context(running(kind, given)) for kind in KINDS]
            moods = threading.Thread(target=self._change, args=(service,))
            moods.start()
            stack.callback(moods.join)
            stack.callback(self._over.set)
            yield

    def load(self, seconds: float, people: int) -> None:
        """So many people at each app, one study after the other, for so long."""
        until = time.monotonic() + seconds
        with ThreadPoolExecutor(people * len(self.apps) + 1) as pool:
            work = [pool.submit(self._come_and_go, app, until)
                    for app in self.apps for _ in range(people)]  # fmt: skip
            work.append(pool.submit(self._study, until))
        for each in work:
            each.result()

    def held(self) -> dict[Kind, Held]:
        """What the apps hold once it no longer becomes less."""
        time.sleep(_GRACE)  # what is looked for is what is left after it
        for app in self.apps:
            # What has lapsed is thrown away when the next one comes and goes.
            with closing(visitor(app, _MODELS[-1])) as person:
                person.open()
        held, least_at, until = self._now(), time.monotonic(), time.monotonic() + _QUIET
        while time.monotonic() < min(until, least_at + _STILL):
            time.sleep(0.5)  # what another process holds can only be looked at
            now = self._now()
            if any(now[kind].threads < each.threads or now[kind].files < each.files
                   for kind, each in held.items()):  # fmt: skip
                least_at = time.monotonic()
            held = now
        return held

    def states(self) -> Counter[str]:
        """The calls on record by their states, once none is open or time is up."""
        deadline = time.monotonic() + _QUIET
        store = Store(self._environment["TUNEDESK_DB"])
        try:
            while True:
                found = Counter[str](call.state for call in store.each())
                if not any(found[state] for state in OPEN_STATES) or time.monotonic() > deadline:
                    return found
                time.sleep(0.5)  # the apps write; nothing tells another process
        finally:
            store.shut()

    def _now(self) -> dict[Kind, Held]:
        held = {}
        for app in self.apps:
            process = psutil.Process(app.process.pid)
            with process.oneshot():
                held[app.kind] = Held(process.num_threads(), process.num_fds(),
                                      round(process.memory_info().rss / 1e6, 1))  # fmt: skip
        return held

    def _change(self, service: emulators.Emulators) -> None:
        while not self._over.wait(0.5):
            service.fault = self._chosen((None, *_FAULTS) if self._uniform(0, 1) < 0.5 else (None,))

    def _come_and_go(self, app: App, until: float) -> None:
        while time.monotonic() < until:
            # An app that sheds load, or whose page is gone, is one more thing that visitors meet.
            with suppress(httpx.HTTPError, OSError, websocket.WebSocketException):
                self._visit(app)
            with self._lock:
                self.visits += 1

    def _visit(self, app: App) -> None:
        person = visitor(app, self._chosen(_MODELS))
        gone = threading.Event()
        leaves = threading.Timer(self._uniform(0.3, 4), gone.set)
        try:
            person.open()
            person.ask(question(int(self._uniform(5, 120))))
            leaves.start()
            person.linger(gone)
            gone.wait(5)
        finally:
            leaves.cancel()
            person.close()

    def _study(self, until: float) -> None:
        plan = self._home / "plan.toml"
        plan.write_text(_PLAN, encoding="utf-8")
        while time.monotonic() < until:
            words = [sys.executable, "desk.py", "study", "run", str(plan)]
            child = subprocess.Popen(words, cwd=ROOT, env=self._environment,
                                     stdout=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL)  # fmt: skip
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(1.0, until - time.monotonic()))
            # Told to end, it ends in order: what is under way is cut and on record.
            child.terminate()
            child.wait(30)
            self.studies += 1

    def _chosen(self, some: tuple[Any, ...]) -> Any:
        with self._lock:
            return self._draw.choice(some)

    def _uniform(self, low: float, high: float) -> float:
        with self._lock:
            return self._draw.uniform(low, high)


def soaked(seconds: float, people: int, seed: int, memory: float = _MEMORY) -> Spent:
    """Load both apps for so long, having warmed them up with a fifth of it."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tunedesk-soak-") as folder:
        soak = Soak(Path(folder), seed)
        with soak.running():
            soak.load(seconds / 5, people)
            before = soak.held()
            soak.load(seconds * 4 / 5, people)
            after = soak.held()
            states = soak.states()
    stuck = sum(states[state] for state in OPEN_STATES)
    over = [said for kind in KINDS
            for said in _over(kind, before[kind], after[kind], people, memory)]  # fmt: skip
    return Spent(soak.visits, soak.studies, states.total(), dict(states), stuck, before, after,
                 over, round(time.monotonic() - began, 1))  # fmt: skip


def _over(kind: Kind, before: Held, after: Held, people: int, memory: float) -> Iterator[str]:
    if after.threads > before.threads + _THREADS:
        yield f"{kind}: {after.threads} threads, {before.threads} before"
    if after.files > before.files + people:
        yield f"{kind}: {after.files} open files, {before.files} before"
    if after.memory > before.memory * memory:
        yield f"{kind}: {after.memory} MB, {before.memory} MB before"


def main() -> int:
    """Soak, print what it came to as JSON, and return the exit code."""
    parser = argparse.ArgumentParser(prog="bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--people", type=int, default=8, help="at each app at a time")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    spent = soaked(60 * options.minutes, options.people, options.seed)
    sys.stdout.write(json.dumps(asdict(spent), indent=1) + "\n")
    return 1 if spent.stuck or spent.over else 0


if __name__ == "__main__":
    sys.exit(main())
