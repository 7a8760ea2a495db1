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
# Items of a cumulative stream in a row that add nothing to its text.
ITEM_LIMIT = 10_000

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

    What comes between two events, comments and blank lines too, may be FRAME_LIMIT bytes at most:
    a flood of it would take our time and never show anything.

    Comments and the fields event, id and retry are passed over. Text that is no SSE at all (a bare
    JSON error, on one line or several) comes out as an event of its own, because several providers
    answer a stream request so.
    """
    data: list[bytes] = []
    bare: list[bytes] = []
    size = 0
    for number, line in enumerate(lines(chunks)):
        size += len(line) + 1
        if size > FRAME_LIMIT:
            raise FrameTooLarge
        if number == 0:
            line = line.removeprefix(_BOM)
        if not line:
            if data or bare:
                size = 0
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
    what was. A marker that the model itself prints is told by the items around it.

    Raises:
        UnicodeDecodeError: the last item ends within a character.
        ValueError: it is shorter than what had come before, so the stream was cut; or what came
            is no such stream at all.
        FrameTooLarge: an item exceeds FRAME_LIMIT bytes, or ITEM_LIMIT of them add nothing.
    """
    items, shown = _Items(), ""
    for chunk in chunks:
        whole = items.add(chunk)
        text = shown if whole is None else whole.decode()
        grown = _readable(items.readable)
        text = grown if len(grown) > len(text) else text
        if text != shown:
            shown, items.idle = text, 0
            yield shown
    last = items.end().decode()
    if len(last) < len(shown):
        raise ValueError("the stream ended within an item")
    if last != shown:
        yield last


class _Items:
    """Takes a cumulative stream apart; `readable` is what of the latest item is sure to be its."""

    def __init__(self) -> None:
        self.readable = b""
        self.idle = 0  # markers since the reader last had something new
        self._begun = False
        self._pending = b""
        self._last = b""
        self._searched = 0

    def add(self, chunk: bytes) -> bytes | None:
        """Take in more bytes; the latest item that is complete with them, None if none is."""
        self._pending += chunk
        if not self._begun:
            if not self._pending.startswith(MARKER):
                if MARKER.startswith(self._pending):
                    return None
                raise ValueError("something stands before the first marker")
            self._begun, self._pending = True, self._pending[len(MARKER) :]
        whole = self._parted(ended=False)
        if len(self._pending) > FRAME_LIMIT:
            raise FrameTooLarge
        return whole

    def end(self) -> bytes:
        """The last item; the stream has ended."""
        if self._pending and not self._begun:
            raise ValueError("there is no marker")
        self._parted(ended=True)
        return self._pending

    def _parted(self, *, ended: bool) -> bytes | None:
        whole = None
        while (at := self._pending.find(MARKER, self._searched)) >= 0:
            end = at + len(MARKER)
            self.idle += 1
            if self.idle > ITEM_LIMIT:
                raise FrameTooLarge
            item, rest = self._pending[:at], self._pending[end:]
            # What the last item already had, this one repeats.
            known = self._last.startswith(self._pending[:end])
            begins = False if known else _begins_item(item, rest, ended=ended)
            if begins is None:
                break
            self._searched = end
            if begins:
                whole = self._last = item
                self._pending, self._searched = rest, 0
        self.readable = self._pending if at < 0 else self._pending[:at]
        return whole


def _begins_item(item: bytes, rest: bytes, *, ended: bool) -> bool | None:
    """Whether the marker between the two begins another item; None: more has to come to tell.

    The next item repeats this one, up to corrections near its end. If `rest` does not but what
    follows the marker after it does, the first of the two markers belongs to the answer.
    """
    half = item[: (len(item) + 1) // 2]
    if rest.startswith(half):
        return True
    _, marker, after = rest.partition(MARKER)
    if ended and not marker:
        return True
    if not marker or (half.startswith(after) and not ended):
        return None
    return not after.startswith(half)


def _readable(item: bytes) -> str:
    """As much of an unfinished item as surely belongs to its text."""
    for length in (2, 1):
        if item.endswith(MARKER[:length]):
            item = item[:-length]
            break
    return codecs.getincrementaldecoder("utf-8")().decode(item)
