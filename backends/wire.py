"""The one module that talks to the network.

Redirects and cookies are off, proxies and netrc unless `backends.route` says otherwise;
certificates are always verified. Every exception of
the libraries below leaves here as one of `backends.errors`, its text built from parts.
"""

from __future__ import annotations

import contextlib
import functools
import json
import socket
import ssl
import threading
import urllib.parse
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import requests
import urllib3
import urllib3.connection
import websocket
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from backends.errors import Protocol, Transport
from backends.framing import FRAME_LIMIT, FrameTooLarge, cumulative, events
from backends.line import Line
from backends.route import Proxy
from backends.types import Auth, WireRequest, Words

# One token can take 200 bytes of JSON; what a reader sees is limited by the door, far below this.
WIRE_LIMIT = 32 << 20
# Events in a row that bring no content; an answer that comes whole as a stream has fewer.
EVENT_LIMIT = 1 << 15
# An answer in one piece, or a page.
BODY_LIMIT = 8 << 20
_READ_SIZE = 1 << 16


class HandshakeRefused(Exception):
    """A WebSocket service answered the handshake with an HTTP error; its body says why."""

    def __init__(self, status: int, body: bytes, date: str | None, host: str) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.date = date
        self.host = host


@dataclass(slots=True)
class Reply:
    """An HTTP answer whose headers are in. Header names compare without case."""

    status: int
    headers: Mapping[str, str]
    _line: Line
    _raw: urllib3.BaseHTTPResponse

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
                _take_event(self._line)
                yield event

    def cumulative(self) -> Iterator[str]:
        """The text so far, each time there is more, of a stream that repeats it after `<^>`."""
        with guarding(self._line):
            # The stream repeats itself, so only the length of an item is limited, not their sum.
            for text in cumulative(self._chunks(limit=None)):
                _take_event(self._line)
                yield text

    def read(self) -> bytes:
        """The whole body."""
        with guarding(self._line):
            return b"".join(self._chunks(BODY_LIMIT))

    def _chunks(self, limit: int | None = WIRE_LIMIT) -> Iterator[bytes]:
        received = 0
        while chunk := self._raw.read1(_READ_SIZE, decode_content=True):
            # A little of what was packed can keep a reader busy long after its line was cut.
            _raise_if_cut(self._line)
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
    data = json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
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
    text = _as_text(body)
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
            connection.shutdown()  # type: ignore[no-untyped-call]


def _as_text(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, allow_nan=False)


def _send_meanwhile(connection: websocket.WebSocket, more: Iterator[Mapping[str, Any]]) -> None:
    def send() -> None:
        # A line that is cut or a socket that broke is found by the reader, who says so.
        with contextlib.suppress(Transport, websocket.WebSocketException, OSError):
            for body in more:
                connection.send(_as_text(body))

    threading.Thread(target=send, name="tunedesk-sender", daemon=True).start()


