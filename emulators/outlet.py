"""The way out of an HTTP answer: through the server, or past it where a fault asks for that."""

from __future__ import annotations

import zlib
from typing import Final

from starlette.types import Message, Scope, Send

from . import bare
from .faults import Fault

RawHeaders = list[tuple[bytes, bytes]]
GZIP_HEAD: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


class Outlet:
    """Head and body through the server."""

    def __init__(self, scope: Scope, send: Send, fault: Fault | None) -> None:
        self._scope = scope
        self._send = send
        self._framing = None if fault is None else fault.framing
        self._packer: zlib._Compress | None = None
        if fault is not None and fault.name == "gzip_bomb":
            self._packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)

    async def head(self, status: int, headers: RawHeaders) -> None:
        """Sends the head."""
        if self._packer is not None:
            plain = [pair for pair in headers if pair[0].lower() != b"content-length"]
            headers = [*plain, (b"Content-Encoding", b"gzip")]
        start: Message = {"type": "http.response.start", "status": status, "headers": headers}
        await self._send(start)
        if self._packer is not None:
            await self._body(GZIP_HEAD)

    async def write(self, data: bytes, *, packed: bool = False, last: bool = False) -> None:
        """Sends more of the body; `packed` bytes are compressed already."""
        if self._packer is not None and not packed:
            data = self._packer.compress(data) + self._packer.flush(zlib.Z_FULL_FLUSH)
        resets = last and self._framing == "reset after"
        await self._body(data, last=last and not resets)
        if resets:
            await bare.reset(bare.transport_of(self._scope))
        elif last and self._framing == "closed after":
            await bare.close(bare.transport_of(self._scope))

    async def _body(self, data: bytes, *, last: bool = False) -> None:
        await self._send({"type": "http.response.body", "body": data, "more_body": not last})


class BareOutlet(Outlet):
    """Head and body past the server; the end is the end of the connection."""

    async def head(self, status: int, headers: RawHeaders) -> None:
        """Sends the head."""
        transport = bare.transport_of(self._scope)
        plain = [pair for pair in headers if pair[0].lower() != b"content-length"]
        if self._framing == "too long":
            plain.append((b"Content-Length", b"1000000"))
        data = bare.head(status, plain)
        if self._framing == "dripped head":
            await bare.drip(transport, data)
        else:
            transport.write(data)

    async def _body(self, data: bytes, *, last: bool = False) -> None:
        transport = bare.transport_of(self._scope)
        transport.write(data)
        if last:
            await bare.close(transport)


def outlet(scope: Scope, send: Send, fault: Fault | None) -> Outlet:
    """The way out that a fault asks for."""
    past = fault is not None and fault.framing in ("until close", "too long", "dripped head")
    return (BareOutlet if past else Outlet)(scope, send, fault)
