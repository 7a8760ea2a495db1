"""An answer may repeat a key that its request held, in pieces; nothing of it is to be seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from backends.errors import ProviderError
from backends.secrets import redactor
from backends.types import Delta

# Of what has been let through, as much as may be the beginning of a secret without being held back.
_CONTEXT = 3
# What comes in pieces comes in smaller ones.
_WHOLE = 64


class Sieve:
    """Text in pieces, without the secrets in it; what may be the beginning of one waits."""

    def __init__(self) -> None:
        self._past = ""
        self._held = ""

    def pass_on(self, piece: str) -> str:
        """What of the text so far may be seen now."""
        text = self._past + self._held + piece
        if not self._held and len(piece) < _WHOLE and not redactor.begins(text):
            self._past = text[-_CONTEXT:]
            return piece
        cleaned = redactor.clean(text)
        # Where a secret began among what was let through, only the rest of it becomes stars.
        past = next(
            (at for at, one in enumerate(self._past) if cleaned[at : at + 1] != one),
            len(self._past),
        )
        waits = min(redactor.begun(cleaned), len(cleaned) - past)
        seen = cleaned[past : len(cleaned) - waits]
        self._held = cleaned[len(cleaned) - waits :]
        self._past = (cleaned[:past] + seen)[-_CONTEXT:]
        return seen

    def rest(self) -> str:
        """What still waits; the text has ended."""
        held, self._held = self._held, ""
        return held


def sieved(deltas: Iterator[Delta]) -> Iterator[Delta]:
    """The same answer without any known secret in its texts, even one that came in pieces.

    If it fails in the middle, what waited is yielded before the failure is raised.
    """
    text, reasoning = Sieve(), Sieve()
    try:
        for delta in deltas:
            if delta.replaces:
                text = Sieve()
            yield _sieved(delta, text, reasoning)
    except ProviderError:
        yield from _rest(text, reasoning)
        raise
    yield from _rest(text, reasoning)


def _sieved(delta: Delta, text: Sieve, reasoning: Sieve) -> Delta:
    changed: dict[str, Any] = {}
    if delta.text and (seen := text.pass_on(delta.text)) != delta.text:
        changed["text"] = seen
    if delta.reasoning and (seen := reasoning.pass_on(delta.reasoning)) != delta.reasoning:
        changed["reasoning"] = seen
    if delta.extras:
        changed["extras"] = redactor.scrub(delta.extras)
    if delta.tool_calls:
        changed["tool_calls"] = tuple(
            replace(piece, arguments=redactor.clean(piece.arguments)) for piece in delta.tool_calls
        )
    return replace(delta, **changed) if changed else delta


def _rest(text: Sieve, reasoning: Sieve) -> Iterator[Delta]:
    seen, thought = text.rest(), reasoning.rest()
    if seen or thought:
        yield Delta(text=seen, reasoning=thought)
