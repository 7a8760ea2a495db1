"""The one module that talks to the network.

A `Line` is the connection of one call. It can be cut from any thread at any moment, knows how far
the call came, and keeps the public half of what was sent (secrets are given apart from it).
Redirects, cookies, proxies and netrc are off; certificates are always verified.
Every exception below leaves here as one of `backends.errors`, its text built from parts.
"""

from __future__ import annotations

import contextlib
import functools
import json
import socket
import ssl
import threading
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any, cast

import requests
import urllib3
import urllib3.connection
import websocket
from requests.adapters import HTTPAdapter

from backends.errors import Cancelled, Protocol, Timeout, Transport
from backends.framing import FrameTooLarge, events
from backends.types import WireRequest, Words
from backends.watchdog import Deadlines, watchdog

ANSWER_LIMIT = 8 << 20
_READ_SIZE = 1 << 16


class HandshakeRefused(Exception):
    """A WebSocket service answered the handshake with an HTTP error; its body says why."""

    def __init__(self, status: int, body: bytes, date: str | None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.date = date


@dataclass(slots=True)
class Reply:
    """An HTTP answer whose headers are in. Header names compare without case."""

    status: int
    headers: Mapping[str, str]
    _line: Line
    _raw: urllib3.HTTPResponse

    @property
    def is_json(self) -> bool:
        """Whether the body says it is JSON rather than a stream of events."""
        return "json" in self.headers.get("content-type", "")

    def events(self) -> Iterator[str]:
        """The data of each server-sent event, as it arrives."""
        with self._line.guarding():
            yield from events(self._chunks())

    def read(self) -> bytes:
        """The whole body."""
        with self._line.guarding():
            return b"".join(self._chunks())

    def json(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.read())
        except (ValueError, RecursionError):
            return None

    def _chunks(self) -> Iterator[bytes]:
        received = 0
        while chunk := self._raw.read1(_READ_SIZE, decode_content=True):
            received += len(chunk)
            if received > ANSWER_LIMIT:
                raise FrameTooLarge
            yield chunk


class Line:
    """The connection of one call.

    `phase` is how far it came: checked, credential, connect, send, headers, first token, mid, end.
    """

    def __init__(self, deadlines: Deadlines | None = None) -> None:
        self.deadlines = deadlines or Deadlines()
        self.phase = "checked"
        self.request: WireRequest | None = None
        self.cancelled = False
        self.overdue: Words | None = None
        self.close_code: int | None = None
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._started = self._last = time.monotonic()
        self._has_content = False
        watchdog().watch(self)

    def cancel(self) -> None:
        """Stop at once, from any thread: whoever is reading or waiting gets `Cancelled`."""
        self.cancelled = True
        self._cut()

    def pause(self, seconds: float) -> None:
        """Wait, unless the line is cut meanwhile.

        Raises:
            Cancelled, Timeout: as `guarding`.
        """
        if self._stop.wait(seconds):
            raise self._reason() or Cancelled()

    def touch(self) -> None:
        """Content arrived: the gap deadline starts anew."""
        self.phase = "mid" if self._has_content else "first token"
        self._has_content = True
        self._last = time.monotonic()

    def post(
        self,
        url: str,
        body: Mapping[str, Any] | None,
        *,
        auth: str = "none",
        headers: Mapping[str, str] | None = None,
        shown: Mapping[str, str] | None = None,
        secret_headers: Mapping[str, str] | None = None,
        secret_query: Mapping[str, str] | None = None,
    ) -> Reply:
        """POST JSON and return when the headers of the answer are in.

        `headers` are public and kept on record; `shown` are kept on record in place of
        `secret_headers`, which like `secret_query` go on the wire only.
        """
        public = {"Content-Type": "application/json", **(headers or {})}
        if body is not None:
            self.request = WireRequest(
                "POST", url, {**public, **(shown or {})}, body, cast(Any, auth)
            )
        target = f"{url}?{urllib.parse.urlencode(secret_query)}" if secret_query else url
        return self._exchange("POST", target, {**public, **(secret_headers or {})}, body)

    def get(self, url: str, *, secret_headers: Mapping[str, str] | None = None) -> Reply:
        """GET a document that is no part of the call on record (a short-lived key, a list)."""
        return self._exchange("GET", url, dict(secret_headers or {}), None)

    def frames(self, signed_url: str, body: Mapping[str, Any], shown: WireRequest) -> Iterator[str]:
        """Send one JSON text frame over a new WebSocket and yield the text frames that answer it.

        Ends when the server closes (`close_code` then says how); the caller knows whether the
        answer was whole. Only `shown` is kept on record.

        Raises:
            HandshakeRefused: the service answered the handshake with an HTTP error.
        """
        self.request = shown
        with self.guarding():
            connection = self._handshake(signed_url)
            try:
                self.phase = "send"
                connection.send(json.dumps(body, ensure_ascii=False, allow_nan=False))
                self.phase = "headers"
                yield from self._text_frames(connection)
            finally:
                connection.shutdown()  # type: ignore[no-untyped-call]

    @contextlib.contextmanager
    def guarding(self) -> Iterator[None]:
        """Turn every lower-level exception into one of ours.

        Raises:
            Cancelled: `cancel` was called. Timeout: a deadline passed. Protocol: the bytes make
            no sense. Transport: the connection failed.
        """
        try:
            yield
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            websocket.WebSocketException,
            OSError,
            ValueError,
            RecursionError,
        ) as exc:
            # `from None`: the library's own texts hold URLs with tokens in them.
            raise self._reason() or _translate(exc, self.phase) from None
        # After a shutdown some readers see a normal end: the flag decides, not the bytes.
        if reason := self._reason():
            raise reason

    def hold(self, connection: socket.socket) -> None:
        """Remember the socket in use, so that `cancel` can shut it down."""
        with self._lock:
            self._socket = connection
        if self._stop.is_set():
            self._cut()

    def let_go(self) -> None:
        """The answer was read to its end: the socket is no longer this line's."""
        with self._lock:
            self._socket = None

    def close(self) -> None:
        """End of the call. A socket whose answer was not read to the end is shut down."""
        watchdog().forget(self)
        self._cut()
        with self._lock:
            if self._socket is not None:
                self._socket.close()
                self._socket = None

    def check_deadlines(self, now: float) -> None:
        """Cut the line when a deadline has passed. Called by the watchdog."""
        limit = self.deadlines.gap if self._has_content else self.deadlines.first
        if now - self._started > self.deadlines.total:
            self._expire(self.deadlines.total)
        elif now - self._last > limit:
            self._expire(limit)

    def _expire(self, seconds: float) -> None:
        self.overdue = Words(
            f"服务商 {seconds:g} 秒没有新内容，这次请求可能已计费。可以重试。",
            f"The provider sent nothing new for {seconds:g} s; the request may have been billed. "
            "You can retry.",
        )
        self._cut()

    def _reason(self) -> Transport | None:
        if self.cancelled:
            return Cancelled()
        return Timeout(self.overdue) if self.overdue else None

    def _cut(self) -> None:
        self._stop.set()
        with self._lock, contextlib.suppress(OSError):
            if self._socket is not None:
                # close() would leave a blocked reader waiting; shutdown() wakes it at once.
                self._socket.shutdown(socket.SHUT_RDWR)

    def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> Reply:
        data = (
            None if body is None else json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        )
        with self.guarding():
            request = _session().prepare_request(
                requests.Request(method, url, headers=dict(headers), data=data)
            )
            _current.line = self
            response = _session().send(
                request, stream=True, allow_redirects=False, timeout=(self.deadlines.connect, None)
            )
        return Reply(
            response.status_code, response.headers, self, cast(urllib3.HTTPResponse, response.raw)
        )

    def _handshake(self, url: str) -> websocket.WebSocket:
        parts = urllib.parse.urlsplit(url)
        secure = parts.scheme == "wss"
        self.phase = "connect"
        plain = socket.create_connection(
            (parts.hostname or "", parts.port or (443 if secure else 80)),
            timeout=self.deadlines.connect,
        )
        plain.settimeout(None)
        self.hold(plain)
        if secure:
            plain = ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)
            self.hold(plain)
        try:
            return websocket.create_connection(
                url, socket=plain, redirect_limit=0, suppress_origin=True, skip_utf8_validation=True
            )
        except websocket.WebSocketBadStatusException as exc:
            headers = exc.resp_headers or {}
            raise HandshakeRefused(
                exc.status_code, exc.resp_body or b"", headers.get("date")
            ) from None

    def _text_frames(self, connection: websocket.WebSocket) -> Iterator[str]:
        received = 0
        while True:
            opcode, frame = connection.recv_data_frame(True)
            if opcode == websocket.ABNF.OPCODE_CLOSE:
                self.close_code = int.from_bytes(frame.data[:2], "big") or None
                return
            if opcode in (websocket.ABNF.OPCODE_TEXT, websocket.ABNF.OPCODE_BINARY):
                received += len(frame.data)
                if received > ANSWER_LIMIT:
                    raise FrameTooLarge
                yield frame.data.decode("utf-8", "replace")


