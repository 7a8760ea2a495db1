"""The growing answer of a running call."""

from __future__ import annotations

from collections.abc import Iterator

from backends.errors import ProviderError
from backends.types import Completion, Delta, TokenLogprob


class Fold:
    """Joins deltas: text is appended, every other field is last-known-wins.

    `length` is the number of characters so far. Adding is O(1) in it. One thread adds; any thread
    may look.
    """

    def __init__(self) -> None:
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._logprobs: list[TokenLogprob] = []
        self._last = Delta()
        self.length = 0

    def add(self, delta: Delta) -> None:
        """Take in one more delta."""
        if delta.text:
            self._text.append(delta.text)
            self.length += len(delta.text)
        if delta.reasoning:
            self._reasoning.append(delta.reasoning)
            self.length += len(delta.reasoning)
        self._logprobs.extend(delta.logprobs)
        last = self._last
        self._last = Delta(
            finish_reason=delta.finish_reason or last.finish_reason,
            usage=delta.usage or last.usage,
            rate_limit=delta.rate_limit or last.rate_limit,
            request_id=delta.request_id or last.request_id,
        )

    @property
    def shown(self) -> bool:
        """Whether anything a reader can see has arrived."""
        return self.length > 0

    def completion(self) -> Completion:
        """The answer as it stands."""
        last = self._last
        return Completion(
            _sound("".join(self._text)),
            _sound("".join(self._reasoning)),
            last.finish_reason,
            last.usage,
            last.rate_limit,
            last.request_id,
            tuple(self._logprobs),
        )


def whole(deltas: Iterator[Delta]) -> Iterator[Delta]:
    """The same answer as one delta, for a service that streams although it was not asked to.

    If it fails in the middle, what came is yielded before the failure is raised.
    """
    fold = Fold()
    try:
        for delta in deltas:
            fold.add(delta)
    except ProviderError:
        yield fold.completion()
        raise
    yield fold.completion()


def _sound(text: str) -> str:
    """Text that every encoder takes: halves of a pair that came apart are joined, others marked."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
