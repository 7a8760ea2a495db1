"""A provider as plain as can be: an OpenAI-compatible answer after a fixed time, kept alive.

`python -m bench.service 0.05` prints its address, then serves until its stdin closes. It is a
process of its own, so that its work is nobody else's, and it keeps the moments of every request:
when it came, when the answer began, what was asked. A stream is `PIECES` words, 50 a second.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator
from typing import Final

Moments = list[tuple[float, float, str]]
PIECES: Final = 100
_HEAD: Final = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"
_STREAM: Final = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
_PIECE_EVERY: Final = 0.02
_WORDS: Final = "春茶三杯，雨后初晴，"


class _Connection(asyncio.Protocol):
    """Requests one after the other; each is answered after `latency` seconds."""

    def __init__(self, latency: float, answers: Iterator[bytes], moments: Moments) -> None:
        self._latency, self._answers, self._moments = latency, answers, moments
        self._received = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return
        self._received = b""
        if head.startswith(b"GET"):
            self._send(json.dumps(self._moments).encode())
            self._moments.clear()
            return
        question, asked = json.loads(body), time.perf_counter()
        said = question["messages"][-1]["content"]
        answer = self._begin if question.get("stream") else self._answer
        asyncio.get_running_loop().call_later(self._latency, answer, asked, said)

    def _answer(self, asked: float, said: str) -> None:
        self._send(next(self._answers))
        self._moments.append((asked, time.perf_counter(), said))

    def _begin(self, asked: float, said: str) -> None:
        if self._transport is not None:
            self._transport.write(_STREAM.encode())
        self._piece(time.perf_counter(), 0)
        self._moments.append((asked, time.perf_counter(), said))

    def _piece(self, began: float, number: int) -> None:
        """One word; each is due by the beginning, so that a late one makes none after it late."""
        if self._transport is None or self._transport.is_closing():
            return
        last = number == PIECES - 1
        choice = {"index": 0, "delta": {"content": f"{number} "}}
        data = json.dumps({"choices": [choice | ({"finish_reason": "stop"} if last else {})]})
        self._transport.write(f"data: {data}\n\n".encode())
        if last:
            self._transport.write(b"data: [DONE]\n\n")
            self._transport.close()
            return
        due = began + (number + 1) * _PIECE_EVERY - time.perf_counter()
        asyncio.get_running_loop().call_later(max(due, 0.0), self._piece, began, number + 1)

    def _send(self, body: bytes) -> None:
        if self._transport is not None:
            self._transport.write(_HEAD.format(len(body)).encode() + body)


def _answer(length: int) -> bytes:
    message = {"role": "assistant", "content": _WORDS * length}
    usage = {"prompt_tokens": 12, "completion_tokens": 8 * length, "total_tokens": 12 + 8 * length}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    form = {"id": "bench", "model": "deepseek-chat", "choices": [choice], "usage": usage}
    return json.dumps(form, ensure_ascii=False).encode()


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n")[0] or 0)


async def _serve(latency: float) -> None:
    # Of several lengths, so that a study has something to compare.
    answers, moments = itertools.cycle([_answer(length) for length in range(1, 8)]), Moments()
    server = await asyncio.get_running_loop().create_server(
        lambda: _Connection(latency, answers, moments), "127.0.0.1", 0, backlog=512
    )
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
