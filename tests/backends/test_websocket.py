"""Spark's socket: frames cut anywhere, and a close before the end, on every library."""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from tests.backends.test_wire import Serve, spark_called

ROOT = Path(__file__).resolve().parents[2]
# The version in requirements.txt, and older ones that `make` puts beside it for this test.
OLDER = ("1.7.0", "1.8.0")
TEXT = "你好👋，<^>\u2028"


def frame(text: str, status: int, seq: int | None = None) -> bytes:
    """An answer frame of Spark's."""
    number = status if seq is None else seq
    choices = {"status": status, "seq": number, "text": [{"content": text, "role": "assistant"}]}
    header = {"code": 0, "message": "Success", "sid": "cht000b0c24@dx1916602ea10b808550"}
    document = {"header": header | {"status": status}, "payload": {"choices": choices}}
    return json.dumps(document, ensure_ascii=False).encode()


def fragment(data: bytes, opcode: int, *, final: bool) -> bytes:
    """One WebSocket frame from a server."""
    head = bytes([opcode | (0x80 if final else 0)])
    size = struct.pack("!B", len(data)) if len(data) < 126 else struct.pack("!BH", 126, len(data))
    return head + size + data


def closing(code: int) -> bytes:
    """The service's close frame."""
    return fragment(struct.pack("!H", code) + b"close this ws conn", 8, final=True)


def test_a_message_in_two_fragments_cut_anywhere_reads_the_same() -> None:
    length = len(frame(TEXT, 1, 1000))

    def serve(connection: socket.socket) -> None:
        for cut in range(length + 1):
            message = frame(TEXT, 1, 1000 + cut)
            connection.sendall(fragment(message[:cut], 1, final=False))
            connection.sendall(fragment(b"", 9, final=True))  # a ping in between
            connection.sendall(fragment(message[cut:], 0, final=True))
        connection.sendall(fragment(frame("", 2, 9000), 1, final=True) + closing(1000))

    call = spark_called(serve)
    assert (call.state, call.text) == ("ok", TEXT * (length + 1))


def test_bytes_of_a_socket_cut_anywhere_read_the_same() -> None:
    stream = fragment(frame(TEXT, 1), 1, final=True) + fragment(frame("。", 2), 1, final=True)

    def serve(connection: socket.socket) -> None:
        for at in range(len(stream)):
            connection.sendall(stream[at : at + 1])

    assert spark_called(serve).text == TEXT + "。"


def saying(data: bytes) -> Serve:
    """A server that sends this and no more."""
    return lambda connection: connection.sendall(data)


def closed_early() -> list[str]:
    """What becomes of an answer that the service closes before status 2, in three ways."""
    endings = (closing(1000), closing(1011), b"")
    told = []
    for ending in endings:
        call = spark_called(saying(fragment(frame("你好", 0), 1, final=True) + ending))
        assert call.error is not None
        told.append(f"{call.state} {call.error.kind} {call.text}")
    return told


CUT = ["partial Protocol 你好"] * 3


def test_a_close_before_the_end_is_a_cut_answer() -> None:
    assert closed_early()[:2] == CUT[:2]


@pytest.mark.parametrize("version", OLDER)
def test_so_it_is_on_older_libraries(version: str) -> None:
    library = ROOT / ".venv" / "websocket-client" / version
    assert library.exists(), "make .venv/dev.stamp puts it there"
    code = (
        "import websocket; print(websocket.__version__)\n"
        "from tests.backends.test_websocket import closed_early; print(*closed_early(), sep='\\n')"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{library}:{ROOT}"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert told.returncode == 0, told.stderr
    found, *ends = told.stdout.splitlines()
    assert found == version
    assert ends[:2] == CUT[:2] and ends[2].startswith("partial")
