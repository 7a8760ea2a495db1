"""ASGI endpoints: one request, one row in the log, whatever happens to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from starlette.types import Receive, Scope, Send

from .answers import Broken, Cut
from .exchange import Exchange, Headers, Refused
from .record import Record
from .stage import Stage

BAD_GATEWAY: Final = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
)


class ClientGone(Exception):
    """The client left before its request was complete."""


Handler = Callable[[Exchange], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An ASGI application for one route.

    `refusals` says how each fault that is a refusal reads here; `faulty` is False for routes on
    which faults have no effect (token issue, model lists).
    """

    stage: Stage
    provider: str
    handler: Handler
    refusals: Mapping[str, Callable[[], Refused]] = field(default_factory=dict)
    faulty: bool = False
    always: Headers = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = scope["query_string"].decode("latin-1")
        record = Record(self.stage.log, self.provider, scope["method"], scope["path"], query)
        exchange = Exchange(self.stage, record, scope, send)
        exchange.add_headers(self.always)
        if not self.faulty:
            exchange.fault = None
        try:
            exchange.body = await _whole(receive)
        except ClientGone:
            record.close("client gone")
            return
        exchange.read()
        await self.stage.race(record, self._answer(exchange), _left(receive))

    async def _answer(self, exchange: Exchange) -> None:
        try:
            await self._misbehave(exchange)
            if exchange.record.outcome is None:
                await self.handler(exchange)
        except Refused as refused:
            await self._refuse(exchange, refused)
        except Broken:
            # A whole answer that breaks reads like the protocol's "unavailable".
            broken = self.refusals["unavailable"]()
            broken.outcome = "error_mid_stream"
            await self._refuse(exchange, broken)
        except Cut:
            await exchange.cut()

    async def _refuse(self, exchange: Exchange, refused: Refused) -> None:
        exchange.record.code = refused.code
        await exchange.reply(refused.status, refused.body, refused.headers, refused.outcome)

    async def _misbehave(self, exchange: Exchange) -> None:
        fault = exchange.fault
        if fault is None:
            return
        if fault.at_start == "hold":
            await asyncio.Event().wait()
        if fault.at_start == "html":
            page = (("Content-Type", "text/html"),)
            await exchange.reply(502, BAD_GATEWAY, page, fault.name)
        if fault.name in self.refusals:
            refused = self.refusals[fault.name]()
            refused.outcome = fault.name
            raise refused


async def _whole(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
