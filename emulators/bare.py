"""Below HTTP: what can only be done to the connection itself."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from http import HTTPStatus

from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

DRIP_SECONDS = 0.05


class Http(H11Protocol):
    """HTTP whose applications know the transport of their connection, in `scope["state"]`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """As the server does, and keeps the transport for applications, of sockets too."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


def transport_of(scope: Scope) -> asyncio.Transport:
    """The connection of a request."""
    transport = scope["state"]["transport"]
    assert isinstance(transport, asyncio.Transport)
    return transport


async def reset(transport: asyncio.Transport) -> None:
    """Ends the connection with a RST, after what was written has gone out."""
    await asyncio.sleep(0.01)
    connection: socket.socket = transport.get_extra_info("socket")
    with contextlib.suppress(OSError):  # the client was faster
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    await asyncio.sleep(0)


async def close(transport: asyncio.Transport) -> None:
    """Ends the connection with a FIN, after what was written has gone out."""
    transport.close()
    await asyncio.sleep(0)


async def drip(transport: asyncio.Transport, data: bytes) -> None:
    """Writes a byte at a time."""
    for place in range(len(data)):
        transport.write(data[place : place + 1])
        await asyncio.sleep(DRIP_SECONDS)


async def flood(transport: asyncio.Transport, data: bytes) -> None:
    """Writes the same bytes again and again, no faster than they are read."""
    while not transport.is_closing():
        transport.write(data)
        while transport.get_write_buffer_size() and not transport.is_closing():
            await asyncio.sleep(0.001)


def head(status: int, headers: list[tuple[bytes, bytes]]) -> bytes:
    """The head of an answer that ends its connection."""
    first = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode()
    lines = [*headers, (b"Connection", b"close")]
    return first + b"".join(name + b": " + value + b"\r\n" for name, value in lines) + b"\r\n"


def frame(
    data: bytes, opcode: int = 1, *, final: bool = True, masked: bool = False, bits: int = 0
) -> bytes:
    """One WebSocket frame, as it should be or not (RFC 6455, 5.2)."""
    size = len(data)
    length = bytes([size]) if size < 126 else b"\x7e" + struct.pack("!H", size)
    if size >= 1 << 16:
        length = b"\x7f" + struct.pack("!Q", size)
    key = b"\x01\x02\x03\x04" if masked else b""
    if masked:
        length = bytes([length[0] | 0x80]) + length[1:]
        data = bytes(byte ^ key[place % 4] for place, byte in enumerate(data))
    return bytes([opcode | (0x80 if final else 0) | bits]) + length + key + data


def odd_frame(name: str, text: bytes, number: int) -> bytes | None:
    """How a fault of this name writes text frame `number`; None where it is a plain one."""
    if name == "fragments":
        third = len(text) // 3
        parts = (text[:third], text[third : 2 * third], text[2 * third :])
        return (
            frame(parts[0], final=False)
            + frame(b"", 9)
            + frame(parts[1], 0, final=False)
            + frame(b"", 9)
            + frame(parts[2], 0)
        )
    if name == "masked_frame":
        return frame(text, masked=True)
    if name == "reserved_bits" and number == 2:
        return frame(text, bits=0x40)
    return frame(text) if name == "bad_utf8" else None
