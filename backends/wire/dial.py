"""A new connection for a WebSocket, straight or by way of a proxy."""

from __future__ import annotations

import functools
import socket
import ssl
import urllib.parse

from backends.line import Line
from backends.route import Proxy


def dial(line: Line, url: urllib.parse.SplitResult) -> socket.socket:
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
