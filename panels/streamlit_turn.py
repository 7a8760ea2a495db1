"""What a conversation on the Streamlit chat page is made of."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backends import (
    Attachment,
    Call,
    CallInFlight,
    Input,
    Message,
    ModelSpec,
    Overflow,
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the sidebar asks for. `params` holds those whose *send* is on.

    `readers` are the models that turn a picture or a recording into text, where there are any.
    """

    model: str
    spec: ModelSpec
    system: str
    params: Mapping[str, Any]
    stream: bool
    overflow: Overflow
    readers: Mapping[Input, str]


@dataclass(frozen=True, slots=True)
class Turn:
    """One question, perhaps with a picture, and the call that answers it."""

    asked: Message
    flight: CallInFlight
    key: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def call(self) -> Call | None:
        """The record of the call once it has its final state."""
        return self.flight.call if self.flight.done else None


@dataclass(frozen=True, slots=True)
class Reading:
    """A picture or a recording that a reader turns into text, and what was typed with it."""

    attachment: Attachment
    typed: str
    flight: CallInFlight
