"""Deterministic token counts in the style of each provider.

Qianfan: 0.625 per Han character and 1 per word, rounded up, at least 1 (the estimate of its own
SDK). Spark: ceil(CJK characters / 1.5) + ceil(other words / 0.8), which is its documents' rule of
thumb (https://github.com/iFLYTEK-OP/websdk-java doc/spark/sparkchat.md). A word is a run of
letters, digits and underscores that holds no Han character; punctuation and spaces cost nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from math import ceil
from typing import Final

_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_RUN: Final = re.compile(f"[{_HAN}]")
_WORD: Final = re.compile(rf"[^\W{_HAN}]+")

Rule = Callable[[int, int], int]


def qianfan(han: int, words: int) -> int:
    """Tokens of a text with `han` Han characters and `words` other words."""
    return max(1, ceil(han * 0.625) + words)


def spark(han: int, words: int) -> int:
    """Tokens of a text with `han` CJK characters and `words` other words."""
    return ceil(han / 1.5) + ceil(words / 0.8)


class Meter:
    """Counts a text that arrives in pieces; a word cut by two pieces counts once."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._han = 0
        self._words = 0
        self._inside_word = False
        self._begun = False

    def add(self, text: str) -> int:
        """Adds `text` and returns the tokens so far."""
        if text:
            self._begun = True
            self._han += len(_HAN_RUN.findall(text))
            words = _WORD.findall(text)
            continues = self._inside_word and _WORD.match(text) is not None
            self._words += len(words) - (1 if continues else 0)
            self._inside_word = _WORD.fullmatch(text[-1]) is not None
        return self.total

    def would_be(self, text: str) -> int:
        """Tokens there would be after `add(text)`."""
        return copy(self).add(text)

    @property
    def total(self) -> int:
        """Tokens so far, 0 for a text that is still empty."""
        return self._rule(self._han, self._words) if self._begun else 0


def count(text: str, rule: Rule) -> int:
    """Tokens of a whole text."""
    return max(Meter(rule).add(text), rule(0, 0))
