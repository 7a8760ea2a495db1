"""What a comparison is made of: ways of asking, and one question with all its answers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from backends import Call, CallInFlight, Overflow
from panels.answer import continues

WINNERS = ("left", "right", "tie", "both bad")
# The key that casts each vote.
VOTE_KEYS = {"left": "A", "right": "B", "tie": "T", "both bad": "X"}


@dataclass(frozen=True, slots=True)
class Column:
    """One way of asking. `params` holds those whose *send* is on.

    Two columns may be the same.
    """

    model: str
    params: Mapping[str, Any] = field(default_factory=dict)
    system: str = ""
    stream: bool = True
    overflow: Overflow = "stop"


@dataclass(slots=True)
class Round:
    """One question and its answers, in the order in which they are shown.

    `columns` are as they were when asked, `places` which of the page's columns they are.
    `winner` is one of `WINNERS` once there is a vote; `given_up` ends a blind round without one.
    """

    question: str
    columns: tuple[Column, ...]
    places: tuple[int, ...]
    flights: tuple[CallInFlight, ...]
    blind: bool = False
    winner: str | None = None
    given_up: bool = False
    key: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def hidden(self) -> bool:
        """Whether nothing may be shown that tells which answer is whose."""
        return self.blind and not self.decided

    @property
    def decided(self) -> bool:
        """Whether there will be no vote any more."""
        return self.winner is not None or self.given_up

    @property
    def running(self) -> bool:
        """Whether any of the answers is still coming."""
        return not all(flight.done for flight in self.flights)

    @property
    def votable(self) -> bool:
        """Whether one may vote now: two answers, both begun and neither in trouble.

        An answer may still be coming; one that the user stopped counts as far as it came.
        """
        return len(self.flights) == 2 and not self.decided and all(map(_readable, self.flights))

    def stop(self, position: int | None = None) -> None:
        """End one of the answers as they are shown, or all; what has come stays."""
        for flight in self.flights if position is None else (self.flights[position],):
            if not flight.done:
                flight.cancel()

    def call(self, place: int) -> Call | None:
        """The final record of one of the page's columns; None while it runs or if not asked."""
        if place not in self.places:
            return None
        flight = self.flights[self.places.index(place)]
        return flight.call if flight.done else None

    def without(self, place: int) -> Round:
        """The round as if it had not asked one of the page's columns; those behind it move up."""
        left = [at for at, each in enumerate(self.places) if each != place]
        return replace(
            self,
            columns=tuple(self.columns[at] for at in left),
            places=tuple(self.places[at] - (self.places[at] > place) for at in left),
            flights=tuple(self.flights[at] for at in left),
        )


def _readable(flight: CallInFlight) -> bool:
    begun = bool(flight.completion().text.strip())
    return begun and (not flight.done or continues(flight.call))
