"""Spark chat over WebSocket, one request a connection.

https://github.com/iFLYTEK-OP/websdk-java doc/spark/sparkchat.md holds the provider's document.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

from starlette.types import Receive, Scope, Send

from ..answers import Cut
from ..checks import dump, read_object
from ..endpoint import BAD_GATEWAY
from ..faults import Fault
from ..limits import Exceeded
from ..record import Record
from ..stage import Stage
from .spark_auth import BAD_DATE, Denied, verify
from .spark_frames import Answer
from .spark_models import BY_PATH
from .spark_rules import read
from .spark_schema import Rejected, Request, client_error
from .spark_socket import Socket

# Faults that are a refusal in the first frame.
REFUSALS: Final[dict[str, Callable[[], Rejected]]] = {
    "unavailable": lambda: Rejected(10008, "service capacity is not enough"),
    "rate_limited": lambda: Rejected(11202, "AppIdQpsOverFlowError"),
    "quota": lambda: Rejected(11200, "AppIdNoAuthError"),
    "content_filter": lambda: Rejected(10013, "input content audit failed"),
}


class Chat:
    """ASGI application for every chat socket, whatever its path.

    Products that speak the same protocol override `name`, `paths`, `read` and `answer`; those
    that share only the handshake `socket` and `converse`.
    """

    name = "spark"
    paths = frozenset(BY_PATH)
    answer: type[Answer] = Answer
    socket: type[Socket] = Socket

    def __init__(self, stage: Stage, clock: Callable[[], float] = time.time) -> None:
        self.stage = stage
        self.clock = clock

    def read(self, frame: dict[str, Any], path: str, app_id: str) -> Request:
        """The request in a frame, or Rejected."""
        return read(frame, BY_PATH[path], app_id)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = scope["query_string"].decode("latin-1")
        record = Record(self.stage.log, self.name, "GET", scope["path"], query)
        socket = self.socket(self.stage, record, send)
        work = self._answer(socket, scope["raw_path"].decode("latin-1"), query)
        await self.stage.race(record, work, socket.read_until_left(receive))

    async def _answer(self, socket: Socket, path: str, query: str) -> None:
        fault = socket.fault
        if fault is not None and fault.at_start == "hold":
            await asyncio.Event().wait()
        if fault is not None and fault.at_start == "html":
            await socket.deny(502, BAD_GATEWAY, "text/html", fault.name)
            return
        try:
            self._handshake(path, query, fault)
        except Denied as denied:
            body, text = dump({"message": denied.message}), "text/plain; charset=utf-8"
            await socket.deny(denied.status, body, text, denied.outcome)
            return
        await socket.accept()
        try:
            await self.converse(socket, path)
        except Rejected as rejected:
            await socket.reject(rejected)
        except Cut:
            # Returning without a close frame makes the server drop the connection.
            socket.record.close("cut")

    def _handshake(self, path: str, query: str, fault: Fault | None) -> None:
        if path not in self.paths:
            raise Denied(404, "no Route matched with those values")
        if fault is not None and fault.name == "expired_token":
            raise Denied(403, BAD_DATE, fault.name)
        keys = {self.stage.keys["SPARKAI_API_KEY"]: self.stage.keys["SPARKAI_API_SECRET"]}
        verify(query, path, keys, self.clock())

    async def converse(self, socket: Socket, path: str) -> None:
        """Reads the request and answers it; raises Rejected or Cut."""
        text = await socket.frames.get()
        socket.record.body = text if isinstance(text, str) else text.decode("utf-8", "replace")
        try:
            frame = read_object(text)
        except ValueError as error:
            raise client_error("the message is not a JSON object") from error
        socket.record.body = frame
        if socket.fault is not None and socket.fault.name in REFUSALS:
            rejected = REFUSALS[socket.fault.name]()
            rejected.outcome = socket.fault.name
            raise rejected
        app_id = self.stage.keys["SPARKAI_APP_ID"]
        request = self.read(frame, path, app_id)
        try:
            self.stage.windows.tick(app_id)
        except Exceeded as exceeded:
            raise REFUSALS["rate_limited"]() from exceeded
        await self.answer(socket, request).stream()
