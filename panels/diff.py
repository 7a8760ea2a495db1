"""What differs between two answers, word by word; as text, for a page to colour."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from rapidfuzz.distance import Indel

Kind = Literal["equal", "added", "removed"]
# A word, and the white space after it, which is no reason for two words to match.
Word = tuple[str, str]

# Chinese and Japanese write no spaces between words, so each of their characters counts as one.
_HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"([{_HAN}]|[^\W{_HAN}]+|[^\w\s])(\s*)")
_LINE = re.compile(r"([^\n]*\n|[^\n]+)()")
_HAN_LETTER = re.compile(rf"[{_HAN}]")
# The comparison keeps a bit for each pair of words: 50 MB at most.
_MOST_PAIRS = 400_000_000
# Less than that in common between two changes is chance: "the", a comma, one Chinese character.
_TELLING = 4


class Segment(NamedTuple):
    """A piece that both have, or only one of them. Foreign text: never to be shown as HTML."""

    kind: Kind
    text: str


def diff(before: str, after: str) -> tuple[Segment, ...]:
    """The pieces in order: equal and removed make up `before`, equal and added make up `after`.

    What both have by chance, between two changes, counts as changed. Very long texts are compared
    line by line.
    """
    left, right = _words(before), _words(after)
    if len(left) * len(right) > _MOST_PAIRS:
        left, right = _LINE.findall(before), _LINE.findall(after)
    if len(left) * len(right) > _MOST_PAIRS:
        left, right = [(before, "")], [(after, "")]
    return tuple(_joined(_pieces(left, right)))


def _words(text: str) -> list[Word]:
    rest = text.lstrip()
    head = text[: len(text) - len(rest)]
    return [*([("", head)] if head else []), *_WORD.findall(rest)]


def _pieces(left: Sequence[Word], right: Sequence[Word]) -> Iterator[Segment]:
    steps = Indel.opcodes([word for word, _ in left], [word for word, _ in right])
    for place, step in enumerate(steps):
        gone = left[step.src_start : step.src_end]
        come = right[step.dest_start : step.dest_end]
        outer = place in (0, len(steps) - 1)
        if step.tag == "equal" and (outer or _tells(gone)):
            for (word, gap), (_, other) in zip(gone, come, strict=True):
                yield Segment("equal", word + gap if gap == other else word)
                if gap != other:
                    yield from (Segment("removed", gap), Segment("added", other))
        else:
            yield Segment("removed", "".join(map("".join, gone)))
            yield Segment("added", "".join(map("".join, come)))


def _joined(pieces: Iterator[Segment]) -> Iterator[Segment]:
    """Neighbours of one kind in one piece; what was removed before what was added."""
    held: dict[Kind, list[str]] = {"equal": [], "removed": [], "added": []}
    changed = False
    for kind, text in pieces:
        if text and (kind != "equal") != changed:
            yield from _emptied(held)
            changed = not changed
        held[kind].append(text)
    yield from _emptied(held)


def _emptied(held: dict[Kind, list[str]]) -> Iterator[Segment]:
    for kind, texts in held.items():
        if text := "".join(texts):
            yield Segment(kind, text)
        texts.clear()


def _tells(common: Sequence[Word]) -> bool:
    """Whether what two changes have between them is more than chance."""
    weight = 0
    for word, _ in common:
        weight += 3 if _HAN_LETTER.match(word) else len(word) if word[:1].isalnum() else 0
        if weight >= _TELLING:
            return True
    return False
