"""Texts of models and providers on a page: shown as they are, loading nothing from elsewhere.

A picture in an answer would tell its server who reads it, and may carry the conversation in its
address. The two renderers speak different dialects, so nothing here relies on parsing as they do:
only lines that are fenced code in every dialect stay untouched, and everywhere else a character
without width stands after each `<` that could begin a tag and in each `![`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

JOINER = "\u2060"
_IN_CHINESE = re.compile(r"(?<=[^\x00-\x7f])(?=[^\x00-\x7f])")

_SPECIAL = re.compile(r"([\\`*\[\]~$]|(?<![^\W_])_|_(?![^\W_]))")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
# A type parameter in inline code, which one copies; without attributes it could load nothing.
_GENERIC = re.compile(r"(`[^`]*?\w)<(?=(\w+)>)")
_ACTING = frozenset(
    {
        "style",
        "script",
        "iframe",
        "svg",
        "math",
        "link",
        "meta",
        "base",
        "form",
        "textarea",
        "title",
        "plaintext",
        "xmp",
        "template",
        "noscript",
        "select",
    }
)
# An image complete on its line; a further "!" before it would make the link an image again.
_IMAGE = re.compile(r"(?<![!\\])!\[([^\[\]\n]*)\]\(\s*([^\s()<>]+)(?:\s+[^()\n]*)?\)")
_FENCE = re.compile(r"( *)(`{3,}(?=[^`]*$)|~{3,})(.*)$")
_NESTED = re.compile(r"[\s>*+\-.)\d]*(?:```|~~~)")
_DRAWN = re.compile("(mer)(maid)", re.IGNORECASE)
# Where a joiner stands in what was typed.
_ARMED = re.compile(
    rf"<{JOINER}(?=[A-Za-z/!?])|!{JOINER}(?=\[)|\]{JOINER}(?=:)|mer{JOINER}(?=maid)", re.IGNORECASE
)
_MATHS = re.compile(r" {0,3}(\${2,})[^$]*$")


def whole_words(text: str) -> str:
    """A text that breaks at blanks alone; a word of Chinese would break anywhere."""
    return _IN_CHINESE.sub(JOINER, text)


def plain(text: str) -> str:
    """Foreign words inside a line of ours: on one line, and nothing in them acts as markdown."""
    line = _ENTITY.sub("&amp;", " ".join(text.replace("\0", "").split()))
    return _SPECIAL.sub(r"\\\1", line).replace("<", "&lt;")


def answer_markdown(text: str) -> str:
    """A model's markdown to be rendered: images become links, HTML shows as the text it is.

    Fenced code stays exactly as it is, except that diagrams are shown as their source: diagram
    renderers load images too.
    """
    reader = _Reader()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(reader.line(line) for line in lines)


def typed_markdown(text: str) -> str:
    """What a person typed, to be rendered: as `answer_markdown`, but `as_typed` gives it back."""
    # Dialects take these for ends of lines, so fences are not told by "\n" alone.
    reader = _Reader(sure="\r" not in text, typed=True)
    return "\n".join(reader.line(line) for line in text.split("\n"))


def as_typed(shown: str) -> str:
    """What was typed, from what `typed_markdown` made of it or what was copied from there."""
    return _ARMED.sub(lambda found: found[0].replace(JOINER, "", 1), shown)


@dataclass(slots=True)
class _Reader:
    """Takes the lines one by one and knows which are code in every dialect.

    `sure` ends, for good, at the first line where dialects may differ on that. Of what was `typed`
    nothing is replaced.
    """

    fence: str = ""
    indent: int = 0
    maths: str = ""
    blank: bool = True
    sure: bool = True
    typed: bool = False
    nested: bool = False

    def line(self, line: str) -> str:
        after_blank, self.blank = self.blank, not line.strip(" \t")
        if self.fence:
            return self._inside(line)
        opening = _FENCE.match(line)
        if opening is not None:
            return self._open(line, opening, after_blank)
        self._note(line)
        if self.typed and not self.sure:
            line = self._undrawn(line)
        if _NESTED.match(line):
            self.nested = not self.nested
            line = self._undrawn(line)
        links = not (self.typed or self.nested or "`" in line)
        return _disarmed(line, links=links)

    def _open(self, line: str, opening: re.Match[str], after_blank: bool) -> str:
        self.indent, self.fence = len(opening[1]), opening[2]
        # In maths it is maths; far from the margin it may continue a paragraph; with a bar it
        # may be the head of a table.
        certain = not self.maths and (self.indent <= 3 or after_blank) and "|" not in line
        self.sure = self.sure and certain
        return _disarmed(self._undrawn(line), links=False)

    def _undrawn(self, line: str) -> str:
        another = rf"\1{JOINER}\2" if self.typed else "text"
        return _DRAWN.sub(another, line)

    def _inside(self, line: str) -> str:
        indent = len(line) - len(line.lstrip(" "))
        mark, length = self.fence[0], len(self.fence)
        if self.indent and not self.blank and indent < self.indent:
            # It may have left the list that the fence is in, and so the fence.
            self.sure = False
        closing = re.match(rf" *{mark}{{{length},}}([`~]*)[ \t]*$", line)
        if closing is not None and (indent <= 3 or self.indent):
            # Dialects differ on mixed marks, on tabs, and on how far it may stand out.
            self.sure = (
                self.sure
                and not closing[1]
                and "\t" not in line
                and indent in (self.indent, *(() if self.indent else (1, 2, 3)))
            )
            self.fence = ""
        return line if self.sure else _disarmed(line, links=False)

    def _note(self, line: str) -> None:
        """Blocks of single dialects in which a fence may mean nothing."""
        found = _MATHS.match(line)
        if found is not None:
            self.maths = "" if self.maths else found[1]
        if line.lstrip(" ").startswith(":::"):
            self.sure = False


def _disarmed(line: str, *, links: bool) -> str:
    if links:
        line = _IMAGE.sub(lambda found: f"[{found[1] or found[2]}]({found[2]})", line)
    kept = {found.end(1) for found in _GENERIC.finditer(line) if found[2].lower() not in _ACTING}
    line = _TAG.sub(lambda found: "<" if found.start() in kept else f"<{JOINER}", line)
    # A definition may reach over several lines, fences included, in one of the dialects.
    return line.replace("![", f"!{JOINER}[").replace("]:", f"]{JOINER}:")
