"""One HTTP request, from its first byte to its row in the log."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.types import Message, Scope, Send

from .answers import Order, Piece
from .checks import dump, read_object
from .faults import Fault
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

    def __init__(self, stage: Stage, record: Record, scope: Scope, send: Send) -> None:
        self.stage = stage
        self.record = record
        self.fault: Fault | None = stage.fault
        self.scope = scope
        self.body = b""
        self.json: dict[str, Any] | None = None
        self.started = False
        self._send = send
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

    def add_headers(self, headers: Headers) -> None:
        """Puts `headers` on the answer, whatever it will be."""
        self._prefix = (*self._prefix, *headers)

    def write(self, order: Order) -> AsyncIterator[Piece]:
        """The pieces of the answer, with the fault that was on when the request arrived."""
        return self.stage.write(self.record, self.fault, order)

    async def reply(
        self, status: int, body: bytes, headers: Headers = (JSON,), outcome: str = "ok"
    ) -> None:
        """Sends a whole answer; the log is written first, so whoever has read it finds it there."""
        self.record.status = status
        self.record.close(outcome)
        await self._head(status, (*headers, ("Content-Length", str(len(body)))))
        await self._send({"type": "http.response.body", "body": body})

    async def begin(self, headers: Headers) -> None:
        """Sends status 200 and the head of an event stream."""
        self.record.status = 200
        await self._head(200, headers)

    async def say(self, data: bytes) -> None:
        """Sends the next bytes of a stream."""
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def end(self, data: bytes, outcome: str) -> None:
        """Sends the last bytes of a stream, after writing the log."""
        self.record.close(outcome)
        await self._send({"type": "http.response.body", "body": data})

    async def cut(self) -> None:
        """Leaves the answer incomplete; the server then drops the connection."""
        self.record.close("cut")
        if not self.started:
            await self._head(200, (JSON, ("Content-Length", "4096")))
            await self.say(b'{"id":"as-')

    async def _head(self, status: int, headers: Headers) -> None:
        self.started = True
        raw = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in (*self._prefix, *headers)]
        start: Message = {"type": "http.response.start", "status": status, "headers": raw}
        await self._send(start)
