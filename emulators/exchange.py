"""One HTTP request, from its first byte to its row in the log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.types import Scope, Send

from .answers import Order, Piece
from .bare import transport_of
from .changes import Changes
from .checks import dump, read_object
from .faults import Fault
from .outlet import outlet
from .record import Record
from .stage import Stage

Headers = Sequence[tuple[str, str]]
JSON: Final = ("Content-Type", "application/json; charset=utf-8")
EVENTS: Final = ("Content-Type", "text/event-stream; charset=utf-8")


class Refused(Exception):
    """The answer is this error; raised by a handler before it has sent anything."""

    def __init__(
        self,
        status: int,
        body: object,
        code: int | str | None = None,
        headers: Headers = (JSON,),
    ) -> None:
        super().__init__(code)
        self.outcome = "refused"
        self.status = status
        self.body = body if isinstance(body, bytes) else dump(body)
        self.code = code
        self.headers = headers


class Exchange:
    """What a handler holds: the request as it came, and the ways to answer it."""

    def __init__(
        self, stage: Stage, record: Record, scope: Scope, send: Send, fault: Fault | None
    ) -> None:
        self.stage = stage
        self.record = record
        self.fault = fault
        self.scope = scope
        self.body = b""
        self.json: dict[str, Any] | None = None
        self.started = False
        self.streaming = False
        self._changes = Changes(fault)
        self._out = outlet(scope, send, fault)
        self._prefix: Headers = ()

    def read(self) -> None:
        """Takes the body for JSON where it is; the log gets it either way."""
        try:
            self.json = read_object(self.body)
        except ValueError:
            self.record.body = self.body.decode("utf-8", "replace")
        else:
            self.record.body = self.json

    def header(self, name: str) -> str:
        """The value of a request header, "" when it is not there."""
        wanted = name.lower().encode("latin-1")
        return next((v.decode("latin-1") for k, v in self.scope["headers"] if k == wanted), "")

    @property
    def query(self) -> dict[str, str]:
        """The URL's parameters; of a repeated one the last."""
        return dict(parse_qsl(self.scope["query_string"].decode("latin-1"), True))

    def bearer(self) -> str:
        """The Bearer credential, "" when there is none."""
        scheme, _, credential = self.header("authorization").partition(" ")
        return credential.strip() if scheme.lower() == "bearer" else ""

    @property
    def transport(self) -> asyncio.Transport:
        """The connection itself."""
        return transport_of(self.scope)

    def add_headers(self, headers: Headers) -> None:
        """Puts `headers` on the answer, whatever it will be."""
        self._prefix = (*self._prefix, *headers)

    def write(self, order: Order) -> AsyncIterator[Piece]:
        """The pieces of the answer, with the fault that was on when the request arrived."""
        return self.stage.write(self.record, self.fault, order)

    async def reply(
        self, status: int, body: bytes, headers: Headers = (JSON,), outcome: str = "ok"
    ) -> None:
        """Sends a whole answer, changed as the fault has it."""
        await self.tell(status, [*self._changes.made(body, whole=True)], headers, outcome)

    async def tell(
        self, status: int, parts: Sequence[bytes], headers: Headers, outcome: str
    ) -> None:
        """Sends these bytes; the log is written first, so whoever has read them finds it there."""
        self.record.status = status
        self.record.close(outcome)
        await self._head(status, (*headers, ("Content-Length", str(sum(map(len, parts))))))
        for part in parts[:-1]:
            await self._out.write(part)
        await self._out.write(parts[-1], last=True)

    async def begin(self, headers: Headers) -> None:
        """Sends status 200 and the head of an event stream."""
        self.record.status = 200
        self.streaming = True
        await self._head(200, headers)

    async def say(self, data: bytes) -> None:
        """Sends the next bytes of a stream."""
        for part in self._changes.made(data):
            await self._out.write(part)

    async def end(self, data: bytes, outcome: str) -> None:
        """Sends the last bytes of a stream, after writing the log."""
        self.record.close(outcome)
        *parts, last = [*self._changes.made(data)] or [b""]
        for part in parts:
            await self._out.write(part)
        await self._out.write(last, last=True)

    async def raw(self, data: bytes, *, packed: bool = False, last: bool = False) -> None:
        """Sends bytes that no fault changes any more; `packed` ones are compressed already."""
        await self._out.write(data, packed=packed, last=last)

    async def begin_half(self, *, chunked: bool) -> None:
        """Sends the beginning of a whole answer that will never be whole."""
        await self._head(200, (JSON, *(() if chunked else (("Content-Length", "4096"),))))
        await self.raw(b'{"id":"as-')

    async def _head(self, status: int, headers: Headers) -> None:
        self.started = True
        if self.fault is not None and self.fault.name == "no_charset":
            headers = [(name, value.partition(";")[0]) for name, value in headers]
        raw = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in (*self._prefix, *headers)]
        await self._out.head(status, raw)
