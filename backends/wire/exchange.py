"""One question and its answer over HTTP.

Redirects and cookies are off, proxies and netrc unless `backends.route` says otherwise;
certificates are always verified.
"""

from __future__ import annotations

import functools
import socket
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import requests

from backends.errors import Transport
from backends.framing import FrameTooLarge, cumulative, events
from backends.headers import Headers
from backends.line import Line
from backends.types import Auth, WireRequest
from backends.wire.body import written
from backends.wire.dial import Origin, beneath, dial, origin_of
from backends.wire.failures import NO_PROXY, guarding, raise_if_cut, take_event
from backends.wire.http1 import Answer, question
from backends.wire.idle import Way, idle

# One token can take 200 bytes of JSON; what a reader sees is limited by the door, far below this.
WIRE_LIMIT = 32 << 20
# An answer in one piece, or a page.
BODY_LIMIT = 8 << 20
_COMMON = {"User-Agent": "tunedesk", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}


@dataclass(slots=True)
class Reply:
    """An HTTP answer whose headers are in."""

    status: int
    headers: Headers
    _line: Line
    _body: Iterator[bytes]

    @property
    def has_end(self) -> bool:
        """Whether the end of the body shows that nothing is missing from it."""
        return "transfer-encoding" in self.headers or "content-length" in self.headers

    @property
    def is_json(self) -> bool:
        """Whether the body says it is JSON rather than a stream of events."""
        return "json" in self.headers.get("content-type", "")

    def events(self) -> Iterator[str]:
        """The data of each server-sent event, as it arrives."""
        with guarding(self._line):
            for event in events(self._chunks()):
                take_event(self._line)
                yield event

    def cumulative(self) -> Iterator[str]:
        """The text so far, each time there is more, of a stream that repeats it after `<^>`."""
        with guarding(self._line):
            # The stream repeats itself, so only the length of an item is limited, not their sum.
            for text in cumulative(self._chunks(limit=None)):
                take_event(self._line)
                yield text

    def read(self) -> bytes:
        """The whole body."""
        with guarding(self._line):
            return b"".join(self._chunks(BODY_LIMIT))

    def _chunks(self, limit: int | None = WIRE_LIMIT) -> Iterator[bytes]:
        received = 0
        for chunk in self._body:
            # A little of what was packed can keep a reader busy long after its line was cut.
            raise_if_cut(self._line)
            received += len(chunk)
            if limit is not None and received > limit:
                raise FrameTooLarge
            yield chunk


def post(
    line: Line,
    url: str,
    body: Mapping[str, Any],
    *,
    auth: Auth,
    shown: Mapping[str, str] | None = None,
    shown_body: Mapping[str, Any] | None = None,
    secret_headers: Mapping[str, str] | None = None,
    secret_query: Mapping[str, str] | None = None,
) -> Reply:
    """POST the question as JSON and return when the headers of the answer are in.

    `shown` headers are kept on record in place of `secret_headers`, which like `secret_query`
    go on the wire only; so is `shown_body` in place of `body`, where it is given.
    """
    public = {"Content-Type": "application/json"}
    data = written(body).encode()
    line.record(WireRequest("POST", url, {**public, **(shown or {})}, shown_body or body, auth))
    reply = _exchange(line, "POST", _with(url, secret_query),
                      {**public, **(secret_headers or {})}, data)  # fmt: skip
    line.headers = reply.headers
    return reply


def fetch(
    line: Line,
    method: Literal["GET", "POST"],
    url: str,
    *,
    secret_headers: Mapping[str, str] | None = None,
    secret_query: Mapping[str, str] | None = None,
) -> Reply:
    """A request that is no part of the call on record: a token, the time of day."""
    return _exchange(line, method, _with(url, secret_query), dict(secret_headers or {}), None)


def _with(url: str, query: Mapping[str, str] | None) -> str:
    return f"{url}?{urllib.parse.urlencode(query)}" if query else url


def _exchange(
    line: Line, method: str, url: str, headers: Mapping[str, str], data: bytes | None
) -> Reply:
    with guarding(line):
        there = _place(url)
        way = Way(there.origin, line.route.proxy_for(url))
        told, path = {**_COMMON, **headers}, there.path
        if "Authorization" not in headers and (login := line.route.login_for(url)):
            told["Authorization"] = login
        # Without a tunnel a proxy is told the whole address.
        untunnelled = way.proxy if there.origin.scheme == "http" else None
        if untunnelled is not None:
            path = f"http://{there.host}{path}"
            told |= untunnelled.headers
        connection = _sent(line, way, question(method, there.host, path, told, data))
        answer = Answer(connection)
        if untunnelled is not None and answer.status == 407:
            # The proxy's own word: the provider never heard of it.
            line.reached("connect")
            raise Transport(NO_PROXY, code="proxy")
        body = answer.body()
    return Reply(answer.status, answer.headers, line, _read(line, way, connection, answer, body))


def _sent(line: Line, way: Way, asked: bytes) -> socket.socket:
    """The connection that the question went out on."""
    kept = idle.take(way)
    connection = kept or dial(line, way.origin, way.proxy)
    if kept is not None:
        line.hold(beneath(kept))
    line.reached("send")
    try:
        connection.sendall(asked)
    except OSError:
        # The service had closed a kept connection: it never had the whole question.
        line.stale = kept is not None
        raise
    line.reached("headers")
    return connection


def _read(
    line: Line, way: Way, connection: socket.socket, answer: Answer, body: Iterator[bytes]
) -> Iterator[bytes]:
    """The body; the connection is let go as soon as its last byte is in."""
    held = True
    for piece in body:
        if held and answer.ended:
            held = False
            _let_go(line, way, connection, answer)
        yield piece
    if held:
        _let_go(line, way, connection, answer)


def _let_go(line: Line, way: Way, connection: socket.socket, answer: Answer) -> None:
    # From here on it may serve another call: a late Stop must not reach it.
    line.let_go()
    if answer.keeps:
        idle.put(way, connection)
    else:
        connection.close()


class _Place(NamedTuple):
    """Where an address leads, and what to ask for there."""

    origin: Origin
    host: str
    path: str


@functools.lru_cache(256)
def _place(url: str) -> _Place:
    """An address as requests reads and writes it.

    Raises:
        requests.RequestException: it is none.
    """
    request = requests.PreparedRequest()
    request.prepare_url(url, None)
    written = request.url or ""
    host = urllib.parse.urlsplit(written).netloc.rpartition("@")[2]
    return _Place(origin_of(written), host, request.path_url)