@contextlib.contextmanager
def guarding(line: Line) -> Iterator[None]:
    """Turn every lower-level exception into one of ours.

    Raises:
        Cancelled: the line was cancelled. Timeout: a deadline passed. Protocol: the bytes make no
        sense. Transport: the connection failed.
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
        raise line.reason() or _translate(exc, line) from None
    _raise_if_cut(line)


def _raise_if_cut(line: Line) -> None:
    if reason := line.reason():
        raise reason


def _take_event(line: Line) -> None:
    """One more event has come. A shutdown looks like an end to some readers, who then flush half
    a line: it is none."""
    _raise_if_cut(line)
    if line.heard() > EVENT_LIMIT:
        raise FrameTooLarge


def _with(url: str, query: Mapping[str, str] | None) -> str:
    return f"{url}?{urllib.parse.urlencode(query)}" if query else url


def _exchange(
    line: Line, method: str, url: str, headers: Mapping[str, str], data: bytes | None
) -> Reply:
    with guarding(line):
        proxy = line.route.proxy_for(url)
        pool, path = _place(url, proxy)
        login = None if "Authorization" in headers else line.route.login_for(url)
        _current.line = line
        # Straight to the connections under requests' sessions, for a quarter of the work: nothing
        # of redirects, cookies, netrc or proxies is even there.
        raw = pool.urlopen(
            method,
            path,
            data,
            {**_COMMON, **({"Authorization": login} if login else {}), **headers},
            retries=False,
            redirect=False,
            assert_same_host=False,
            timeout=urllib3.Timeout(connect=line.deadlines.connect, read=None),
            preload_content=False,
            decode_content=False,
        )
        line.end_with(raw.close)
        if raw.status == 407 and proxy is not None:
            # The proxy's own word, where there is no tunnel: the provider never heard of it.
            line.reached("connect")
            raise Transport(_NO_PROXY, code="proxy")
    return Reply(raw.status, raw.headers, line, raw)


def _handshake(line: Line, url: str) -> _BoundedWebSocket:
    try:
        made = websocket.create_connection(
            url,
            socket=_dial(line, urllib.parse.urlsplit(url)),
            class_=_BoundedWebSocket,
            redirect_limit=0,
            suppress_origin=True,
            skip_utf8_validation=True,
        )
    except websocket.WebSocketBadStatusException as exc:
        line.headers = headers = exc.resp_headers or {}
        host = urllib.parse.urlsplit(url).netloc
        raise HandshakeRefused(
            exc.status_code, exc.resp_body or b"", headers.get("date"), host
        ) from None
    except websocket.WebSocketException as exc:
        # A line that broke is told by other types; this is an answer, and no handshake.
        if type(exc) is websocket.WebSocketException:
            raise Transport(_NO_SOCKET, code="handshake") from None
        raise
    line.headers = made.getheaders() or {}
    return cast(_BoundedWebSocket, made)


def _dial(line: Line, url: urllib.parse.SplitResult) -> socket.socket:
    secure = url.scheme == "wss"
    port = url.port or (443 if secure else 80)
    proxy = line.route.proxy_for(url.geturl())
    via = urllib.parse.urlsplit(proxy.url) if proxy else url
    there = (via.hostname or "", via.port or (_PORTS[via.scheme] if proxy else port))
    dialled = socket.create_connection(there, line.deadlines.connect)
    # Held before a TLS handshake, so that Stop also ends a peer that is silent in it.
    line.hold(dialled)
    if proxy:
        dialled = _tunnelled(dialled, proxy, f"{url.hostname}:{port}")
    if secure:
        dialled = _tls().wrap_socket(dialled, server_hostname=url.hostname)
    dialled.settimeout(None)
    return dialled


_PORTS = {"http": 80, "https": 443}
# More than any proxy says before the tunnel stands.
_GREETING = 1 << 16


def _tunnelled(dialled: socket.socket, proxy: Proxy, place: str) -> socket.socket:
    """The connection, which from here on leads to `place`.

    Raises:
        ConnectionError: the proxy does not make one.
    """
    if proxy.url.startswith("https:"):
        name = urllib.parse.urlsplit(proxy.url).hostname
        dialled = _tls().wrap_socket(dialled, server_hostname=name)
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
    lines += [f"{name}: {value}" for name, value in proxy.headers.items()]
    dialled.sendall("\r\n".join([*lines, "", ""]).encode())
    said = b""
    while b"\r\n\r\n" not in said and len(said) < _GREETING:
        # Byte by byte: what comes after it is the peer's.
        part = dialled.recv(1)
        if not part:
            break
        said += part
    if said.split(b" ")[1:2] != [b"200"]:
        raise ConnectionError
    return dialled


@functools.cache
def _tls() -> ssl.SSLContext:
    """Reading the authorities takes longer than all the rest of a call."""
    return ssl.create_default_context()


def _text_frames(line: Line, connection: _BoundedWebSocket) -> Generator[str, None, str]:
    while True:
        opcode, frame = connection.recv_data_frame(True)
        _raise_if_cut(line)
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            code = int.from_bytes(frame.data[:2], "big")
            return f"{code} {frame.data[2:].decode('utf-8', 'replace')}".strip() if code else ""
        if opcode in (websocket.ABNF.OPCODE_TEXT, websocket.ABNF.OPCODE_BINARY):
            connection.received = 0
            _take_event(line)
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


class _HTTPConnection(urllib3.connection.HTTPConnection):
    """Tells the calling thread's line which socket is in use, and how far the call came."""

    line: Line | None = None

    def _new_conn(self) -> socket.socket:
        _current.line.reached("connect")
        dialled = super()._new_conn()
        # Held before a TLS handshake, so that Stop also ends a peer that is silent in it.
        _current.line.hold(dialled)
        return dialled

    def request(self, *args: Any, **kwargs: Any) -> None:
        line = self.line = cast(Line, _current.line)
        kept = self.sock is not None
        if self.sock is None:
            self.connect()
        line.hold(self.sock)
        line.reached("send")
        try:
            super().request(*args, **kwargs)
        except OSError:
            # The service had closed a kept connection: it never had the whole question.
            line.stale = kept
            raise
        line.reached("headers")


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


_current = threading.local()


_COMMON = {"User-Agent": "tunedesk", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}


@functools.lru_cache(256)
def _place(url: str, proxy: Proxy | None) -> tuple[urllib3.HTTPConnectionPool, str]:
    """Where an address leads, and what to ask for there; written as requests writes it.

    Raises:
        requests.RequestException: it is no address.
    """
    request = requests.PreparedRequest()
    request.prepare_url(url, None)
    place = urllib3.util.parse_url(request.url or "")
    if proxy is not None:
        # Without a tunnel a proxy is told the whole address.
        path = str(request.url) if place.scheme == "http" else request.path_url
        return _through(proxy).connection_from_url(place.url), path
    return _pool(place.scheme, place.host, place.port), request.path_url


