"""Ratios, their bars, and the table that says which bars hold."""

from __future__ import annotations

import statistics
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Verdict = Literal["pass", "FAIL", "void"]
_HEADINGS: Final = ("app", "measure", "median", "min–max", "bar", "", "figures")


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of one app: its samples, one a round, and the bar its median must not exceed.

    Without samples every round was void: then nothing is known, which is no failure.
    """

    app: str
    measure: str
    samples: Sequence[float]
    bar: float
    figures: str = ""
    unit: str = "x"

    @property
    def median(self) -> float:
        """The middle sample. Only for a row that has one."""
        return statistics.median(self.samples)

    @property
    def verdict(self) -> Verdict:
        """Whether the bar holds."""
        if not self.samples:
            return "void"
        return "pass" if self.median <= self.bar else "FAIL"

    def cells(self) -> tuple[str, ...]:
        """What stands in the table."""
        bar = f"≤ {self.bar:g} {self.unit}"
        if not self.samples:
            return self.app, self.measure, "–", "–", bar, self.verdict, self.figures
        spread = f"{min(self.samples):.2f}–{max(self.samples):.2f}"
        return (self.app, self.measure, f"{self.median:.2f} {self.unit}", spread, bar,
                self.verdict, self.figures)  # fmt: skip


def table(rows: Sequence[Row]) -> str:
    """The rows under their headings, in columns."""
    lines = [_HEADINGS, *(row.cells() for row in rows)]
    widths = [max(_width(line[place]) for line in lines) for place in range(len(_HEADINGS))]
    return "\n".join(
        "  ".join(cell + " " * (width - _width(cell))
                  for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )  # fmt: skip


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
