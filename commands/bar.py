"""Progress on stderr: a bar in a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from commands.common import say

_LINE_EVERY = 5.0  # seconds


class Bar:
    """Use as a context; tell it how far things are as often as you like."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._told = time.monotonic()
        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[left]}"))
        self._progress = Progress(
            *columns, console=Console(stderr=True), disable=not self._terminal
        )
        self._task = self._progress.add_task("", total=None, left="")

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        trouble: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def update(self, done: int, total: int, seconds_left: float | None) -> None:
        """So many of so many, and about so long to go (None: unknown)."""
        left = "" if seconds_left is None else f"about {seconds_left:.0f} s left"
        self._progress.update(self._task, completed=done, total=total, left=left)
        if not self._terminal and time.monotonic() - self._told > _LINE_EVERY:
            self._told = time.monotonic()
            say(f"{done} of {total} done" + (f", {left}" if left else ""))