@functools.lru_cache(2)
def _through(proxy: Proxy) -> urllib3.ProxyManager:
    """The kept connections by way of a proxy."""
    made = urllib3.ProxyManager(
        proxy.url,
        proxy_headers=proxy.headers,
        maxsize=128,
        cert_reqs="CERT_REQUIRED",
        ca_certs=DEFAULT_CA_BUNDLE_PATH,
    )
    made.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
    return made


@functools.lru_cache(32)
def _pool(scheme: str | None, host: str | None, port: int | None) -> urllib3.HTTPConnectionPool:
    """The kept connections to one service, which carry nothing from one call to the next."""
    if scheme == "https":
        return _HTTPSPool(
            host or "",
            port,
            maxsize=128,
            cert_reqs="CERT_REQUIRED",
            ca_certs=DEFAULT_CA_BUNDLE_PATH,
        )
    return _HTTPPool(host or "", port, maxsize=128)


_NO_SOCKET = Words(
    "这个地址没有提供 WebSocket 服务（可能要求跳转），未发送问题。请检查基础地址。",
    "There is no WebSocket service at this address (or it redirects elsewhere); the question was "
    "not sent. Check the base URL.",
)
_NO_PROXY = Words(
    "无法通过代理（TUNEDESK_PROXY）连接服务商，未发送任何内容。请检查代理的地址、用户名和密码。",
    "The provider could not be reached through the proxy (TUNEDESK_PROXY); nothing was sent. "
    "Check the proxy's address, user and password.",
)
_NO_TOKEN = Words(
    "换取访问令牌时连接中断，问题没有发送。请稍后重试。",
    "The connection failed while fetching an access token; the question was not sent. "
    "Try again a little later.",
)
_TOO_MUCH = Words(
    "服务商发来的数据过大，已中断。可以重试。",
    "The provider sent too much data; the connection was cut. You can retry.",
)
_STALE = Words(
    "保持的连接已被服务商关闭，问题没有发送。请重试。",
    "The provider had closed the kept connection; the question was not sent. Try again.",
)
_DROPPED = Words(
    "连接在传输中断开，这次请求可能已计费。可以重试。",
    "The connection dropped in mid-transfer; the request may have been billed. You can retry.",
)
_UNTRUSTED = Words(
    "服务商的证书不可信，未发送任何内容。请检查网络或代理。",
    "The provider's certificate is not trusted; nothing was sent. Check the network or proxy.",
)
_NO_NAME = Words(
    "找不到服务商的域名，未发送任何内容。请检查网络和基础地址。",
    "The provider's host name was not found; nothing was sent. Check the network and the base URL.",
)
_NO_CONNECTION = Words(
    "无法连接服务商，未发送任何内容。请检查网络和基础地址。",
    "The provider could not be reached; nothing was sent. Check the network and the base URL.",
)


_SENSELESS = (
    ValueError,
    RecursionError,
    websocket.WebSocketProtocolException,
    urllib3.exceptions.DecodeError,
)


def _translate(exc: Exception, line: Line) -> Transport:
    """Our exception for a library's. Built from the kind of failure alone, never from its text."""
    if isinstance(exc, FrameTooLarge):
        return Protocol(_TOO_MUCH, code="frame_limit")
    if line.connecting:
        return _connect_failure(exc, proxied=line.route.proxy is not None)
    if line.request is None:
        return Transport(_NO_TOKEN, retryable=True)
    if line.stale:
        return Transport(_STALE, code="stale", retryable=True)
    if isinstance(exc, _SENSELESS):
        return Protocol()
    return Transport(_DROPPED)


def _connect_failure(exc: BaseException, *, proxied: bool) -> Transport:
    seen: BaseException | None = exc
    kinds: list[type[BaseException]] = []
    while seen is not None and len(kinds) < 10:
        kinds.append(type(seen))
        reason = getattr(seen, "reason", None) or next(
            (arg for arg in seen.args if isinstance(arg, BaseException)), None
        )
        seen = reason if isinstance(reason, BaseException) else seen.__cause__ or seen.__context__

    def among(*wanted: type[BaseException]) -> bool:
        return any(issubclass(kind, wanted) for kind in kinds)

    if among(ssl.SSLError, urllib3.exceptions.SSLError):
        return Transport(_UNTRUSTED, code="tls")
    if proxied:
        return Transport(_NO_PROXY, code="proxy")
    if among(socket.gaierror, urllib3.exceptions.NameResolutionError):
        return Transport(_NO_NAME, code="dns", retryable=True)
    return Transport(_NO_CONNECTION, code="connect", retryable=True)
