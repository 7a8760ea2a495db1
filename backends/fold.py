"""The growing answer of a running call."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import replace
from operator import attrgetter
from typing import Any

from backends.reading import encodes
from backends.types import Completion, Delta, TokenLogprob, ToolCall

# Under this name `extras` lists what was wrong with an answer that is whole all the same.
NOTES = "notes"
# Fields of which the last one known holds.
_LATEST = ("finish_reason", "usage", "rate_limit", "request_id", "served_model")
_latest = attrgetter(*_LATEST)


class Fold:
    """Joins deltas: text is appended, every other field is last-known-wins.

    `length` is the number of characters so far. Adding is O(1) in it. One thread adds; any thread
    may look.
    """

    def __init__(self) -> None:
        # Not a list: two million pieces of an answer that does not end are 8 MB of text and 138 MB
        # of strings.
        self._text, self._reasoning = io.StringIO(), io.StringIO()
        self._logprobs: list[TokenLogprob] = []
        self._tool_calls: list[ToolCall] = []
        # Number of a call as the service counts → its place; a new id begins a new call.
        self._calls_by_index: dict[int, int] = {}
        self._latest: dict[str, Any] = {}
        self._echo: Mapping[str, Any] = {}
        self._extras: Mapping[str, Any] = {}
        self._whole: Completion | None = None
        self.length = 0

    def add(self, delta: Delta) -> None:
        """Take in one more delta."""
        if delta.replaces:
            self.length -= len(self._text.getvalue())
            self._text = io.StringIO()
        if delta.text:
            self._text.write(delta.text)
            self.length += len(delta.text)
        if delta.reasoning:
            self._reasoning.write(delta.reasoning)
            self.length += len(delta.reasoning)
        self._logprobs.extend(delta.logprobs)
        for piece in delta.tool_calls:
            self._add_tool_call(piece)
        for name, value in zip(_LATEST, _latest(delta), strict=True):
            if value:
                self._latest[name] = value
        if delta.echo:
            self._echo = {**self._echo, **delta.echo}
        if delta.extras:
            both = {**self._extras, **delta.extras}
            self._extras = noted(both, self._extras.get(NOTES, ()))

    @property
    def shown(self) -> bool:
        """Whether anything a reader can see has arrived."""
        return self.length > 0

    def completion(self) -> Completion:
        """The answer as it stands."""
        # Before it is asked whether that was all: whoever says so lets go of them afterwards.
        text, reasoning = self._text, self._reasoning
        if self._whole is not None:
            return self._whole
        return Completion(
            text=_sound(text.getvalue()),
            reasoning=_sound(reasoning.getvalue()),
            logprobs=tuple(self._logprobs),
            tool_calls=tuple(self._tool_calls),
            echo=self._echo,
            extras=self._extras,
            **self._latest,
        )

    def end(self) -> Completion:
        """The whole answer: nothing is added any more, and what it was joined from is let go."""
        self._whole = self.completion()
        self._text = self._reasoning = io.StringIO()
        return self._whole

    def _add_tool_call(self, piece: ToolCall) -> None:
        self.length += len(piece.name) + len(piece.arguments)
        place = self._calls_by_index.get(piece.index)
        begun = None if place is None else self._tool_calls[place]
        if place is None or begun is None or (piece.id and begun.id and piece.id != begun.id):
            place = self._calls_by_index[piece.index] = len(self._tool_calls)
            self._tool_calls.append(replace(piece, index=place))
            return
        self._tool_calls[place] = replace(
            begun,
            name=begun.name or piece.name,
            id=begun.id or piece.id,
            arguments=begun.arguments + piece.arguments,
        )


def noted(extras: Mapping[str, Any], notes: Iterable[str]) -> Mapping[str, Any]:
    """The same extras with these notes before their own, each once."""
    both = dict.fromkeys([*notes, *extras.get(NOTES, ())])
    return {**extras, NOTES: list(both)} if both else extras


def _sound(text: str) -> str:
    """Text that every encoder and store takes: halves of a pair that came apart are joined, others
    and NUL stand as JSON writes them."""
    text = text.replace("\0", "\\u0000")
    if encodes(text):
        return text
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return joined.encode("utf-8", "backslashreplace").decode()
