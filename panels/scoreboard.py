"""The scoreboard of blind votes before any toolkit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backends import Words
from panels.answer import UNKNOWN


@dataclass(frozen=True, slots=True)
class Standing:
    """One row: strength and its interval on Elo's scale, None where votes leave it open.

    Only rows of one `group` can be compared.
    """

    label: str
    group: int
    strength: float | None
    low: float | None
    high: float | None
    votes: int
    wins: int
    losses: int
    ties: int
    both_bad: int


@dataclass(frozen=True, slots=True)
class Board:
    """The rows of one `kind` of answers, "live" or "emulated", the strongest first.

    `warnings` are sentences without which the rows must not be read; `notes` say whether sides
    mattered, whether raters agree, and what is left out.
    """

    kind: str
    rows: tuple[Standing, ...]
    warnings: tuple[Words, ...]
    notes: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Boards:
    """All boards, and how many votes between a real and an emulated answer are in none."""

    boards: tuple[Board, ...]
    mixed: int


def span(rows: Sequence[Standing]) -> tuple[float, float]:
    """From where to where strengths and known ends of intervals reach, a little wider."""
    ends = [end for row in rows for end in (row.low, row.strength, row.high) if end is not None]
    low, high = (min(ends), max(ends)) if ends else (1000.0, 1000.0)
    margin = max(20.0, (high - low) * 0.05)
    return low - margin, high + margin


def interval(row: Standing) -> str:
    """The interval in figures; an end that is not known is shown so."""
    return f"[{points(row.low)}, {points(row.high)}]"


def points(strength: float | None) -> str:
    """A strength in whole points; unknown stays unknown."""
    return UNKNOWN if strength is None else f"{strength:.0f}"
