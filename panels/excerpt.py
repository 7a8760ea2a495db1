"""How much of a very long answer a page draws: its beginning, and a sentence about the rest.

A service that ignores the limit of its output gives millions of characters. As a list they keep a
browser busy for a minute: 2,800,000 took Chromium 65 s to draw once, 300,000 took 3.7 s.
"""

from __future__ import annotations

from typing import Final

from panels.markdown import answer_markdown
from panels.words import Lang, t

# Characters. 65,536 tokens, the most that a model of the catalogue says it answers at once, are
# some 260,000 of English and fewer of Chinese.
MOST_SHOWN: Final = 300_000


def beginning(text: str) -> str:
    """A text as far as a page draws it."""
    return text[:MOST_SHOWN]


def drawn(text: str) -> str:
    """A model's markdown to be rendered, as far as a page draws it."""
    return answer_markdown(beginning(text))


def unshown(text: str, lang: Lang) -> str:
    """That there is more of a text than a page draws, and where; "" where it is drawn whole."""
    return t("shown_in_part", lang, most=f"{MOST_SHOWN:,}") if len(text) > MOST_SHOWN else ""
