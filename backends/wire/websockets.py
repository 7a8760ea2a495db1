"""One question and its answer over a WebSocket of its own."""

from __future__ import annotations

import contextlib
import threading
import urllib.parse
from collections.abc import Generator, Iterator, Mapping
from typing import Any, cast

import websocket

from backends.errors import Transport
from backends.framing import FRAME_LIMIT, FrameTooLarge
from backends.headers import Headers
from backends.line import Line
from backends.types import WireRequest, Words
from backends.wire.body import written
from backends.wire.dial import dial, origin_of
from backends.wire.failures import guarding, raise_if_cut, take_event

_NO_SOCKET = Words(
    "这个地址没有提供 WebSocket 服务（可能要求跳转），未发送问题。请检查基础地址。",
    "There is no WebSocket service at this address (or it redirects elsewhere); the question was "
    "not sent. Check the base URL.",
)


class HandshakeRefused(Exception):
    """A WebSocket service answered the handshake with an HTTP error; its body says why."""

    def __init__(self, status: int, body: bytes, date: str | None, host: str) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.date = date
        self.host = host


def frames(
    line: Line,
    signed_url: str,
    body: Mapping[str, Any],
    shown: WireRequest,
    more: Iterator[Mapping[str, Any]] | None = None,
) -> Generator[str, None, str]:
    """Send one JSON text frame over a new WebSocket and yield the text frames that answer it.

    `more` frames follow while answers already come in; it sets their pace itself. The generator
    returns when the server closes; its return value says how ("1000 reason"), and the caller
    knows whether the answer was whole. Only `shown` is kept on record.

    Raises:
        HandshakeRefused: the service answered the handshake with an HTTP error.
    """
    text = written(body)
    line.record(shown)
    with guarding(line):
        connection = _handshake(line, signed_url)
        try:
            line.reached("send")
            connection.send(text)
            if more is not None:
                _send_meanwhile(connection, more)
            line.reached("headers")
            return (yield from _text_frames(line, connection))
        finally:
            line.let_go()
            connection.shutdown()  # type: ignore[no-untyped-call]


def _send_meanwhile(connection: websocket.WebSocket, more: Iterator[Mapping[str, Any]]) -> None:
    def send() -> None:
        # A line that is cut or a socket that broke is found by the reader, who says so.
        with contextlib.suppress(Transport, websocket.WebSocketException, OSError):
            for body in more:
                connection.send(written(body))

    threading.Thread(target=send, name="tunedesk-sender", daemon=True).start()


def _handshake(line: Line, url: str) -> _BoundedWebSocket:
    try:
        made = websocket.create_connection(
            url,
            socket=dial(line, origin_of(url), line.route.proxy_for(url)),
            class_=_BoundedWebSocket,
            redirect_limit=0,
            suppress_origin=True,
            skip_utf8_validation=True,
        )
    except websocket.WebSocketBadStatusException as exc:
        line.headers = headers = Headers((exc.resp_headers or {}).items())
        host = urllib.parse.urlsplit(url).netloc
        raise HandshakeRefused(
            exc.status_code, exc.resp_body or b"", headers.get("date"), host
        ) from None
    except websocket.WebSocketException as exc:
        # A line that broke is told by other types; this is an answer, and no handshake.
        if type(exc) is websocket.WebSocketException:
            raise Transport(_NO_SOCKET, code="handshake") from None
        raise
    line.headers = Headers((made.getheaders() or {}).items())
    return cast(_BoundedWebSocket, made)


def _text_frames(line: Line, connection: _BoundedWebSocket) -> Generator[str, None, str]:
    while True:
        opcode, frame = connection.recv_data_frame(True)
        raise_if_cut(line)
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            code = int.from_bytes(frame.data[:2], "big")
            return f"{code} {frame.data[2:].decode('utf-8', 'replace')}".strip() if code else ""
        if opcode in (websocket.ABNF.OPCODE_TEXT, websocket.ABNF.OPCODE_BINARY):
            connection.received = 0
            take_event(line)
            # Strictly: a text frame that is no UTF-8 fails the connection (RFC 6455, 8.1).
            yield frame.data.decode()


class _BoundedWebSocket(websocket.WebSocket):
    """The library buffers a frame of any declared size; here the bytes from one message to the
    next are counted, pings and all."""

    received = 0

    def _recv(self, bufsize: int) -> bytes:
        data = cast(bytes, super()._recv(bufsize))  # type: ignore[no-untyped-call]
        self.received += len(data)
        if self.received > FRAME_LIMIT:
            raise FrameTooLarge
        return data


# The library keeps one cookie jar for the whole process; nothing is to be carried between calls.
setattr(websocket._handshake.CookieJar, "add", lambda _: None)  # noqa: B010
