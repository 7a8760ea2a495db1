"""A conversation as the Streamlit chat page holds it. State first: drawing comes after.

A run of the page may end at any drawing call, so whatever must not be lost is here before
anything is drawn: the question, and the flight in which the answer grows on a thread of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from backends import ANSWERED_STATES, Call, CallInFlight, ChatRequest, Message

Start = Callable[[ChatRequest], CallInFlight]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the sidebar asks for. `params` holds those whose *send* is on."""

    model: str
    system: str
    params: Mapping[str, Any]
    stream: bool = True


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and the call that answers it."""

    question: str
    flight: CallInFlight
    key: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def call(self) -> Call | None:
        """The record of the call once it has its final state."""
        return self.flight.call if self.flight.done else None


@dataclass(slots=True)
class Talk:
    """The turns on screen, and what the user is about to ask.

    `pending` is asked and not yet sent; `draft` is to be put back into the message box.
    """

    user: str
    turns: list[Turn] = field(default_factory=list)
    pending: str | None = None
    draft: str | None = None
    editing: bool = False

    @property
    def running(self) -> Turn | None:
        """The turn whose answer is still coming."""
        return self.turns[-1] if self.turns and not self.turns[-1].flight.done else None

    def ask(self, question: str) -> None:
        """Note a question for the next start; while an answer is coming it goes back to the box."""
        if self.running is not None or self.pending is not None:
            self.draft = question
        else:
            self.pending = question

    def begin(self, start: Start, settings: Settings) -> None:
        """Send the noted question, if there is one."""
        if self.pending is None:
            return
        messages = (*self.history(), Message("user", self.pending))
        flight = start(
            ChatRequest(
                settings.model,
                messages,
                settings.system,
                settings.params,
                settings.stream,
                tag="chat",
                user=self.user,
            )
        )
        self.turns.append(Turn(self.pending, flight))
        self.pending = None

    def history(self) -> tuple[Message, ...]:
        """What the provider is told of earlier turns: whole pairs of question and answer.

        Answers that failed or were cut by trouble stay on the screen alone; one that the user
        stopped was read as far as it goes, so it counts.
        """
        return tuple(
            message
            for turn in self.turns
            if continues(turn.call)
            for message in (Message("user", turn.question), Message("assistant", _text(turn.call)))
        )

    def stop(self) -> None:
        """End what is running, keep what has come. Usable from any thread."""
        if self.pending is not None:
            self.draft, self.pending = self.pending, None
        if self.running is not None:
            self.running.flight.cancel()

    def retry(self) -> None:
        """Ask the last question once more; its earlier answer leaves the screen."""
        if self.turns and self.running is None:
            self.pending = self.turns.pop().question

    def undo(self) -> None:
        """Take back the last turn; its question returns to the message box."""
        if self.turns and self.running is None:
            self.draft = self.turns.pop().question

    def resend(self, question: str) -> None:
        """Replace the last turn by another question."""
        self.editing = False
        if self.turns and self.running is None:
            self.turns.pop()
            self.pending = question

    def clear(self) -> None:
        """Begin anew; what is running ends."""
        self.stop()
        self.turns, self.pending, self.draft, self.editing = [], None, None, False


def continues(call: Call | None) -> bool:
    """Whether a later question is sent together with this call's answer."""
    return (
        call is not None
        and (call.state in ANSWERED_STATES or call.state == "cancelled")
        and bool(call.text.strip())
    )


def _text(call: Call | None) -> str:
    return call.text if call is not None else ""
