"""Deadlines that no library gives: total time, and silence between two pieces of content."""

from __future__ import annotations

import functools
import threading
import time
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds: to connect, to the first content, between two contents, and in all."""

    connect: float = 5.0
    first: float = 90.0
    gap: float = 60.0
    total: float = 600.0


class Watched(Protocol):
    """Whatever can be cut when it is late."""

    def check_deadlines(self, now: float) -> None:
        """Act if a deadline has passed at `now` (time.monotonic seconds)."""


class Watchdog:
    """One thread that cuts every line whose deadline has passed."""

    def __init__(self) -> None:
        self._lines: set[Watched] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._run, name="tunedesk-watchdog", daemon=True).start()

    def watch(self, line: Watched) -> None:
        """Look after a line until `forget`, which whoever began it must come to."""
        with self._lock:
            self._lines.add(line)

    def forget(self, line: Watched) -> None:
        with self._lock:
            self._lines.discard(line)

    def _run(self) -> None:
        tick = threading.Event()
        while not tick.wait(0.1):
            with self._lock:
                open_lines = list(self._lines)
            for line in open_lines:
                line.check_deadlines(time.monotonic())


@functools.cache
def watchdog() -> Watchdog:
    """The process's one watchdog; its thread starts with the first call."""
    return Watchdog()
