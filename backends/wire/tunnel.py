"""The way through a proxy, for HTTP and WebSocket alike.

https://www.rfc-editor.org/rfc/rfc9110#name-connect
"""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping

# More than any proxy says before the tunnel stands.
_GREETING = 1 << 16
_STANDS = re.compile(rb"HTTP/1\.[01] 2\d\d\b")


def lead(connection: socket.socket, host: str, port: int, headers: Mapping[str, str]) -> None:
    """Make a connection to a proxy lead to `host` from here on; `headers` are for the proxy.

    Raises:
        ConnectionError: the proxy does not do it. OSError: the connection failed.
    """
    host = host.strip("[]")
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    connection.sendall("\r\n".join([*lines, "", ""]).encode())
    said = bytearray()
    while not said.endswith(b"\r\n\r\n"):
        # Byte by byte: what comes after it is the peer's.
        part = connection.recv(1)
        if not part or len(said) > _GREETING:
            raise ConnectionError
        said += part
    if not _STANDS.match(said):
        raise ConnectionError
