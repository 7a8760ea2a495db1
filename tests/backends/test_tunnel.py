"""What is said to a proxy to be led on, and what it may answer."""

from __future__ import annotations

import contextlib
import socket
import threading

import pytest

from backends.wire.tunnel import lead


@pytest.mark.parametrize(
    ("host", "place"),
    [("far.example", "far.example:443"), ("::1", "[::1]:443"), ("[::1]", "[::1]:443")],
)
def test_what_comes_after_the_proxy_s_word_is_the_peer_s(host: str, place: str) -> None:
    near, far = socket.socketpair()
    with near, far:
        far.sendall(b"HTTP/1.1 204 Yes\r\nVia: one\r\n\r\nthe peer's")
        lead(near, host, 443, {"proxy-authorization": "Basic eA=="})
        assert near.recv(99) == b"the peer's"
        asked = far.recv(9999).decode().split("\r\n")
    assert asked == [
        f"CONNECT {place} HTTP/1.1", f"Host: {place}", "proxy-authorization: Basic eA==", "", ""
    ]  # fmt: skip


@pytest.mark.parametrize(
    "said",
    [
        b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 407 No\r\n\r\n", b"HTTP/1.1 2000 Odd\r\n\r\n",
        b"HTTP/2 200\r\n\r\n", b"200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 20_000,
    ],
)  # fmt: skip
def test_anything_else_is_no_way(said: bytes) -> None:
    near, far = socket.socketpair()
    with near:

        def answer() -> None:
            with far, contextlib.suppress(OSError):
                far.sendall(said)
                far.shutdown(socket.SHUT_WR)
                while far.recv(9999):
                    pass

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(ConnectionError):
            lead(near, "far.example", 443, {})
    thread.join(5)
