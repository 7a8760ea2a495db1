"""Faults of a Spark connection: in its handshake, on its frames, and where it ends too early."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from typing import Final

from .. import bare
from ..checks import dump
from ..starts import BAD_GATEWAY, ELSEWHERE, LOG_IN
from .spark_socket import CLOSE_REASON, Socket

TEXT: Final = "text/plain; charset=utf-8"
TEN_MINUTES: Final = 600.0
# Long past any deadline of a test; without reading, nobody notices that the client has gone.
DEAF_SECONDS: Final = 5.0
Act = Callable[[Socket], Awaitable[None]]


async def _hold(socket: Socket) -> None:
    await asyncio.Event().wait()


async def _reset(socket: Socket) -> None:
    socket.record.close("reset_before_headers")
    await bare.reset(socket.transport)


async def _close(socket: Socket) -> None:
    socket.record.close("close_before_headers")
    await bare.close(socket.transport)


async def _slow_headers(socket: Socket) -> None:
    await bare.drip(socket.transport, bare.head(101, [(b"Upgrade", b"websocket")] * 50))


def _denied(status: int, body: bytes, kind: str = TEXT, **headers: str) -> Act:
    async def start(socket: Socket) -> None:
        name = "" if socket.fault is None else socket.fault.name
        await socket.deny(status, body, kind, name, tuple(headers.items()))

    return start


def _upgraded(key: bytes) -> Act:
    async def start(socket: Socket) -> None:
        socket.record.close("bad_accept")
        upgrade = [(b"Upgrade", b"websocket"), (b"Sec-WebSocket-Accept", key)]
        head = bare.head(101, upgrade).replace(b"Connection: close", b"Connection: Upgrade")
        socket.transport.write(head)
        await bare.close(socket.transport)

    return start


STARTS: Final[dict[str, Act]] = {
    "silent": _hold,
    "html": _denied(502, BAD_GATEWAY, "text/html"),
    "html_ok": _denied(200, LOG_IN, "text/html"),
    "reset_before_headers": _reset,
    "close_before_headers": _close,
    "slow_headers": _slow_headers,
    "redirect": _denied(302, b"", Location=ELSEWHERE),
    "handshake_401": _denied(401, dump({"message": "Unauthorized"})),
    "handshake_403": _denied(403, dump({"message": "Your IP address is not allowed"})),
    "handshake_429": _denied(429, dump({"message": "API rate limit exceeded"})),
    "handshake_503": _denied(503, dump({"message": "Service unavailable"})),
    "bad_accept": _upgraded(base64.b64encode(b"not the digest of it")),
    "no_upgrade": _denied(200, b'{"message":"hello"}', "application/json"),
}


async def _drop(socket: Socket) -> None:
    """Returning without a close frame makes the server drop the connection."""


def _closed(code: int) -> Act:
    async def end(socket: Socket) -> None:
        await socket.close(code, CLOSE_REASON if code == 1000 else "overloaded")

    return end


async def _cut_reset(socket: Socket) -> None:
    await bare.reset(socket.transport)


async def _pings(socket: Socket) -> None:
    while True:
        socket.transport.write(bare.frame(b"", 9))
        await asyncio.sleep(bare.DRIP_SECONDS)


async def _endless_frame(socket: Socket) -> None:
    # 1 TB, which is as good as endless.
    socket.transport.write(b"\x81\x7f" + (1 << 40).to_bytes(8, "big") + b'{"padding":"')
    await bare.flood(socket.transport, b"a" * (1 << 16))


async def _deaf(socket: Socket) -> None:
    socket.transport.pause_reading()
    await asyncio.sleep(DEAF_SECONDS)
    await bare.close(socket.transport)


CUTS: Final[dict[str, Act]] = {
    "reset": _cut_reset,
    "pings_only": _pings,
    "endless_line": _endless_frame,
    "huge_frame": _endless_frame,
    "no_pong": _deaf,
    **{f"close_{code}": _closed(code) for code in (1000, 1001, 1008, 1011, 1013, 4001)},
}


async def cut(socket: Socket) -> None:
    """Ends a connection in mid-answer, as the fault says."""
    name = "" if socket.fault is None else socket.fault.name
    socket.record.close(name or "cut")
    await CUTS.get(name, _drop)(socket)
