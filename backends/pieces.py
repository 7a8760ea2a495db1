"""When each piece of an answer arrived, so that it can be shown again as it streamed."""

from __future__ import annotations

from backends.types import Chunk, Delta

MOST = 2000


class Pieces:
    """Collects the moments of one answer; adding is an append."""

    def __init__(self) -> None:
        self._held: list[Chunk] = []

    def add(self, moment: float, delta: Delta) -> None:
        """A piece arrived at this moment of the clock."""
        text = len(delta.text)
        if delta.replaces:
            text -= sum(held for _, held, _ in self._held)
        self._held.append((moment, text, len(delta.reasoning)))
        if len(self._held) == 2 * MOST:
            self._held = _in_pairs(self._held)

    def since(self, start: float) -> tuple[Chunk, ...]:
        """The pieces as `Call.chunks` has them, at seconds from this moment of the clock."""
        held = self._held if len(self._held) <= MOST else _in_pairs(self._held)
        # Whole milliseconds begun: a piece is never later than the call's end.
        return tuple(
            (int((at - start) * 1000) / 1000, text, reasoning) for at, text, reasoning in held
        )


def _in_pairs(held: list[Chunk]) -> list[Chunk]:
    """Every two neighbours as one, but for the first: when an answer began is a figure itself."""
    first, rest = held[0], held[1:]
    pairs = zip(rest[::2], rest[1::2], strict=False)
    joined = [(late, a + b, c + d) for (_, a, c), (late, b, d) in pairs]
    return [first, *joined, *(rest[-1:] if len(rest) % 2 else [])]
