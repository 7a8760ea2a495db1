"""The ASGI layer: refuse, or let through what may come in and dress what goes out."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager, nullcontext

from starlette.types import ASGIApp, Receive, Scope, Send

from gate import refusals
from gate.arrival import Arrival, arrival, without
from gate.body import Bounded, session_of
from gate.crowd import Crowd
from gate.frameworks import Framework, Route
from gate.outward import Outward
from gate.policy import Policy, is_loopback
from gate.refusals import Refusal
from gate.sockets import Socket

log = logging.getLogger("tunedesk.gate")

# What would make a page's answer something that the gate cannot read, or no answer at all.
_NOT_ASKED = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")


class Gate:
    """Stands in front of `app`. `first` is put at the top of every page."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        framework: Framework,
        policy: Policy,
        first: bytes = b"",
    ) -> None:
        self.app = app
        self.framework = framework
        self.policy = policy
        self.crowd = Crowd(policy)
        self._first = first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, WebSocket or the life of the app."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        arrived, seen = arrival(scope, self.policy)
        route = self.framework.route(arrived.method, arrived.path)
        refusal = self._refused(arrived, route)
        if scope["type"] == "websocket":
            await self._socket(arrived, refusal, seen, receive, send)
            return
        out = Outward(self.framework, self.policy, arrived, route, send, self._first)
        if refusal is None and route is not None:
            await self._pass(arrived, route, seen, receive, out)
        else:
            await out.refuse(refusal or refusals.CLOSED)

    def _refused(self, arrived: Arrival, route: Route | None) -> Refusal | None:
        """Why this cannot come in, as far as its head tells; in this order."""
        if self.policy.mode == "local" and not is_loopback(arrived.peer):
            return refusals.AWAY
        if arrived.host is None or arrived.host not in self.policy.hosts:
            return refusals.HOST.filled(host=arrived.host or "?")
        if arrived.foreign:
            return refusals.FOREIGN
        if route is None:
            return refusals.CLOSED
        return self._too_much(arrived, route)

    def _too_much(self, arrived: Arrival, route: Route) -> Refusal | None:
        if route.kind == "asset":
            return None
        if route.kind == "upload" and not self.policy.uploads:
            return refusals.NO_UPLOADS
        wait = self.crowd.wait(arrived.address, upload=route.kind == "upload")
        if wait:
            return refusals.MANY.later(wait)
        if route.kind not in ("page", "stream"):
            return None
        # A page that could not have its connections is refused whole, so that one can read why.
        page = self.framework.streams if route.kind == "page" else 0
        if self.crowd.full(page):
            return refusals.FULL.later(10)
        return refusals.TABS.later(10) if self.crowd.crowded(arrived.address, page) else None

    async def _pass(
        self, arrived: Arrival, route: Route, scope: Scope, receive: Receive, out: Outward
    ) -> None:
        bounded = Bounded(receive, self._most(route))
        if bounded.declared_too_large(arrived.headers) or not await self._own(
            arrived, route, scope, bounded, out
        ):
            if not out.started:
                await out.refuse(self._large(route))
            return
        if route.kind == "page":
            scope = without(scope, *_NOT_ASKED)
        held: AbstractContextManager[None] = nullcontext()
        if route.kind == "stream":
            held = self.crowd.stream(arrived.address, per_page=route.per_page)
        out.instead = lambda: self._large(route) if bounded.over else None
        with held:
            await self.app(scope, bounded.receive, out.send)
        if not bounded.gone:
            await out.close()

    async def _own(
        self, arrived: Arrival, route: Route, scope: Scope, bounded: Bounded, out: Outward
    ) -> bool:
        """Whether the session that a request names is its own; else it has been answered."""
        if not route.session:
            return True
        session = await session_of(route.session, scope, bounded)
        if bounded.over:
            return False
        if session is None:
            # The framework refuses a request without one itself.
            return True
        visitor = out.visitor or arrived.address
        if self.policy.mode != "local" and not self.crowd.owns(session, visitor):
            await out.refuse(refusals.SWAPPED)
            return False
        return True

    async def _socket(
        self,
        arrived: Arrival,
        refusal: Refusal | None,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        socket = Socket(receive, send, self.policy.most_body)
        if refusal is not None:
            log.info("refused a WebSocket: %s", refusal.code)
            await socket.refuse(refusal)
            return
        with self.crowd.stream(arrived.address, per_page=True):
            await self.app(scope, socket.receive, socket.send)

    def _most(self, route: Route) -> int:
        # A form adds some bytes around the file.
        if route.kind == "upload":
            return self.policy.most_upload + 65_536
        return self.policy.most_body if route.kind == "act" else 0

    def _large(self, route: Route) -> Refusal:
        most = self.policy.most_upload if route.kind == "upload" else self.policy.most_body
        return refusals.LARGE.filled(most=most // 1_000_000)
