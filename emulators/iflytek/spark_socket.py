"""One Spark connection: handshake, frames, close."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from typing import Any, Final

from starlette.types import Receive, Scope, Send

from ..answers import Order, Piece
from ..bare import odd_frame, reset, transport_of
from ..changes import Changes
from ..checks import dump
from ..exchange import Headers
from ..faults import Fault
from ..record import Record
from ..stage import Stage
from .spark_schema import Rejected

CLOSE_REASON: Final = "close this ws conn"


class Socket:
    """What a handler holds: the frames that came, and the ways to answer."""

    def __init__(self, stage: Stage, record: Record, scope: Scope, send: Send) -> None:
        self.record = record
        self.fault: Fault | None = stage.script.take()
        self.sid = new_sid()
        self.frames: asyncio.Queue[str | bytes] = asyncio.Queue()
        self._stage = stage
        self._scope = scope
        self._send = send
        self._changes = Changes(self.fault)
        self._said = 0

    @property
    def transport(self) -> asyncio.Transport:
        """The connection itself."""
        return transport_of(self._scope)

    def write(self, order: Order) -> AsyncIterator[Piece]:
        """The pieces of the answer, with the fault that was on when the client connected."""
        return self._stage.write(self.record, self.fault, order)

    async def read_until_left(self, receive: Receive) -> None:
        """Takes frames as they come; returns when the client has gone."""
        while (message := await receive())["type"] != "websocket.disconnect":
            if message["type"] == "websocket.receive":
                text = message.get("text")
                self.frames.put_nowait(text if text is not None else message["bytes"])
        if self.record.outcome is None and self.record.status == 101:
            self.record.status = message.get("code", 1006)

    async def deny(
        self, status: int, body: bytes, kind: str, outcome: str, more: Headers = ()
    ) -> None:
        """Fails the handshake with an HTTP answer (ASGI extension websocket.http.response)."""
        self.record.status = status
        self.record.close(outcome)
        named = (("Content-Type", kind), *more)
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in named]
        start = {"type": "websocket.http.response.start", "status": status, "headers": headers}
        await self._send(start)
        await self._send({"type": "websocket.http.response.body", "body": body})

    async def accept(self) -> None:
        """Answers the handshake with 101."""
        self.record.status = 101
        await self._send({"type": "websocket.accept"})

    async def say(self, frame: dict[str, Any]) -> None:
        """Sends one text frame, changed as the fault has it."""
        for text in self._changes.made(dump(frame)):
            name, self._said = "" if self.fault is None else self.fault.name, self._said + 1
            odd = odd_frame(name, text, self._said)
            if odd is None:
                await self._send({"type": "websocket.send", "text": text.decode("utf-8")})
            else:
                self.transport.write(odd)

    async def reject(self, rejected: Rejected) -> None:
        """Sends an error frame, which has no payload, and closes."""
        self.record.code = rejected.code
        self.finish(rejected.outcome)
        header = {"code": rejected.code, "message": rejected.message, "sid": self.sid, "status": 2}
        await self.say({"header": header})
        await self.close()

    def finish(self, outcome: str) -> None:
        """Writes the log, just before the last frame, so whoever has read that finds it there."""
        self.record.status = 1000
        self.record.close(outcome)

    async def close(self, code: int = 1000, reason: str = CLOSE_REASON) -> None:
        """Closes, unless told otherwise as the service does after the last frame."""
        if self.fault is not None and self.fault.framing == "reset after":
            await reset(self.transport)
        await self._send({"type": "websocket.close", "code": code, "reason": reason})


def new_sid(product: str = "cht") -> str:
    """A session id: product, 8 hex, `@dx`, 18 hex of which the first 11 are the milliseconds."""
    moment = f"{int(time.time() * 1000):011x}"
    return f"{product}{secrets.token_hex(4)}@dx{moment}{secrets.token_hex(4)[:7]}"
