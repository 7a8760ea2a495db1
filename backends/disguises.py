"""The disguises in which a text can stand inside another: URL-encoded, escaped for JSON or HTML."""

from __future__ import annotations

import functools
import html
import re
import urllib.parse
from collections.abc import Callable, Iterator

# One disguise on top of another on top of another.
_LAYERS = 3
_MARKS = re.compile(r"[%&]|\\[u/\\]")
_ESCAPED = re.compile(r"""\\(?:u([0-9a-f]{4})|(["\\/']))""")
_QUOTED = "\"'\\/"
_NAMED = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}


def plainer(text: str) -> Iterator[str]:
    """The text in lower case, and then each text that it may be a disguise of."""
    plain = text.lower()
    yield plain
    # That none of three characters is there is found out much faster than that no pattern is.
    if not ("%" in plain or "&" in plain or "\\" in plain) or not _MARKS.search(plain):
        return
    seen = layer = {plain}
    for _ in range(_LAYERS):
        layer = {plain for view in layer for plain in _undone(view)} - seen
        if not layer:
            return
        yield from layer
        seen = seen | layer


def _undone(text: str) -> Iterator[str]:
    for mark, undo in _UNDOING:
        if mark in text:
            yield undo(text).lower()


def _unescaped(text: str) -> str:
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], text)
    # JSON writes what is outside the basic plane as two halves.
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


# A line break or a quotation mark that is escaped hides nothing else; these may.
_UNDOING: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("%", urllib.parse.unquote_plus),
    ("\\u", _unescaped),
    ("\\/", _unescaped),
    ("\\\\", _unescaped),
    ("&", html.unescape),
)


@functools.lru_cache(256)
def disguised(text: str) -> re.Pattern[str]:
    """What finds a text in any case and in any of the disguises, be it a part of it alone."""
    return re.compile("".join(map(_character, text)), re.IGNORECASE)


def _halves(one: str) -> list[str]:
    return re.findall("....", one.encode("utf-16-be", "surrogatepass").hex())


def _character(one: str) -> str:
    code = ord(one)
    quoted = "".join(f"%(?:25)*{byte:02x}" for byte in one.encode("utf-8", "surrogatepass"))
    ways = [
        rf"\\*{re.escape(one)}" if one in _QUOTED else re.escape(one),
        quoted,
        "".join(rf"\\+u{half}" for half in _halves(one)),
        rf"&(?:amp;)*#(?:0*{code}|x0*{code:x});",
    ]
    if one in _NAMED:
        ways.append(rf"&(?:amp;)*{_NAMED[one]};")
    if one == " ":
        ways.append(r"\+")
    return f"(?:{'|'.join(ways)})"
