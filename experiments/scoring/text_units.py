"""How text is compared and counted, the same way for every score."""

from __future__ import annotations

import unicodedata

import regex

# Scripts that write without spaces, or with far shorter words than a space suggests.
_CJK = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}"
_UNIT = regex.compile(rf"[{_CJK}]|[^\W{_CJK}]+(?:['’][^\W{_CJK}]+)*")
_HAS_CJK = regex.compile(rf"[{_CJK}]")
_HAS_LATIN = regex.compile(r"\p{Latin}")
_HAS_LETTER = regex.compile(r"\p{L}")
# Seconds that one pattern of a user may look at one text.
PATIENCE = 1.0
_FENCED = regex.compile(r"^(```|~~~).*?(^\1|\Z)", regex.MULTILINE | regex.DOTALL)


def normal(text: str) -> str:
    """The text in Unicode's form NFC without white space around it.

    Composed and decomposed letters become the same; full-width and half-width stay different, as
    does upper and lower case.
    """
    return unicodedata.normalize("NFC", text).strip()


def found(pattern: str, text: str) -> bool:
    """Whether the pattern is found anywhere in the text, other threads running meanwhile.

    Raises:
        TimeoutError, MemoryError: it needs too much for that.
    """
    return regex.search(pattern, text, timeout=PATIENCE, concurrent=True) is not None


def units(text: str) -> list[str]:
    """What text is counted in: each Chinese, Japanese or Korean character, and each other word.

    A word is a run of letters, digits and apostrophes; case does not matter. Punctuation and
    white space are no units.
    """
    return [said[0] for said in _UNIT.finditer(unicodedata.normalize("NFC", text).casefold())]


def script_shares(text: str) -> tuple[int, int, int]:
    """How many units are in CJK scripts, in Latin script, and in other scripts.

    Fenced code and units without a letter say nothing about a language and are left out.
    """
    cjk = latin = other = 0
    for unit in units(_FENCED.sub(" ", text)):
        if _HAS_CJK.search(unit):
            cjk += 1
        elif _HAS_LATIN.search(unit):
            latin += 1
        elif _HAS_LETTER.search(unit):
            other += 1
    return cjk, latin, other


def language_of(text: str) -> str | None:
    """ "zh" where most units are in CJK scripts, "en" where most are Latin, else None."""
    cjk, latin, other = script_shares(text)
    most = max(cjk, latin, other)
    if most == 0 or most == other:
        return None
    return "zh" if cjk == most else "en"
