"""Spark chat over WebSocket, one request a connection.

https://github.com/iFLYTEK-OP/websdk-java doc/spark/sparkchat.md holds the provider's document.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Any, Final

from starlette.types import Receive, Scope, Send

from ..answers import Cut
from ..checks import dump, read_object
from ..faults import Fault
from ..limits import Exceeded
from ..record import Record
from ..stage import Stage
from .spark_auth import BAD_DATE, Denied, verify
from .spark_cuts import STARTS, TEN_MINUTES, TEXT, cut
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
    "too_long": lambda: Rejected(10907, "the context is too long"),
    "bad_param": lambda: Rejected(10005, "invalid param temperature"),
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
        socket = self.socket(self.stage, record, scope, send)
        work = self._answer(socket, scope["raw_path"].decode("latin-1"), query)
        await self.stage.race(record, work, socket.read_until_left(receive))

    async def _answer(self, socket: Socket, path: str, query: str) -> None:
        fault = socket.fault
        if fault is not None and fault.name in STARTS:
            await STARTS[fault.name](socket)
            return
        now = self.clock() + (
            TEN_MINUTES if fault is not None and fault.name == "clock_skew" else 0
        )
        try:
            self._handshake(path, query, fault, now)
        except Denied as denied:
            body, date = (
                dump({"message": denied.message}),
                (("Date", formatdate(now, usegmt=True)),),
            )
            await socket.deny(denied.status, body, TEXT, denied.outcome, date)
            return
        await socket.accept()
        try:
            await self.converse(socket, path)
        except Rejected as rejected:
            await socket.reject(rejected)
        except Cut:
            await cut(socket)

    def _handshake(self, path: str, query: str, fault: Fault | None, now: float) -> None:
        if path not in self.paths:
            raise Denied(404, "no Route matched with those values")
        if fault is not None and fault.name == "expired_token":
            raise Denied(403, BAD_DATE, fault.name)
        keys = {self.stage.keys["SPARKAI_API_KEY"]: self.stage.keys["SPARKAI_API_SECRET"]}
        verify(query, path, keys, now)

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
