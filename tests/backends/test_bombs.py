"""Answers that are small on the wire and endless when unpacked: cut, and Stop is felt in them."""

from __future__ import annotations

import socket
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from backends import PROVIDERS, Access, Call, Catalogue, Client, Secret
from tests.backends.test_wire import raw_server
from tests.conftest import ListLedger, ask

HEAD = (
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n"
    "Connection: close\r\n\r\n"
)
EMPTY = b'data: {"choices":[{"index":0,"delta":{"content":""}}]}\n\n'
LETTER = b'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n'
SSE, CUMULATIVE = "deepseek/deepseek-chat", "chatglm/stream"


class Server:
    """Sends one text again and again until its client goes away; `gone` is set then."""

    def __init__(self, unit: bytes) -> None:
        packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        self._first = packer.compress(unit) + packer.flush(zlib.Z_FULL_FLUSH)
        # After a full flush the bytes mean the same wherever they stand.
        again = packer.compress(unit * ((1 << 20) // len(unit))) + packer.flush(zlib.Z_FULL_FLUSH)
        self._again = again
        self.gone = threading.Event()

    def __call__(self, connection: socket.socket) -> None:
        with suppress(OSError):
            connection.sendall(HEAD.encode() + self._first)
            while True:
                connection.sendall(self._again)
        self.gone.set()


@contextmanager
def bombed(unit: bytes) -> Iterator[tuple[Client, Server]]:
    """A client whose providers all send this."""
    server = Server(unit)
    with raw_server(server, end=b"}") as port:
        url = f"http://127.0.0.1:{port}"
        urls = {"DEEPSEEK_BASE_URL": url, "CHATGLM_BASE_URL": url}
        access = Access(urls, {"DEEPSEEK_API_KEY": Secret("fake-bomb-key")})
        yield Client(Catalogue(PROVIDERS), lambda _: access, ListLedger()), server


def cut(unit: bytes, model: str, *, stream: bool) -> Call:
    with bombed(unit) as (client, server):
        call = client.start(ask(model, stream=stream)).result(60)
        assert server.gone.wait(2)
    return call


@pytest.mark.parametrize(
    ("unit", "model", "stream"),
    [
        (b"\n", SSE, True),
        (b" ", SSE, False),
        (b": ping\n\n", SSE, True),
        (b"data: {}\n\n", SSE, True),
        (EMPTY, SSE, True),
        (EMPTY, SSE, False),
        (b"<^>", CUMULATIVE, True),
        (b"<^>", "chatglm/api", False),
    ],
)
def test_what_never_says_anything_is_cut_long_before_its_deadline(
    unit: bytes, model: str, stream: bool
) -> None:
    call = cut(unit, model, stream=stream)

    assert call.error is not None and call.error.code == "frame_limit"
    assert (call.state, call.billed, call.text) == ("unknown", "possible", "")
    assert call.total_time is not None and call.total_time < 30


@pytest.mark.alone
@pytest.mark.parametrize(
    ("unit", "model", "stream"),
    [
        (LETTER, SSE, True),
        (LETTER, SSE, False),
    ],
)
def test_stop_is_felt_in_the_middle_of_it_and_reaches_the_provider(
    unit: bytes, model: str, stream: bool
) -> None:
    with bombed(unit) as (client, server):
        flight = client.start(ask(model, stream=stream))
        deadline = time.monotonic() + 10
        while not (flight.completion().text or (not stream and _headers_in(flight.call))):
            assert time.monotonic() < deadline, "nothing came"
            time.sleep(0.002)
        stopped = time.monotonic()
        flight.cancel()
        call = flight.result(5)
        assert time.monotonic() - stopped < 0.3
        assert server.gone.wait(2)
    assert call.state == "cancelled"


def _headers_in(call: Call | None) -> bool:
    return call is not None and call.state == "sent"
