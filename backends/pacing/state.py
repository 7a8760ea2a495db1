"""What a pacer knows: plain numbers and lists, so that processes can share it as JSON.

Moments are seconds since the epoch. A request *counts* with the provider from some moment between
its `sent` and the arrival of its headers; nobody can tell which.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Shape = Literal["unknown", "none", "fixed", "sliding", "gradual", "even"]
# What a refusal is about; "limit" where the provider does not say.
Kind = Literal["limit", "requests", "tokens", "second", "at once"]
SHAPES: tuple[Shape, ...] = ("unknown", "none", "fixed", "sliding", "gradual", "even")
# Released requests are counted together when they ran out in the same part of the window.
_PARTS = 240
# Of a rate that is enforced to the request, so that a jittering network cannot exceed it.
OF_RATE = 0.98


@dataclass(frozen=True, slots=True)
class Profile:
    """How a provider limits one model under one key, as documented or as found out.

    `requests` and `tokens` (by "total", "input" or "output") are allowed in a `window` of seconds,
    `rate` requests in a second, `at_once` at the same time; None: unknown or no limit. Shapes:
    *fixed* windows refill all at once, *sliding* ones forget each request after a window,
    *gradual* ones (buckets, weighted windows) refill bit by bit, *even* ones take no bursts.
    `learned`: tokens are counted when the answer has ended, so that its usual length may be
    reserved instead of its maximum. `proven`: bursts have been accepted before.
    """

    shape: Shape = "unknown"
    window: float = 60.0
    requests: int | None = None
    tokens: Mapping[str, int] = field(default_factory=dict)
    rate: float | None = None
    at_once: int | None = None
    learned: bool = False
    proven: bool = False

    def seconds(self, calls: float, tokens: float) -> float:
        """How long the limits alone stretch so many calls; 0 where none is known.

        What a window allows goes at once, and each further window's worth a window later.
        """
        windows = [calls / self.requests] if self.requests else []
        if most := self.tokens.get("total"):
            windows.append(tokens / most)
        waits = [self.window * max(number - 1, 0.0) for number in windows]
        if self.rate:
            waits.append(calls / (self.rate * OF_RATE))
        return max(waits, default=0.0)


@dataclass(slots=True)
class Told:
    """An answer's figures: when it was sent and came, and what remained; None: it did not say."""

    sent: float
    came: float
    remaining: int | None


@dataclass(slots=True)
class Group:
    """Requests whose headers came by `came`, the first of them sent at `sent`."""

    sent: float
    came: float
    number: int


@dataclass(slots=True)
class State:
    """All that a pacer knows. `flying` and `running` hold moment sent and tokens reserved by id:
    requests without headers yet, and with their answer under way."""

    profile: Profile = field(default_factory=Profile)
    flying: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    running: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    # The answers that may be the latest the provider has counted, and since when they are.
    front: list[Told] = field(default_factory=list)
    newest: float = -math.inf
    # Of those before them that said what remained, the one that came last.
    before: Told | None = None
    era: float = -math.inf
    counted: list[Group] = field(default_factory=list)
    # Tokens of ended calls: when, of the question, of the answer.
    spent: list[tuple[float, float, float]] = field(default_factory=list)
    foreign: float = 0.0
    foreign_at: float = -math.inf
    foreign_tokens: dict[str, tuple[float, float]] = field(default_factory=dict)
    # The end of the last fixed window lies between these.
    low: float | None = None
    high: float | None = None
    forgot: int = 0
    silent: bool = False
    closed_until: float = 0.0
    strikes: int = 0
    struck_at: float = -math.inf
    last_sent: float = -math.inf
    next_even: float = 0.0
    next_burst: float = 0.0
    answered: int = 0
    # Count, mean and sum of squared deviations of the answers' tokens.
    lengths: tuple[int, float, float] = (0, 0.0, 0.0)

    def count(self, sent: float, came: float) -> None:
        """A request has been counted by the provider, by the moment `came`."""
        last = self.counted[-1] if self.counted else None
        if last is not None and came - last.came < 0 < last.number:
            came = last.came  # a clock of another machine
        part = self.profile.window / _PARTS
        if last is not None and int(came / part) == int(last.came / part):
            last.came, last.number = came, last.number + 1
            last.sent = min(last.sent, sent)
        else:
            self.counted.append(Group(sent, came, 1))

    def forget(self, now: float) -> None:
        """Drop what no window can hold any more."""
        old = now - 1.25 * self.profile.window
        self.counted = [group for group in self.counted if group.came >= old]
        self.spent = [one for one in self.spent if one[0] >= old]

    def unreleased(self, now: float) -> int:
        """Own requests that a window which ends now may hold, but for those in flight."""
        begin = now - self.profile.window
        return sum(group.number for group in self.counted if group.came > begin)


def to_json(state: State) -> dict[str, Any]:
    """The state as JSON takes it; infinities are left out."""
    return {
        name: value
        for name, value in dataclasses.asdict(state).items()
        if not (isinstance(value, float) and math.isinf(value))
    }


def from_json(stored: Mapping[str, Any]) -> State:
    """The state that `to_json` made; fields of an older or newer version are left out."""
    known = {one.name for one in dataclasses.fields(State)}
    values = {name: value for name, value in stored.items() if name in known}
    values["profile"] = profile_of(stored.get("profile") or {})
    for name in ("flying", "running", "foreign_tokens"):
        values[name] = {key: tuple(pair) for key, pair in (stored.get(name) or {}).items()}
    values["front"] = [Told(**one) for one in stored.get("front") or ()]
    values["before"] = Told(**stored["before"]) if stored.get("before") else None
    values["counted"] = [Group(**one) for one in stored.get("counted") or ()]
    values["spent"] = [tuple(one) for one in stored.get("spent") or ()]
    values["lengths"] = tuple(stored.get("lengths") or (0, 0.0, 0.0))
    return State(**values)


def profile_of(stored: Mapping[str, Any]) -> Profile:
    """A profile from JSON; unknown fields are left out."""
    known = {one.name for one in dataclasses.fields(Profile)}
    values = {name: value for name, value in stored.items() if name in known}
    if values.get("shape") not in SHAPES:
        values.pop("shape", None)
    return Profile(**values)
