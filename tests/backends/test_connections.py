"""Connections are kept from call to call, and nothing else is."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from backends import Call
from tests.backends.test_wire import SSE, WHOLE, call_at

Answer = Callable[[socket.socket], object]
JSON = json.dumps(WHOLE).encode()


def told(body: bytes, *lines: str, length: int | None = None) -> Answer:
    """An answer with these headers; the connection stays open."""
    declared = len(body) if length is None else length
    head = ("HTTP/1.1 200 OK", *lines, f"Content-Length: {declared}", "", "")
    return lambda connection: connection.sendall("\r\n".join(head).encode() + body)


class Keeper:
    """A server that keeps connections; it answers one request after the other with `answers`."""

    def __init__(self, answers: list[Answer]) -> None:
        self.requests: list[bytes] = []
        self.connections: list[socket.socket] = []
        self._answers = iter(answers)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"
        threading.Thread(target=self._run, daemon=True).start()

    def call(self, **more: bool) -> Call:
        return call_at(self.url, **{"stream": False, **more})

    def close(self) -> None:
        for one in (self._listener, *self.connections):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _run(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections.append(connection)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        received = b""
        with contextlib.suppress(OSError):
            while part := connection.recv(65536):
                received += part
                head, end, body = received.partition(b"\r\n\r\n")
                length = head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]
                if end and len(body) == int(length):
                    self.requests.append(received)
                    received = b""
                    next(self._answers)(connection)


@contextmanager
def keeper(*answers: Answer) -> Iterator[Keeper]:
    server = Keeper(list(answers))
    try:
        yield server
    finally:
        server.close()


def test_one_connection_serves_call_after_call() -> None:
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(JSON), JSON)
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with keeper(
        told(JSON), lambda connection: connection.sendall(head + chunked), told(JSON)
    ) as server:
        assert [server.call().state for _ in range(3)] == ["ok"] * 3
        assert len(server.connections) == 1


def test_a_connection_that_ended_while_idle_is_replaced() -> None:
    with keeper(told(JSON), told(JSON)) as server:
        assert server.call().state == "ok"
        server.connections[0].shutdown(socket.SHUT_RDWR)
        server.connections[0].close()
        assert server.call().state == "ok"
        assert len(server.connections) == 2


def test_what_was_not_read_to_its_end_serves_nobody_else() -> None:
    events = "Content-Type: text/event-stream"
    # Its end marker comes, its last byte does not.
    with keeper(told(SSE.encode(), events, length=len(SSE.encode()) + 1), told(JSON)) as server:
        assert server.call(stream=True).state == "ok"
        assert server.call().text == "你好"
        assert len(server.connections) == 2


def test_bytes_after_an_answer_are_nobodys() -> None:
    with keeper(told(JSON + JSON, length=len(JSON)), told(JSON)) as server:
        assert [server.call().state for _ in range(2)] == ["ok", "ok"]


def test_a_body_that_ends_before_its_length_is_not_ok() -> None:
    def cut(connection: socket.socket) -> None:
        told(JSON, length=len(JSON) + 10)(connection)
        connection.shutdown(socket.SHUT_RDWR)

    with keeper(cut) as server:
        call = server.call()
    assert call.state != "ok" and call.error is not None and call.error.kind == "Transport"


def test_no_cookie_and_no_proxy_come_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with keeper(told(JSON, "Set-Cookie: who=alice"), told(JSON)) as server:
        assert [server.call().state for _ in range(2)] == ["ok", "ok"]
        assert all(b"cookie" not in request.lower() for request in server.requests)


def test_a_few_packed_bytes_cannot_fill_the_memory() -> None:
    with keeper(told(gzip.compress(bytes(64 << 20)), "Content-Encoding: gzip")) as server:
        call = server.call()
    assert call.error is not None and "too much data" in call.error.message.en


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_what_cannot_be_unpacked_is_said_to_make_no_sense(encoding: str) -> None:
    with keeper(told(JSON, f"Content-Encoding: {encoding}")) as server:
        call = server.call()
    assert call.error is not None and call.error.kind == "Protocol"
