"""Kills at random moments, against the emulator's own record of what it was asked.

`python -m bench.torture [--kills 300] [--seed 1]` starts chats, a study and both apps on one store,
first one at a time and then two, and kills each with SIGKILL in the middle of what it does. Nothing
that the emulator received may be missing from the store, no question may have been sent again
without an *interrupted* row that says why, the store must be whole, and one kill in five must have
cut an answer that had begun. Exit code 1 otherwise.
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
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

import httpx
from sqlalchemy import create_engine, text

import emulators
from backends import OPEN_STATES, Call
from bench.apps import KINDS, ROOT, App, Kind, command, environment_of, free_port, wait_until_up
from bench.visitors import visitor
from usage import Store

_MODEL: Final = "deepseek/deepseek-chat"
_PLAN: Final = """
models = ["{model}"]
prompts = [{prompts}]
concurrency = 6
params = {{max_output_tokens = 60}}
[[scores]]
kind = "length"
"""
# How often each is killed; an app takes longest to start.
Victim = Literal["chat", "study"] | Kind
_MIX: Final[tuple[Victim, ...]] = ("chat",) * 6 + ("study",) * 5 + KINDS

# The share of kills that must cut an answer, and seconds in which *interrupted* is said.
_MID_STREAM, _SAID_WITHIN = 0.2, 5.0
# Seconds in which the emulator notices that somebody has gone.
_NOTICED = 0.5


@dataclass(frozen=True, slots=True)
class Toll:
    """What so many kills came to. The first three must be 0.

    `in_mid_stream` counts the kills that cut an answer which had begun, `cut` those answers.
    """

    lost: int
    twice: int
    corrupt: int
    kills: int
    received: int
    interrupted: int
    in_mid_stream: int
    cut: int
    seconds_to_say_so: float

    @property
    def broken(self) -> list[str]:
        """The promises that were not kept, and whether so few kills came in mid-stream that the
        others say little."""
        found = [name for name in ("lost", "twice", "corrupt") if getattr(self, name)]
        found += ["in_mid_stream"] if self.in_mid_stream < _MID_STREAM * self.kills else []
        return found + (["seconds_to_say_so"] if self.seconds_to_say_so >= _SAID_WITHIN else [])


class Torture:
    """One store and one service; each `kill` starts something on them and ends it with SIGKILL."""

    def __init__(self, home: Path, seed: int, prompts: int) -> None:
        self.home = home
        self._prompts = prompts
        self.received: Counter[str] = Counter()
        self.cut: set[str] = set()  # questions whose answers nobody took to their end
        self._claimed: set[str] = set()
        self._in_mid_stream = 0
        self._draw = random.Random(seed)
        self._count = 0
        self._lock = threading.Lock()
        self._run: str | None = None
        self._planned: set[str] = set()
        self._environment: dict[str, str] = {}

    @contextmanager
    def service(self) -> Iterator[None]:
        """The emulator that everything here asks."""
        limits = emulators.Limits(requests=10**6, tokens=10**9)
        with emulators.start(["deepseek"], tokens_per_second=40, log=self._log,
                             limits=limits) as running:  # fmt: skip
            self._environment = environment_of(self.home, running.environment | running.keys)
            yield

    def kill(self, kind: Victim) -> None:
        """Start a chat, the study or an app, and kill it."""
        if kind == "chat":
            self._chat()
        elif kind == "study":
            self._study()
        else:
            self._app(kind)

    def end(self, kills: int) -> Toll:
        """Let the study end, and compare what is on record with what was received."""
        if self._run is not None:
            # What is left is asked six at a time, each for some two seconds.
            self._desk("study", "resume", self._run).communicate(timeout=60 + self._prompts)
        began = time.monotonic()
        store = Store(self._environment["TUNEDESK_DB"])
        while any(call.state in OPEN_STATES for call in store.each()):
            time.sleep(0.05)  # the apps settle what is open; nothing tells another process
            if time.monotonic() - began > 30:
                break
        took = time.monotonic() - began
        calls = list(store.each())
        store.shut()
        with create_engine(self._environment["TUNEDESK_DB"]).connect() as connection:
            whole = connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        cut = [call for call in calls if call.state == "interrupted"]
        on_record = Counter(map(_question, calls))
        answered = [call for call in calls if call.billed != "no" and call.state != "interrupted"]
        spared = Counter(map(_question, answered))
        return Toll(
            lost=sum((self.received - on_record).values()),
            twice=sum(count - 1 for count in spared.values()),
            corrupt=int(not whole),
            kills=kills,
            received=self.received.total(),
            interrupted=len(cut),
            in_mid_stream=self._in_mid_stream,
            cut=len(self.cut),
            seconds_to_say_so=round(took, 2),
        )

    def _chat(self) -> None:
        asked = self._question()
        child = self._desk("chat", _MODEL, asked)
        assert child.stdout is not None
        # Half of them once they are at it, the others wherever they are.
        if self._chance(0.7):
            child.stdout.read(1)
        self._end(child, 1.2, {asked})

    def _study(self) -> None:
        child = self._desk(
            "study", *(["resume", self._run] if self._run else ["run", self._plan()])
        )
        assert child.stdout is not None
        told = child.stdout.readline().strip()
        self._run = self._run or told
        self._end(child, 3.0, self._planned)

    def _plan(self) -> str:
        path = self.home / "plan.toml"
        asked = [self._question() for _ in range(self._prompts)]
        self._planned = set(asked)
        prompts = ", ".join(f'"{prompt}"' for prompt in asked)
        path.write_text(_PLAN.format(model=_MODEL, prompts=prompts), encoding="utf-8")
        return str(path)

    def _app(self, kind: Kind) -> None:
        port = free_port()
        home = self.home / f"{kind}-{port}"
        home.mkdir()
        with (home / "app.log").open("wb") as log:
            child = subprocess.Popen(command(kind, port), cwd=ROOT, stdout=log,
                                     stderr=subprocess.STDOUT, env=self._environment)  # fmt: skip
        app = App(kind, f"http://127.0.0.1:{port}", child, home)
        wait_until_up(app)
        somebody = visitor(app, _MODEL)
        somebody.open()
        asked = self._question()
        somebody.ask(asked)
        self._end(child, 1.5, {asked})
        with suppress(httpx.HTTPError, OSError):
            somebody.close()

    def _end(self, child: subprocess.Popen[Any], within: float, questions: set[str]) -> None:
        with self._lock:
            patience = self._draw.uniform(0, within)
        time.sleep(patience)  # the moment is what is drawn; any must do
        child.kill()
        child.communicate()
        until = time.monotonic() + _NOTICED
        while not self._claim(questions) and time.monotonic() < until:
            time.sleep(0.02)  # for the emulator's own log, which is told by another thread

    def _claim(self, questions: set[str]) -> bool:
        """Whether a kill cut any of these; what it cut is no other kill's."""
        with self._lock:
            mine = (questions & self.cut) - self._claimed
            self._claimed |= mine
            self._in_mid_stream += bool(mine)
        return bool(mine)

    def _desk(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, "desk.py", *words], cwd=ROOT, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                env=self._environment)  # fmt: skip

    def _question(self) -> str:
        with self._lock:
            self._count += 1
            return f"第 {self._count} 问：温度是什么？"

    def _chance(self, share: float) -> bool:
        with self._lock:
            return self._draw.random() < share

    def _log(self, row: dict[str, Any]) -> None:
        body = row["body"]
        # A kill may fall between the head of a request and its body: nothing was asked then.
        if isinstance(body, dict) and "messages" in body:
            with self._lock:
                asked = body["messages"][-1]["content"]
                self.received[asked] += 1
                if row["outcome"] == "client gone" and row["output_tokens"] > 0:
                    self.cut.add(asked)


def tolled(kills: int, seed: int, kinds: tuple[Victim, ...] = _MIX) -> Toll:
    """Kill so many times, the first half one at a time, the rest two at once."""
    draw = random.Random(seed)
    victims = [draw.choice(kinds) for _ in range(kills)]
    with tempfile.TemporaryDirectory(prefix="tunedesk-torture-") as folder:
        # About as many as the study asks between two kills, so that some are left at the end.
        torture = Torture(Path(folder), seed, prompts=4 * kills)
        with torture.service():
            torture.kill("study")
            for count, some in ((1, victims[: kills // 2]), (2, victims[kills // 2 :])):
                with ThreadPoolExecutor(count) as pool:
                    list(pool.map(torture.kill, some))
            return torture.end(kills + 1)


def _question(call: Call) -> str:
    return call.messages[-1].content


def main() -> int:
    """Kill, print what it came to as JSON, and return the exit code."""
    parser = argparse.ArgumentParser(prog="bench.torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    toll = tolled(options.kills, options.seed)
    sys.stdout.write(json.dumps({**asdict(toll), "broken": toll.broken}) + "\n")
    return 1 if toll.broken else 0


if __name__ == "__main__":
    sys.exit(main())
