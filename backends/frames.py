"""Frames as strangers send them: one that makes no sense costs itself, a repeated one nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from backends.errors import Protocol
from backends.fold import NOTES
from backends.provider import COUNTS, count
from backends.reading import bounded
from backends.types import Delta

_T = TypeVar("_T")

REPEATED = "a frame came more than once"
REORDERED = "frames came out of order"
LATE = "text after the end was left out"
BROKEN_CHARACTERS = "characters that arrived broken stand as \ufffd"
ODD_USAGE = "the reported usage cannot be right"


class Reader:
    """Reads frames one by one; what comes after a senseless one is still read.

    The answer is whole only if `check` passes.
    """

    def __init__(self) -> None:
        self._first: Protocol | None = None
        self._ended = False

    def end(self) -> None:
        """The answer is complete: a senseless frame after this costs nothing."""
        self._ended = True

    def read(self, build: Callable[..., _T], *parts: Any) -> _T | None:
        """What `build` makes of a frame; None where it makes no sense."""
        try:
            return build(*parts)
        except Protocol as exc:
            if not self._ended:
                self._first = self._first or exc
            return None

    def check(self) -> None:
        """Pass if every frame made sense.

        Raises:
            Protocol: what was wrong with the first that did not.
        """
        if self._first is not None:
            raise self._first


class Numbered:
    """Puts the pieces of an answer in the order of their numbers, each once."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}
        self._last = -1

    def placed(self, number: Any, delta: Delta) -> Delta:
        """The same delta where its number is new and the highest, else what mends the answer."""
        if count(number) is None:
            return delta
        if self._texts.get(number) == delta.text:
            return without_text(delta, REPEATED)
        if number in self._texts:
            # A service that gives every frame one number means nothing by it.
            self._texts[number] += delta.text
            return delta
        self._texts[number] = delta.text
        if number > self._last:
            self._last = number
            return delta
        whole = "".join(self._texts[place] for place in sorted(self._texts))
        return replace(delta, text=whole, replaces=True, extras=_with(delta, REORDERED))


def without_text(delta: Delta, why: str) -> Delta:
    """What a delta tells beside its text, and a note why that is left out."""
    said = delta.text or delta.reasoning or delta.tool_calls
    extras = _with(delta, why) if said else delta.extras
    return replace(delta, text="", reasoning="", tool_calls=(), replaces=False, extras=extras)


def odd_usage(reported: Any) -> dict[str, Any]:
    """A note and the report itself, as text, where its counts cannot be right; else nothing.

    They are wrong where one is no count or the total is less than its parts.
    """
    if not isinstance(reported, Mapping):
        return {}
    prompt, completion, total = counts = [count(reported.get(name)) for name in COUNTS]
    if prompt is None or completion is None or total is None:
        wrong = any(
            value is None and name in reported for name, value in zip(COUNTS, counts, strict=True)
        )
    else:
        wrong = total < prompt + completion
    if not wrong:
        return {}
    return {NOTES: [ODD_USAGE], "usage_reported": json.dumps(bounded(reported))[:500]}


def _with(delta: Delta, note: str) -> Mapping[str, Any]:
    return {**delta.extras, NOTES: [*delta.extras.get(NOTES, ()), note]}
