"""ASGI endpoints: one request, one row in the log, whatever happens to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from starlette.types import Receive, Scope, Send

from .answers import Broken, Cut
from .cuts import cut
from .exchange import Exchange, Headers, Refused
from .faults import Fault
from .record import Record
from .stage import Stage
from .starts import STARTS, limited


class ClientGone(Exception):
    """The client left before its request was complete."""


Handler = Callable[[Exchange], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An ASGI application for one route.

    `refusals` says how each fault that is a refusal reads here; `faulty` is False for routes on
    which faults have no effect, as model lists. Those that issue tokens, `mints`, have a few.
    """

    stage: Stage
    provider: str
    handler: Handler
    refusals: Mapping[str, Callable[[], Refused]] = field(default_factory=dict)
    faulty: bool = False
    mints: bool = False
    always: Headers = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = scope["query_string"].decode("latin-1")
        record = Record(self.stage.log, self.provider, scope["method"], scope["path"], query)
        exchange = Exchange(self.stage, record, scope, send, self._fault())
        exchange.add_headers(self.always)
        try:
            exchange.body = await _whole(receive)
        except ClientGone:
            record.close("client gone")
            return
        exchange.read()
        await self.stage.race(record, self._answer(exchange), _left(receive))

    def _fault(self) -> Fault | None:
        if self.faulty or self.mints:
            return self.stage.script.take(token=self.mints)
        return None

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
            await cut(exchange)

    async def _refuse(self, exchange: Exchange, refused: Refused) -> None:
        exchange.record.code = refused.code
        await exchange.tell(refused.status, [refused.body], refused.headers, refused.outcome)

    async def _misbehave(self, exchange: Exchange) -> None:
        fault = exchange.fault
        if fault is None:
            return
        if fault.name in STARTS:
            await STARTS[fault.name](exchange)
        refused = self._refusal(fault.name)
        if refused is not None:
            refused.outcome = fault.name
            raise refused

    def _refusal(self, name: str) -> Refused | None:
        if name.startswith("retry_after_"):
            return limited(name, self.refusals["rate_limited"]())
        if name == "error_in_200":
            refused = self.refusals["unavailable"]()
            refused.status = 200
            return refused
        return self.refusals[name]() if name in self.refusals else None


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
