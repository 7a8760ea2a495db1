"""HTTP/1.1 as far as a question and its answer need it: framing on a connected socket.

Nothing of redirects, cookies or caches is even here. Bodies come as the network delivers them, of a
bounded size each, so that a stream is seen as it grows. RFC 9112:
https://www.rfc-editor.org/rfc/rfc9112
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from typing import Protocol

from backends.headers import Headers
from backends.wire.packed import unpacked

# Of a line and of all that stands before a body.
_HEAD_LIMIT = 1 << 16
# What TLS gives at once.
_READ = 1 << 14
_TRAILERS = 100
_STATUS = re.compile(rb"HTTP/1\.(\d) +(\d{3})(?: .*)?")
_SIZE = re.compile(rb"\s*([0-9a-fA-F]{1,15})\s*(?:;.*)?")
_NO_LINE = re.compile(rb"(?:\A|\n)\r?\n")
_SWITCHING = 101
_NO_BODY = (204, 304)


class Broken(OSError):
    """The connection ended before the answer did, or what came is no HTTP."""


class Readable(Protocol):
    """A connection, as far as an answer is read from it."""

    def recv_into(self, room: memoryview, /) -> int:
        """Put there what has come, as much as there is room for; how many bytes, 0 at the end."""


class _Room(threading.local):
    """Where a thread reads to. Were it made for each read, what is kept of it would lie in the heap
    so far apart that ten thousand calls took 20 MB more than five hundred."""

    def __init__(self) -> None:
        self.view = memoryview(bytearray(_READ))


_room = _Room()


def question(
    method: str, host: str, path: str, headers: Mapping[str, str], body: bytes | None
) -> bytes:
    """A request as it goes on the wire, all of it at once.

    Raises:
        ValueError: a header holds what headers cannot.
    """
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body is not None or method == "POST":
        lines.append(f"Content-Length: {len(body or b'')}")
    head = "\r\n".join(lines)
    if head.count("\n") + 1 != len(lines) or head.count("\r") + 1 != len(lines):
        raise ValueError("a header of several lines")
    return f"{head}\r\n\r\n".encode("latin-1") + (body or b"")


class Answer:
    """What comes back on a connection; its status and headers are in once it is made.

    `ended`: its last byte is in, though the `body` may not have given it yet. `keeps`: and the
    connection can serve another request.

    Raises:
        Broken, OSError: so do `body` and its pieces; they also raise ValueError for an encoding
            that is unknown or does not fit.
    """

    def __init__(self, connection: Readable) -> None:
        self._connection = connection
        self._held = bytearray()
        self.headers = Headers()
        status = self._head()
        while status < 200 and status != _SWITCHING:
            status = self._head()
        self.status = status
        self._length = self._declared()
        self.ended = False

    @property
    def keeps(self) -> bool:
        """Whether the connection is as good as new."""
        return self.ended and self._persists and not self._held

    def body(self) -> Iterator[bytes]:
        """The pieces of the body, unpacked, as they arrive."""
        encoding = self.headers.get("content-encoding", "identity").strip().lower()
        if encoding == "identity":
            return self._pieces()
        if encoding not in ("gzip", "x-gzip", "deflate"):
            raise ValueError("an encoding that was not asked for")
        return unpacked(self._pieces())

    def _head(self) -> int:
        found = _STATUS.fullmatch(self._line())
        if found is None:
            raise Broken
        lines: list[tuple[str, str]] = []
        for line in self._block():
            if line[0] in " \t" and lines:  # goes on with the line before it
                name, value = lines.pop()
                lines.append((name, f"{value} {line.strip()}"))
                continue
            name, _, value = line.partition(":")
            lines.append((name, value.strip()))
        self.headers = Headers(lines)
        told = self.headers.get("connection", "").lower().split(",")
        asked = [word.strip() for word in told]
        self._persists = "keep-alive" in asked if found[1] == b"0" else "close" not in asked
        return int(found[2])

    def _declared(self) -> int | None:
        """Bytes of the body; None where chunks or the end of the connection tell."""
        if self.status in _NO_BODY:
            return 0
        told = {word.strip() for word in self.headers.get("content-length", "").split(",")}
        if "transfer-encoding" in self.headers:
            # With both, whoever stands between may have read it the other way (RFC 9112, 6.3).
            self._persists &= told == {""}
            return None
        if told == {""}:
            return None
        length = told.pop()
        if told or not (length.isascii() and length.isdigit()):
            raise Broken
        return int(length)

    def _pieces(self) -> Iterator[bytes]:
        coding = self.headers.get("transfer-encoding", "").strip().lower()
        if self._length is not None:
            for piece in self._counted(self._length):
                self._length -= len(piece)
                self.ended = self._length == 0
                yield piece
        elif coding == "chunked":
            yield from self._chunks()
        elif coding not in ("", "identity"):
            raise Broken
        else:
            self._persists = False
            while piece := self._some(_READ):
                yield piece
        self.ended = True

    def _chunks(self) -> Iterator[bytes]:
        while True:
            found = _SIZE.fullmatch(self._line())
            if found is None:
                raise Broken
            if not (size := int(found[1], 16)):
                break
            yield from self._counted(size)
            if self._line():
                raise Broken
        for _ in range(_TRAILERS):  # they say nothing that anybody needs
            if not self._line():
                return
        raise Broken

    def _counted(self, left: int) -> Iterator[bytes]:
        while left:
            piece = self._some(left)
            if not piece:
                raise Broken
            left -= len(piece)
            yield piece

    def _some(self, most: int) -> bytes:
        """What has come, else what comes next; b"" at the end."""
        if not self._held:
            self._read()
        piece = bytes(self._held[:most])
        del self._held[:most]
        return piece

    def _read(self) -> int:
        """Wait for what comes next; how many bytes of it are held now, 0 at the end."""
        came = self._connection.recv_into(_room.view)
        self._held += _room.view[:came]
        return came

    def _block(self) -> list[str]:
        """The lines up to an empty one, which is read, too."""
        searched = 0
        while (end := _NO_LINE.search(self._held, searched)) is None:
            searched = max(0, len(self._held) - 2)
            if not self._read() or searched > _HEAD_LIMIT:
                raise Broken
        block = self._held[: end.start()].decode("latin-1")
        del self._held[: end.end()]
        return block.replace("\r\n", "\n").split("\n") if block else []

    def _line(self) -> bytes:
        searched = 0
        while (end := self._held.find(b"\n", searched)) < 0:
            searched = len(self._held)
            if not self._read() or searched > _HEAD_LIMIT:
                raise Broken
        line = bytes(self._held[:end])
        del self._held[: end + 1]
        return line.removesuffix(b"\r")
