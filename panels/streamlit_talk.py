"""A conversation as the Streamlit chat page holds it. State first: drawing comes after.

A run of the page may end at any drawing call, so whatever must not be lost is here before
anything is drawn: the question with its picture, and the flights in which answers grow on threads
of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from backends import (
    Attachment,
    Call,
    CallInFlight,
    ChatRequest,
    Message,
    ModelSpec,
    ProviderError,
    check_attachments,
)
from panels.answer import continues
from panels.recognise import joined, recognised_text, recognition
from panels.streamlit_refill import Refill
from panels.streamlit_turn import Reading, Settings, Turn

Start = Callable[[ChatRequest], CallInFlight]


@dataclass(slots=True)
class Talk:
    """The turns on screen, and what the user is about to ask.

    `pending` is asked and not yet sent; `draft` goes back into the message box, which is `roomy`
    for several lines; `picture` waits there for its question; `reading` runs until `heard`
    takes its place.
    """

    user: str
    turns: list[Turn] = field(default_factory=list)
    pending: Message | None = None
    draft: Refill = field(default_factory=Refill)
    picture: Attachment | None = None
    reading: Reading | None = None
    heard: Call | None = None
    roomy: bool = False
    editing: bool = False

    @property
    def running(self) -> Turn | None:
        """The turn whose answer is still coming."""
        return self.turns[-1] if self.turns and not self.turns[-1].flight.done else None

    @property
    def size(self) -> int:
        """Characters of the answers on screen."""
        return sum(turn.flight.size for turn in self.turns)

    def ask(self, question: str, picture: Attachment | None = None) -> None:
        """Note a question for the next start; while an answer is coming it goes back to the box."""
        self.heard, self.roomy = None, False
        self.draft.take()
        asked = Message("user", question, () if picture is None else (picture,))
        if self.running is not None or self.pending is not None:
            self._put_back(asked)
        else:
            self.pending = asked

    def request(self, settings: Settings, asked: Message) -> ChatRequest:
        """What goes to the door for a question under these settings."""
        return ChatRequest(
            settings.model,
            (*self.history(), asked),
            settings.system,
            settings.params,
            settings.stream,
            tag="chat",
            user=self.user,
            overflow=settings.overflow,
        )

    def begin(self, start: Start, settings: Settings) -> None:
        """Send the noted question, if there is one.

        A picture that the model would refuse, or that comes without a question, waits in the box.
        """
        if self.pending is None:
            return
        asked, self.pending = self.pending, None
        request = self.request(settings, asked)
        if asked.attachments and not _goes(request, settings.spec):
            self._put_back(asked)
        else:
            self.turns.append(Turn(asked, start(request)))

    def history(self) -> tuple[Message, ...]:
        """What the provider is told of earlier turns: whole pairs of question and answer."""
        return tuple(
            message
            for turn in self.turns
            if continues(turn.call)
            for message in (turn.asked, Message("assistant", _text(turn.call)))
        )

    def read(self, start: Start, reader: str, attachment: Attachment, typed: str) -> None:
        """Have a reader turn it into text; what was typed waits for that."""
        if self.reading is not None:
            return
        self.heard = None
        flight = recognition(start, reader, attachment, self.user)
        self.reading = Reading(attachment, typed, flight)

    def take_reading(self) -> None:
        """Once it is done, its text is a draft after what was typed; a picture has then served."""
        if self.reading is None or not self.reading.flight.done:
            return
        done, self.reading = self.reading, None
        self.heard = done.flight.call
        text = "" if self.heard is None else recognised_text(self.heard)
        if text and done.attachment.kind == "image":
            self.picture = None
        self.draft.put(joined(done.typed, text))

    def stop(self) -> None:
        """End what is running, keep what has come. Usable from any thread."""
        if self.pending is not None:
            asked, self.pending = self.pending, None
            self._put_back(asked)
        if self.running is not None:
            self.running.flight.cancel()
        if self.reading is not None:
            self.reading.flight.cancel()

    def retry(self, last: Turn) -> None:
        """Ask the last question once more; its earlier answer leaves the screen."""
        if self._take_back(last):
            self.pending = last.asked

    def undo(self, last: Turn) -> None:
        """Take back the last turn; its question returns to the message box."""
        if self._take_back(last):
            self._put_back(last.asked)

    def resend(self, last: Turn, question: str) -> None:
        """Replace the last turn by another question; its picture stays."""
        self.editing = False
        if self._take_back(last):
            self.pending = replace(last.asked, content=question)

    def _take_back(self, last: Turn) -> bool:
        """Let go of this turn; False where it is not the last one: a second click means the same
        turn as the first, not the one before it."""
        if self.running is not None or not self.turns or self.turns[-1] is not last:
            return False
        self.turns.pop()
        return True

    def clear(self) -> None:
        """Begin anew; what is running ends."""
        self.stop()
        self.turns, self.editing = [], False
        self.pending = self.picture = self.reading = self.heard = None
        self.draft.take()

    def _put_back(self, asked: Message) -> None:
        self.draft.put(asked.content)
        self.picture = next(iter(asked.attachments), self.picture)


def _goes(request: ChatRequest, model: ModelSpec) -> bool:
    try:
        check_attachments(request, model)
    except ProviderError:
        return False
    return bool(request.messages[-1].content.strip())


def _text(call: Call | None) -> str:
    return call.text if call is not None else ""
