"""Bytes to events: Server-Sent Events as providers really send them.

Pure and incremental. Lines end at LF, CR or CRLF and nowhere else (U+2028, U+0085, VT and FF occur
inside answers), whatever way the network cut the bytes; text is decoded a whole line at a time.
https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

FRAME_LIMIT = 1 << 20

_LINE_END = re.compile(rb"\r\n|\n|\r")
_FIELD = re.compile(rb"(data|event|id|retry)(?::|$)|:")
_BOM = b"\xef\xbb\xbf"


class FrameTooLarge(ValueError):
    """A line longer than FRAME_LIMIT bytes; the peer does not speak the protocol."""


def lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines without their ends, from bytes cut anywhere. A last unfinished line counts too.

    Raises:
        FrameTooLarge: as soon as a line exceeds FRAME_LIMIT.
    """
    pending: list[bytes] = []
    size = 0
    held = b""  # a CR at the end may be half of a CRLF: the next byte tells
    for chunk in chunks:
        text = held + chunk
        held = b"\r" if text.endswith(b"\r") else b""
        first, *rest = _LINE_END.split(text[:-1] if held else text)
        pending.append(first)
        size += len(first)
        if rest:
            yield b"".join(pending)
            yield from rest[:-1]
            pending, size = [rest[-1]], len(rest[-1])
        if size > FRAME_LIMIT:
            raise FrameTooLarge
    if held or size:
        yield b"".join(pending)


def events(chunks: Iterable[bytes]) -> Iterator[str]:
    """The data of each event, in order.

    Comments and the fields event, id and retry are passed over. Text that is no SSE at all (a bare
    JSON error, on one line or several) comes out as an event of its own, because several providers
    answer a stream request so.
    """
    data: list[bytes] = []
    bare: list[bytes] = []
    for number, line in enumerate(lines(chunks)):
        if number == 0:
            line = line.removeprefix(_BOM)
        if not line:
            yield from _flush(data, bare)
        elif not _FIELD.match(line):
            bare.append(line)
        elif line.startswith(b"data"):
            data.append(line[5:].removeprefix(b" "))
    yield from _flush(data, bare)


def _flush(data: list[bytes], bare: list[bytes]) -> Iterator[str]:
    for part in (data, bare):
        if part:
            yield b"\n".join(part).decode("utf-8", "replace")
            part.clear()


MARKER = b"<^>"


def cumulative(chunks: Iterable[bytes]) -> Iterator[str]:
    """The whole text so far, each time there is more, of a stream that repeats it after `<^>`.

    The home-made stream of ChatGLM-6B servers (https://github.com/THUDM/ChatGLM-6B/pull/807 and
    its kin): every item is the marker and the text from its beginning. An item counts once the
    next one begins or the stream ends; as far as it has come it is shown only where it adds to
    what was. A model that prints the marker itself cannot be told apart.

    Raises:
        UnicodeDecodeError: the last item ends within a character.
        ValueError: it is shorter than what had come before, so the stream was cut; or what came
            is no such stream at all.
        FrameTooLarge: an item exceeds FRAME_LIMIT bytes.
    """
    pending, shown, begun = b"", "", False
    for chunk in chunks:
        *items, pending = (pending + chunk).split(MARKER)
        if items and not begun:
            begun = True
            if items.pop(0):
                raise ValueError("something stands before the first marker")
        if len(pending) > FRAME_LIMIT:
            raise FrameTooLarge
        text = items[-1].decode() if items and items[-1] else shown
        grown = _readable(pending) if begun else ""
        text = grown if len(grown) > len(text) else text
        if text != shown:
            shown = text
            yield shown
    if pending and not begun:
        raise ValueError("there is no marker")
    last = pending.decode()
    if len(last) < len(shown):
        raise ValueError("the stream ended within an item")
    if last != shown:
        yield last


def _readable(item: bytes) -> str:
    """As much of an unfinished item as surely belongs to its text."""
    for length in (2, 1):
        if item.endswith(MARKER[:length]):
            item = item[:-length]
            break
    return codecs.getincrementaldecoder("utf-8")().decode(item)
