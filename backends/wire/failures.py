"""What the libraries of the network raise, as one of `backends.errors`.

Texts are built from the kind of failure, never from the library's own: those hold URLs with
tokens in them.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator

import websocket

from backends.errors import Protocol, Transport
from backends.framing import FrameTooLarge
from backends.line import Line
from backends.types import Words

# Events in a row that bring no content; an answer that comes whole as a stream has fewer.
EVENT_LIMIT = 1 << 15

NO_PROXY = Words(
    "无法通过代理（TUNEDESK_PROXY）连接服务商，未发送任何内容。请检查代理的地址、证书、用户名和密码。",
    "The provider could not be reached through the proxy (TUNEDESK_PROXY); nothing was sent. "
    "Check the proxy's address, certificate, user and password.",
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
_NOT_ENCRYPTED = Words(
    "无法与服务商建立加密连接，未发送任何内容。请检查基础地址（https、wss）和代理。",
    "No encrypted connection to the provider could be made; nothing was sent. "
    "Check the base URL (https, wss) and the proxy.",
)
_NO_NAME = Words(
    "找不到服务商的域名，未发送任何内容。请检查网络和基础地址。",
    "The provider's host name was not found; nothing was sent. Check the network and the base URL.",
)
_NO_CONNECTION = Words(
    "无法连接服务商，未发送任何内容。请检查网络和基础地址。",
    "The provider could not be reached; nothing was sent. Check the network and the base URL.",
)


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
        websocket.WebSocketException,
        OSError,
        EOFError,
        ValueError,
        RecursionError,
    ) as exc:
        # `from None`: the library's own texts hold URLs with tokens in them.
        raise line.reason() or _translate(exc, line) from None
    raise_if_cut(line)


def raise_if_cut(line: Line) -> None:
    if reason := line.reason():
        raise reason


def take_event(line: Line) -> None:
    """One more event has come. A shutdown looks like an end to some readers, who then flush half
    a line: it is none."""
    raise_if_cut(line)
    if line.heard() > EVENT_LIMIT:
        raise FrameTooLarge


_SENSELESS = (ValueError, RecursionError, websocket.WebSocketProtocolException)


def _translate(exc: Exception, line: Line) -> Transport:
    """Our exception for a library's. Built from the kind of failure alone, never from its text."""
    if isinstance(exc, FrameTooLarge):
        return Protocol(_TOO_MUCH, code="frame_limit")
    if line.connecting:
        return _connect_failure(exc, proxied=line.proxied)
    if line.request is None:
        return Transport(_NO_TOKEN, retryable=True)
    if line.stale:
        return Transport(_STALE, code="stale", retryable=True)
    if isinstance(exc, _SENSELESS):
        return Protocol()
    return Transport(_DROPPED)


_ENDED = (ssl.SSLEOFError, ssl.SSLZeroReturnError)


def _connect_failure(exc: Exception, *, proxied: bool) -> Transport:
    if isinstance(exc, ssl.SSLCertVerificationError):
        return Transport(_UNTRUSTED, code="tls")
    # A peer that ends in the handshake has said nothing about encryption.
    if isinstance(exc, ssl.SSLError) and not isinstance(exc, _ENDED):
        return Transport(_NOT_ENCRYPTED, code="tls")
    if proxied:
        return Transport(NO_PROXY, code="proxy")
    if isinstance(exc, socket.gaierror):
        return Transport(_NO_NAME, code="dns", retryable=True)
    return Transport(_NO_CONNECTION, code="connect", retryable=True)
