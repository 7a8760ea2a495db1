"""The end of an answer: stop strings, held back until they are ruled out, and the length."""

from collections.abc import Iterator
from dataclasses import replace

from .sampling import Sampling, Token


def hold_back(drawn: Iterator[Token], sampling: Sampling) -> Iterator[Token]:
    """Yield the drawn tokens up to the end, a stop string or the length, whichever is first.

    A token is kept back while its text could still become part of a stop string. The last token
    yielded carries the finish_reason; a token cut by a stop string keeps its log-probability.
    """
    waiting: list[Token] = []
    for number, token in enumerate(drawn, start=1):
        waiting.append(token)
        text = "".join(held.text for held in waiting)
        found = [place for stop in sampling.stop if (place := text.find(stop)) >= 0]
        if found:
            yield from _finished(_cut(waiting, min(found)), "stop")
            return
        if token.text == "" or number == sampling.max_output_tokens:
            yield from _finished(waiting, "length" if token.text else "stop")
            return
        safe = len(text) - _doubtful(text, sampling.stop)
        while waiting and len(waiting[0].text) <= safe:
            safe -= len(waiting[0].text)
            yield waiting.pop(0)


def _doubtful(text: str, stops: tuple[str, ...]) -> int:
    """Return the length of the longest end of `text` that begins some stop string."""
    return max(
        (n for stop in stops for n in range(1, len(stop)) if text.endswith(stop[:n])), default=0
    )


def _cut(tokens: list[Token], length: int) -> list[Token]:
    """Return the first tokens whose texts have `length` characters in all; at least one token."""
    kept: list[Token] = []
    for token in tokens:
        kept.append(replace(token, text=token.text[:length]))
        length -= len(token.text)
        if length <= 0:
            break
    return kept


def _finished(tokens: list[Token], reason: str) -> Iterator[Token]:
    yield from tokens[:-1]
    yield replace(tokens[-1], finish_reason=reason)