class _HTTPConnection(urllib3.connection.HTTPConnection):
    """Tells the calling thread's line which socket is in use, and how far the call came."""

    line: Line | None = None

    def connect(self) -> None:
        _current.line.phase = "connect"
        super().connect()

    def request(self, *args: Any, **kwargs: Any) -> None:
        line = self.line = cast(Line, _current.line)
        if self.sock is None:
            self.connect()
        line.hold(self.sock)
        line.phase = "send"
        super().request(*args, **kwargs)
        line.phase = "headers"


class _HTTPSConnection(_HTTPConnection, urllib3.connection.HTTPSConnection):
    pass


class _HTTPPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _HTTPConnection

    def _put_conn(self, conn: Any) -> None:
        if conn is not None and conn.line is not None:
            # From here on the socket may serve another call: a late Stop must not reach it.
            conn.line.let_go()
        super()._put_conn(conn)


class _HTTPSPool(_HTTPPool, urllib3.HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}


_current = threading.local()


@functools.cache
def _session() -> requests.Session:
    """One session for all calls: pooled connections, and nothing carried from call to call."""
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers = requests.structures.CaseInsensitiveDict(
        {"User-Agent": "tunedesk", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
    )
    adapter = _Adapter(pool_connections=32, pool_maxsize=64)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _translate(exc: Exception, phase: str) -> Transport:
    """Our exception for a library's. Built from the kind of failure alone, never from its text."""
    if isinstance(exc, FrameTooLarge):
        return Protocol(
            Words(
                "服务商发来的数据过大，已中断。",
                "The provider sent too much data; the connection was cut.",
            )
        )
    if phase == "connect":
        return _connect_failure(exc)
    if isinstance(exc, ValueError | RecursionError | websocket.WebSocketProtocolException):
        return Protocol()
    return Transport(
        Words(
            "连接在传输中断开，这次请求可能已计费。可以重试。",
            "The connection dropped in mid-transfer; the request may have been billed. "
            "You can retry.",
        )
    )


def _connect_failure(exc: BaseException) -> Transport:
    seen: BaseException | None = exc
    kinds: list[type[BaseException]] = []
    while seen is not None and len(kinds) < 10:
        kinds.append(type(seen))
        reason = getattr(seen, "reason", None) or next(
            (arg for arg in seen.args if isinstance(arg, BaseException)), None
        )
        seen = reason if isinstance(reason, BaseException) else seen.__cause__ or seen.__context__
    if any(issubclass(kind, ssl.SSLError | urllib3.exceptions.SSLError) for kind in kinds):
        return Transport(
            Words(
                "服务商的证书不可信，未发送任何内容。请检查网络或代理。",
                "The provider's certificate is not trusted; nothing was sent. "
                "Check the network or proxy.",
            ),
            code="tls",
        )
    if any(
        issubclass(kind, socket.gaierror | urllib3.exceptions.NameResolutionError) for kind in kinds
    ):
        return Transport(
            Words(
                "找不到服务商的域名，未发送任何内容。请检查网络和基础地址。",
                "The provider's host name was not found; nothing was sent. "
                "Check the network and the base URL.",
            ),
            code="dns",
            retryable=True,
        )
    return Transport(
        Words(
            "无法连接服务商，未发送任何内容。请检查网络和基础地址。",
            "The provider could not be reached; nothing was sent. "
            "Check the network and the base URL.",
        ),
        code="connect",
        retryable=True,
    )
