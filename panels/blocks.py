"""A growing markdown text cut into blocks that need no redrawing, and a tail that does.

Rewriting the whole text at every update costs the square of its length (field/ui.md §3).
"""

from __future__ import annotations

import re

_TAIL = 600
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,}|\${2,}(?=[^$]*$))")
_MARKER = re.compile(r" {0,3}(?:[-*+]|(\d{1,9})[.)])(?= |$)( *)(.?)")
_RULE = re.compile(r" {0,3}([-*_])(?: *\1){2,} *$")


class Blocks:
    """Cuts at blank lines, never inside a fence, a table or a list.

    What was frozen never changes; all that was frozen plus the tail is the text, exactly.
    """

    def __init__(self, tail: int = _TAIL) -> None:
        self._longest_tail = tail
        self._frozen = 0  # everything before this offset has been given out
        self._read = 0  # the start of the first line that is not complete yet
        self._searched = 0
        self._cut = 0  # the last place where a cut is right
        self._markdown = _Place()

    def feed(self, text: str) -> tuple[list[str], str]:
        """The whole text so far in, (blocks newly frozen, the tail that may still change) out.

        `text` begins with what was fed before; the work is that of the new part and the tail.
        """
        while (end := text.find("\n", max(self._read, self._searched))) >= 0:
            if self._markdown.may_cut_before(text[self._read : end]):
                self._cut = self._read
            self._read = end + 1
        self._searched = len(text)
        if len(text) - self._frozen <= self._longest_tail or self._cut <= self._frozen:
            return [], text[self._frozen :]
        block = text[self._frozen : self._cut]
        self._frozen = self._cut
        return [block], text[self._frozen :]


class _Place:
    """Where in the markdown a line stands. Takes the lines one by one."""

    def __init__(self) -> None:
        self.fence = ""  # the characters that opened the fence that is open
        self.item: int | None = None  # columns by which the list item's content is indented
        self.blank = True  # whether the line before was blank, or there was none
        self.unsure = False  # whether the list may have ended without a blank line
        self.lost = False  # whether one cannot tell any more; nothing is cut from here on

    def may_cut_before(self, line: str) -> bool:
        """Take in the next line and say whether a block may end before it."""
        # A carriage return may end a line for the renderer, but not here.
        self.lost = self.lost or "\r" in line.rstrip("\r")
        line = line.rstrip("\r").expandtabs(4)
        if self.fence:
            self._close(line)
            return False
        if not line.strip(" "):
            self.blank = True
            return False
        after_blank, self.blank = self.blank, False
        free = self._outside(line, after_blank)
        return after_blank and free and not self.lost

    def _close(self, line: str) -> None:
        """Inside a fence: see whether it ends here."""
        found = _FENCE.match(line)
        mark = self.fence[0]
        run = re.match(rf" {{0,3}}\{mark}{{{len(self.fence)},}} *$", line)
        if run is not None:
            self.fence = ""
        elif mark == "$" and found is not None:
            # Without maths in its dialect, the renderer sees a fence begin here.
            self.lost = True
        self.blank = False

    def _outside(self, line: str, after_blank: bool) -> bool:
        """A line that is neither blank nor in a fence: whether it is also in no list."""
        indent = len(line) - len(line.lstrip(" "))
        inside = self.item is not None and indent >= self.item
        fence = _FENCE.match(line)
        if inside:
            # After a line that may have ended the list, a fence may be the list's or not.
            self.lost = self.lost or (self.unsure and fence is not None)
            return False
        if fence is not None:
            # With a bar it may be the head of a table instead.
            self.lost = self.lost or "|" in line
            self.fence, self.item, self.unsure = fence[1], None, False
            return indent == 0
        marker = _MARKER.match(line)
        if marker is not None and _RULE.match(line) is None:
            return self._begin(line, marker, after_blank)
        if self.item is None:
            return indent == 0
        ended = (after_blank and indent == 0) or _RULE.match(line) is not None
        self.unsure = not ended
        if ended:
            self.item = None
        return ended and indent == 0

    def _begin(self, line: str, marker: re.Match[str], after_blank: bool) -> bool:
        """A list item begins; whether a list begins with it."""
        first = self.item is None
        spaces = len(marker[2])
        # Five spaces or an empty item: the content begins one column after the marker.
        wide = 1 if spaces > 4 or not marker[3] else spaces
        self.item = marker.end(2) - spaces + wide
        # In the middle of a paragraph only some markers begin a list, and an item that begins
        # empty ends at a blank line.
        self.unsure = not marker[3] or (not after_blank and (first or self.unsure))
        return first and marker.start() == 0 and line[0] != " "
