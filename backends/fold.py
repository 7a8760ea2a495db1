"""The growing answer of a running call."""

from __future__ import annotations

from backends.types import Completion, Delta, TokenLogprob


class Fold:
    """Joins deltas: text is appended, every other field is last-known-wins.

    Adding is O(1) in the length of the answer. One thread adds; any thread may look.
    """

    def __init__(self) -> None:
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._logprobs: list[TokenLogprob] = []
        self._last = Delta()

    def add(self, delta: Delta) -> None:
        """Take in one more delta."""
        if delta.text:
            self._text.append(delta.text)
        if delta.reasoning:
            self._reasoning.append(delta.reasoning)
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
        return bool(self._text or self._reasoning)

    def completion(self) -> Completion:
        """The answer as it stands."""
        last = self._last
        return Completion(
            "".join(self._text),
            "".join(self._reasoning),
            last.finish_reason,
            last.usage,
            last.rate_limit,
            last.request_id,
            tuple(self._logprobs),
        )
