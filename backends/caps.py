"""Where an answer is cut that does not end by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backends import errors
from backends.estimate import estimate_tokens
from backends.fold import Fold
from backends.types import Delta, ParamTrace, Words

# UTF-8 bytes of text and reasoning; far beyond what any model documents.
ANSWER_LIMIT = 8 << 20
# Counts are estimates, and some services count more generously than they promise.
_TOLERANCE = 4

_ENDLESS = Words(
    "回答过长，已中断。可以减少最大输出后重试。",
    "The answer is too long and was cut. Lower the maximum output, then retry.",
)
_IGNORED = Words(
    "回答已超过所要求的最大输出（{most} tokens）的四倍，服务商没有遵守，已中断。",
    "The answer is over four times the maximum output that was asked for ({most} tokens); the "
    "provider did not heed it, so it was cut.",
)


class Cap:
    """Watches the growing answer of one call that was sent with these parameters."""

    def __init__(self, params: Iterable[ParamTrace] = ()) -> None:
        asked = [row.sent for row in params if row.name == "max_output_tokens"]
        self._most = asked[0] if asked and isinstance(asked[0], int) else None
        self._bytes = 0
        # No character is estimated at more than a token.
        self._next = (self._most or 0) * _TOLERANCE

    def check(self, delta: Delta, fold: Fold) -> None:
        """One more delta has come, and is in `fold`.

        Raises:
            Protocol: with it the answer is too long.
        """
        for text in (delta.text, delta.reasoning):
            if text:
                self._bytes += len(text.encode("utf-8", "surrogatepass"))
        if self._bytes > ANSWER_LIMIT:
            raise errors.Protocol(_ENDLESS, code="answer_limit")
        if self._most is not None and fold.length > self._next:
            if estimate_tokens(fold.completion().text) > _TOLERANCE * self._most:
                raise errors.Protocol(_IGNORED.format(most=self._most), code="answer_limit")
            self._next = fold.length * 3 // 2


def whole(deltas: Iterator[Delta]) -> Iterator[Delta]:
    """The same answer as one delta, for a service that streams although it was not asked to.

    If it fails in the middle, or never ends, what came is yielded before the failure is raised.
    """
    fold, cap = Fold(), Cap()
    try:
        for delta in deltas:
            fold.add(delta)
            cap.check(delta, fold)
    except errors.ProviderError:
        yield fold.completion()
        raise
    yield fold.completion()
