"""HTTP/1.1 over kept connections, on the standard library: a request, an answer as it arrives.

There are no redirects, cookies, proxies, netrc or retries here that one would have to switch off,
which is why no larger library stands in between; it would also double what a call costs
(field/performance.md §2).
"""

from __future__ import annotations

import collections
import functools
import http.client
import socket
import ssl
import urllib.parse
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

import certifi
from urllib3.util import wait_for_read

from backends.line import Line

_READ_SIZE = 1 << 16
_MOST_IDLE = 128
_COMMON = {"User-Agent": "tunedesk", "Accept": "*/*", "Accept-Encoding": "gzip"}
# What may stand unquoted in a path and a query; a % begins what is quoted already.
_PLAIN = "/%:@!$&'()*+,;=?~-._"
# Either of gzip and zlib, told by its head.
_WINDOW = 32 + zlib.MAX_WBITS

Place = tuple[str, str]
_idle: dict[Place, collections.deque[http.client.HTTPConnection]] = collections.defaultdict(
    lambda: collections.deque(maxlen=_MOST_IDLE)
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer whose headers are in. Header names compare without case.

    `body` yields the bytes as they arrive, unpacked. It raises when the connection ends before
    the answer does; read to its end it leaves the connection for the next call, else it closes it.
    """

    status: int
    headers: Mapping[str, str]
    body: Iterator[bytes]


def exchange(
    line: Line, method: str, url: str, headers: Mapping[str, str], data: bytes | None
) -> Answer:
    """Send a request over `line` and return when the headers of the answer are in.

    Raises:
        OSError, http.client.HTTPException, ValueError: whatever goes wrong on the way.
    """
    parts = urllib.parse.urlsplit(url)
    connection = _kept(line, parts) or _new(line, parts)
    line.reached("send")
    target = urllib.parse.quote(urllib.parse.urlunsplit(("", "", *parts[2:4], "")), safe=_PLAIN)
    connection.request(method, target or "/", data, {"Host": _host(parts), **_COMMON, **headers})
    line.reached("headers")
    response = connection.getresponse()
    told = cast(Mapping[str, str], response.headers)
    packed = told.get("content-encoding", "identity").lower() != "identity"
    chunks = _chunks(line, parts, connection, response)
    return Answer(response.status, told, _unpacked(chunks) if packed else chunks)


def dial(line: Line, url: urllib.parse.SplitResult) -> socket.socket:
    """A new connection to where an http, https, ws or wss address points, held by `line`."""
    secure = url.scheme in ("https", "wss")
    port = url.port or (443 if secure else 80)
    dialled = socket.create_connection((url.hostname or "", port), line.deadlines.connect)
    # Held before a TLS handshake, so that Stop also ends a peer that is silent in it.
    line.hold(dialled)
    dialled.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if secure:
        dialled = _tls().wrap_socket(dialled, server_hostname=url.hostname)
    dialled.settimeout(None)
    return dialled


@functools.cache
def _tls() -> ssl.SSLContext:
    """Certificates are verified against the system's authorities and those of `certifi`."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    return context


def _new(line: Line, parts: urllib.parse.SplitResult) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    connection.sock = dial(line, parts)
    return connection


def _kept(line: Line, parts: urllib.parse.SplitResult) -> http.client.HTTPConnection | None:
    """A connection that an earlier call has left, if one is still good."""
    idle = _idle[parts.scheme, parts.netloc]
    while idle:
        try:
            connection = idle.pop()
        except IndexError:
            break  # another thread was faster
        # Nothing can have been sent to us unasked but the end.
        if not wait_for_read(connection.sock, 0):
            line.hold(connection.sock)
            return connection
        connection.close()
    return None


def _chunks(
    line: Line,
    parts: urllib.parse.SplitResult,
    connection: http.client.HTTPConnection,
    response: http.client.HTTPResponse,
) -> Iterator[bytes]:
    reusable = False
    try:
        while chunk := response.read1(_READ_SIZE):
            yield chunk
        # The library takes the end of the connection for the end of the answer.
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)
        reusable = not response.will_close
    finally:
        response.close()
        if reusable:
            # From here on the socket may serve another call: a late Stop must not reach it.
            line.let_go()
            _idle[parts.scheme, parts.netloc].append(connection)
        else:
            connection.close()


def _unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks unpacked, bit by bit: a few bytes may unfold to gigabytes."""
    unpacker = zlib.decompressobj(_WINDOW)
    for chunk in chunks:
        while chunk and not unpacker.eof:
            if unpacked := unpacker.decompress(chunk, _READ_SIZE):
                yield unpacked
            chunk = unpacker.unconsumed_tail


def _host(parts: urllib.parse.SplitResult) -> str:
    """The Host header: the address as it is written, in ASCII."""
    if parts.netloc.isascii():
        return parts.netloc
    name = (parts.hostname or "").encode("idna").decode()
    return f"{name}:{parts.port}" if parts.port else name
