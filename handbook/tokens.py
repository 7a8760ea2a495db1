"""The tokenizer: what one "token" of the built-in model is.

Chinese runs are cut into words of at most four characters that the corpus itself uses often;
words of alphabetic scripts, numbers and names such as ``top_p`` or ``desk.py`` are one token each
and carry their leading blank. The pieces of a text always join to exactly that text.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

CJK = "\u3400-\u9fff\uf900-\ufaff"
LONGEST_WORD = 4
# Lengths are bounded so that a megabyte of letters is not counted as one token.
_WORD = r"[^\W\u1100-\U0010ffff]{1,24}"
_PIECE = re.compile(rf" ?[{CJK}]+| ?{_WORD}(?:[-./:'’]{_WORD}){{0,6}}|\n\n|.", re.DOTALL)
_RUN = re.compile(rf"[{CJK}]+")


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """Cuts text by longest match against `words` (Chinese words of 2 to 4 characters)."""

    words: frozenset[str]

    def split(self, text: str) -> list[str]:
        """Return the tokens of any text; ``"".join`` of them is the text."""
        pieces: list[str] = []
        for piece in _PIECE.findall(text):
            if _RUN.match(piece, len(piece) - 1):
                pieces.extend(self._chinese(piece))
            else:
                pieces.append(piece)
        return pieces

    def _chinese(self, run: str) -> Iterable[str]:
        position = len(run) - len(run.lstrip(" "))
        blank = run[:position]
        while position < len(run):
            size = LONGEST_WORD
            while size > 1 and run[position : position + size] not in self.words:
                size -= 1
            yield blank + run[position : position + size]
            blank = ""
            position += size


def learn_words(texts: Iterable[str], minimum: int = 3) -> frozenset[str]:
    """Return the Chinese words found by joining neighbours seen `minimum` times or more.

    Each round joins the pieces of the round before, so words of up to four characters appear.
    """
    runs = [list(run) for text in texts for run in _RUN.findall(text)]
    for _ in range(LONGEST_WORD - 1):
        pairs = Counter(pair for run in runs for pair in pairwise(run))
        runs = [_join(run, pairs, minimum) for run in runs]
    return frozenset(piece for run in runs for piece in run if len(piece) > 1)


def _join(run: list[str], pairs: Counter[tuple[str, str]], minimum: int) -> list[str]:
    joined: list[str] = []
    position = 0
    while position < len(run):
        here = pairs[tuple(run[position : position + 2])] if position + 1 < len(run) else 0  # type: ignore[index]
        after = pairs[tuple(run[position + 1 : position + 3])] if position + 2 < len(run) else 0  # type: ignore[index]
        pair = "".join(run[position : position + 2])
        # A stronger bond to the right keeps its left character free: 的温|度 must not beat 温度.
        if here >= minimum and here >= after and len(pair) <= LONGEST_WORD:
            joined.append(pair)
            position += 2
        else:
            joined.append(run[position])
            position += 1
    return joined
