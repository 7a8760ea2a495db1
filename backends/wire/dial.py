"""A new connection to a service, straight or by way of a proxy, with TLS where it says so."""

from __future__ import annotations

import socket
import ssl
import urllib.parse
from typing import Final, NamedTuple, cast

from urllib3.util.ssltransport import SSLTransport

from backends.line import Line
from backends.route import Proxy
from backends.wire import trust
from backends.wire.tunnel import lead

_SECURE: Final = ("https", "wss")


class Origin(NamedTuple):
    """Whom a connection leads to."""

    scheme: str
    host: str
    port: int


def origin_of(url: str) -> Origin:
    """Whom an address leads to."""
    place = urllib.parse.urlsplit(url)
    return Origin(place.scheme, place.hostname or "",
                  place.port or (443 if place.scheme in _SECURE else 80))  # fmt: skip


def beneath(connection: socket.socket) -> socket.socket:
    """What has the descriptor, where a TLS connection runs within that of a proxy."""
    return cast(socket.socket, getattr(connection, "socket", connection))


def dial(line: Line, origin: Origin, proxy: Proxy | None) -> socket.socket:
    """Connect; `line` can be cut meanwhile.

    Raises:
        OSError: it cannot be done.
    """
    line.reached("connect")
    line.proxied = proxy is not None
    there = origin_of(proxy.url) if proxy else origin
    dialled = socket.create_connection((there.host, there.port), line.deadlines.connect)
    dialled.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # Held before a TLS handshake, so that Stop also ends a peer that is silent in it.
    line.hold(dialled)
    secured = dialled
    if proxy:
        if there.scheme in _SECURE:
            try:
                secured = _secured(line, dialled, there.host)
            except ssl.SSLError as exc:
                # It is the proxy that cannot be trusted, or speaks no TLS.
                raise ConnectionError from exc
        # Without TLS the proxy is told the whole address with each request.
        if origin.scheme != "http":
            lead(secured, origin.host, origin.port, proxy.headers)
    if origin.scheme in _SECURE:
        secured = _secured(line, secured, origin.host)
    secured.settimeout(None)
    return secured


def _secured(line: Line, connection: socket.socket, host: str) -> socket.socket:
    if isinstance(connection, ssl.SSLSocket):
        # It does what a socket does.
        return cast(socket.socket, SSLTransport(connection, trust.tls(), server_hostname=host))
    made = trust.tls().wrap_socket(connection, server_hostname=host, do_handshake_on_connect=False)
    # Wrapping took the descriptor away from the one before.
    line.hold(made)
    made.do_handshake()
    return made
