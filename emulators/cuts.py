"""How an answer over HTTP ends too early, by the name of the fault."""

from __future__ import annotations

import asyncio
import functools
import zlib
from collections.abc import Awaitable, Callable
from typing import Final

from . import bare
from .exchange import Exchange

Cutting = Callable[[Exchange], Awaitable[None]]


async def _reset(exchange: Exchange) -> None:
    await bare.reset(exchange.transport)


async def _in_chunk(exchange: Exchange) -> None:
    exchange.transport.write(b"100\r\n")
    await bare.close(exchange.transport)


async def _pings(exchange: Exchange) -> None:
    sign = b": keep-alive\n\n" if exchange.streaming else b" "
    while True:
        await exchange.raw(sign)
        await asyncio.sleep(bare.DRIP_SECONDS)


async def _endless_line(exchange: Exchange) -> None:
    await exchange.raw(b'data: {"padding":"' if exchange.streaming else b'<^>","padding":"')
    while True:
        await exchange.raw(b"a" * (1 << 16))
        # Sending to a client that has gone returns at once, and for ever.
        await asyncio.sleep(0)


async def _bomb(exchange: Exchange) -> None:
    for _ in range(64):
        await exchange.raw(_sixteen_megabytes(), packed=True)
        await asyncio.sleep(0)
    await exchange.raw(b"", last=True)


@functools.cache
def _sixteen_megabytes() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    # After a full flush the bytes mean the same wherever they stand.
    return packer.compress(b"\n" * (16 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)


async def _drop(exchange: Exchange) -> None:
    """Without an end, the server drops the connection by itself."""


async def _close(exchange: Exchange) -> None:
    await bare.close(exchange.transport)


async def cut(exchange: Exchange) -> None:
    """Leaves an answer incomplete, as the fault says."""
    name = "" if exchange.fault is None else exchange.fault.name
    exchange.record.close(name or "cut")
    if not exchange.started:
        await exchange.begin_half(chunked=name in ("pings_only", "endless_line", "cut_in_chunk"))
    await CUTS.get(name, _drop)(exchange)


CUTS: Final[dict[str, Cutting]] = {
    "reset": _reset,
    "cut_in_chunk": _in_chunk,
    "pings_only": _pings,
    "endless_line": _endless_line,
    "gzip_bomb": _bomb,
    "short_body": _close,
    "unframed_cut": _close,
}
