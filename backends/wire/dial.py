"""A new connection to a service, straight or by way of a proxy, with TLS where it says so."""

from __future__ import annotations

import functools
import socket
import ssl
import urllib.parse
from typing import Final, NamedTuple, cast

from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.util.ssltransport import SSLTransport

from backends.line import Line
from backends.route import Proxy

_SECURE: Final = ("https", "wss")
# More than any proxy says before the tunnel stands.
_GREETING: Final = 1 << 16


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
    there = origin_of(proxy.url) if proxy else origin
    dialled = socket.create_connection((there.host, there.port), line.deadlines.connect)
    dialled.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # Held before a TLS handshake, so that Stop also ends a peer that is silent in it.
    line.hold(dialled)
    secured = dialled
    if proxy:
        if there.scheme in _SECURE:
            secured = _secured(line, dialled, there.host)
        # Without TLS the proxy is told the whole address with each request.
        if origin.scheme != "http":
            _tunnel(secured, proxy, origin)
    if origin.scheme in _SECURE:
        secured = _secured(line, secured, origin.host)
    secured.settimeout(None)
    return secured


def _secured(line: Line, connection: socket.socket, host: str) -> socket.socket:
    if isinstance(connection, ssl.SSLSocket):
        # It does what a socket does.
        return cast(socket.socket, SSLTransport(connection, _tls(), server_hostname=host))
    made = _tls().wrap_socket(connection, server_hostname=host, do_handshake_on_connect=False)
    # Wrapping took the descriptor away from the one before.
    line.hold(made)
    made.do_handshake()
    return made


def _tunnel(connection: socket.socket, proxy: Proxy, origin: Origin) -> None:
    """Have the proxy lead this connection on.

    Raises:
        ConnectionError: it does not.
    """
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    place = f"{host}:{origin.port}"
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
    lines += [f"{name}: {value}" for name, value in proxy.headers.items()]
    connection.sendall("\r\n".join([*lines, "", ""]).encode())
    said = b""
    while b"\r\n\r\n" not in said and len(said) < _GREETING:
        # Byte by byte: what comes after it is the peer's.
        part = connection.recv(1)
        if not part:
            break
        said += part
    if said.split(b" ")[1:2] != [b"200"]:
        raise ConnectionError


@functools.cache
def _tls() -> ssl.SSLContext:
    """Reading the authorities takes longer than all the rest of a call."""
    made = ssl.create_default_context()
    # A machine may have none of its own.
    made.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    return made
