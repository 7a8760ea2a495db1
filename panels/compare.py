"""One question to several models, side by side. State first: drawing comes after.

A page may be cut off at any drawing call, so what must not be lost is here before anything is
drawn: the question, and the calls, which grow on threads of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random, SystemRandom
from typing import Literal

from backends import Call, CallInFlight, ChatRequest, Message, Words
from panels.answer import continues
from panels.rounds import VOTE_KEYS as VOTE_KEYS
from panels.rounds import WINNERS as WINNERS
from panels.rounds import Column as Column
from panels.rounds import Round as Round

Start = Callable[[ChatRequest], CallInFlight]
# Records a vote on the left and the right call: who won, and whether names were hidden. It raises
# `NotRecorded` where it does not.
Cast = Callable[[Call, Call, str, bool], object]
# What a column is told of earlier questions: its own answers, or those of one chosen column.
History = Literal["own", "shared"]

FEWEST, MOST = 2, 6
TAG = "compare"
# How likely the side that a column had less often is, where they differ: Efron (1971), "Forcing a
# sequential experiment to be balanced", https://doi.org/10.1093/biomet/58.3.403
_LIKELIER = 2 / 3


class NotRecorded(Exception):
    """What a `Cast` raises when it does not take the vote; `message` says why and what to do."""

    def __init__(self, message: Words) -> None:
        super().__init__(message.en)
        self.message = message


@dataclass(slots=True)
class Comparison:
    """The rounds on screen, each told of those before it.

    Blind, each conversation is between two columns, which ones and on which sides drawn by lot.
    It ends with the vote: the next question draws anew and is told nothing of what was before, so
    that no vote leans on another.
    """

    user: str
    rounds: list[Round] = field(default_factory=list)
    chance: Random = field(default_factory=SystemRandom)
    _leads: Counter[tuple[int, int]] = field(default_factory=Counter)

    @property
    def last(self) -> Round | None:
        """The latest round."""
        return self.rounds[-1] if self.rounds else None

    @property
    def size(self) -> int:
        """Characters of the answers on screen."""
        return sum(flight.size for each in self.rounds for flight in each.flights)

    @property
    def running(self) -> bool:
        """Whether any answer is still coming."""
        return self.last is not None and self.last.running

    @property
    def free(self) -> bool:
        """Whether one may ask: no answer is still coming, or none that anybody waits for."""
        return not self.running or (self.last is not None and self.last.blind and self.last.decided)

    def ask(
        self,
        start: Start,
        question: str,
        columns: Sequence[Column],
        *,
        blind: bool = False,
        history: History = "own",
        source: int = 0,
    ) -> Round | None:
        """Start every column's call at once; None while answers of the last round still come.

        After a vote nobody waits for them: they end, as far as they came.
        `history` "own" tells each column its own earlier answers, "shared" tells all of them the
        answers of the page's column `source`. A blind conversation is always "own". An answer
        that failed is told to nobody, nor is its question.
        """
        if not self.free:
            return None
        self.stop()
        places = self._places(len(columns), blind)
        asked = tuple(columns[place] for place in places)
        told = [place if blind or history == "own" else source for place in places]
        requests = [
            self._request(column, (*self.told(place), Message("user", question)))
            for column, place in zip(asked, told, strict=True)
        ]
        begun = Round(question, asked, places, tuple(map(start, requests)), blind)
        self.rounds.append(begun)
        return begun

    def told(self, place: int) -> tuple[Message, ...]:
        """What is told of earlier rounds with the answers of one of the page's columns."""
        return tuple(
            message
            for earlier in self.rounds
            if (call := earlier.call(place)) is not None and continues(call)
            for message in (Message("user", earlier.question), Message("assistant", call.text))
        )

    def stop(self) -> None:
        """End every running answer; what has come stays. Usable from any thread."""
        for each in self.rounds:
            each.stop()

    def vote(self, winner: str, cast: Cast) -> bool:
        """Record a vote on the last round with `cast`, then show who is who.

        False, and nothing is recorded, where there is nothing to vote on. What `cast` raises
        leaves the round without a vote.
        """
        voted = self.last
        if voted is None or not voted.votable or winner not in WINNERS:
            return False
        left, right = (flight.call for flight in voted.flights)
        if left is None or right is None:
            return False
        cast(left, right, winner, voted.blind)
        voted.winner = winner
        self._name_earlier()
        return True

    def give_up(self) -> None:
        """Show who is who without a vote; answers that failed leave no other way."""
        if self.last is not None:
            self.last.given_up = not self.last.decided
            self._name_earlier()

    def remove(self, place: int) -> bool:
        """Forget one of the page's columns and its answers; those behind it move up.

        False, and nothing changes, while answers are still coming.
        """
        if self.running:
            return False
        # Which two columns a blind conversation is between no longer holds.
        self.rounds = [each.without(place) for each in self.rounds if not each.blind]
        self._leads.clear()
        return True

    def clear(self) -> None:
        """Begin anew; what is running ends."""
        self.stop()
        self.rounds = []

    def _name_earlier(self) -> None:
        """The vote on the last answers ends the conversation, which is named as a whole."""
        for earlier in self.rounds[:-1]:
            earlier.given_up = earlier.winner is None

    def _places(self, count: int, blind: bool) -> tuple[int, ...]:
        """Which columns are asked, in the order shown; forgets rounds that cannot be gone on."""
        last = self.last
        if last is not None and (last.blind != blind or (blind and last.decided)):
            self.rounds, last = [], None
        if not blind:
            return tuple(range(count))
        if last is not None and max(last.places) < count:
            return last.places
        self.rounds = []
        return self._drawn(count)

    def _drawn(self, count: int) -> tuple[int, int]:
        """Two columns by lot, and their sides by lot, the rarer one the likelier."""
        first, second = sorted(self.chance.sample(range(count), 2))
        lead = self._leads[first, second]
        likely = 0.5 if lead == 0 else _LIKELIER if lead < 0 else 1 - _LIKELIER
        stays = self.chance.random() < likely
        self._leads[first, second] += 1 if stays else -1
        return (first, second) if stays else (second, first)

    def _request(self, column: Column, messages: tuple[Message, ...]) -> ChatRequest:
        return ChatRequest(
            column.model,
            messages,
            column.system,
            column.params,
            column.stream,
            tag=TAG,
            user=self.user,
            overflow=column.overflow,
        )
