"""Spark chat over WebSocket, one request a connection.

https://github.com/iFLYTEK-OP/websdk-java doc/spark/sparkchat.md holds the provider's document.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

from starlette.types import Receive, Scope, Send

from .answers import Broken, Cut, Order, Piece, outcome_of, thought_about
from .checks import dump, read_object
from .counting import Meter, spark
from .endpoint import BAD_GATEWAY
from .faults import Fault
from .limits import Exceeded
from .record import Record
from .spark_auth import BAD_DATE, Denied, verify
from .spark_rules import BY_PATH, Model, Rejected, Request, client_error, read
from .spark_socket import Socket
from .stage import Stage

# Faults that are a refusal in the first frame.
REFUSALS: Final[dict[str, Callable[[], Rejected]]] = {
    "unavailable": lambda: Rejected(10008, "service capacity is not enough"),
    "rate_limited": lambda: Rejected(11202, "AppIdQpsOverFlowError"),
    "quota": lambda: Rejected(11200, "AppIdNoAuthError"),
    "content_filter": lambda: Rejected(10013, "input content audit failed"),
}


class Chat:
    """ASGI application for every chat socket, whatever its path."""

    def __init__(self, stage: Stage, clock: Callable[[], float] = time.time) -> None:
        self.stage = stage
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = scope["query_string"].decode("latin-1")
        record = Record(self.stage.log, "spark", "GET", scope["path"], query)
        socket = Socket(self.stage, record, send)
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
            model = self._handshake(path, query, fault)
        except Denied as denied:
            body, text = dump({"message": denied.message}), "text/plain; charset=utf-8"
            await socket.deny(denied.status, body, text, denied.outcome)
            return
        await socket.accept()
        try:
            await self._converse(socket, model)
        except Rejected as rejected:
            await socket.reject(rejected)
        except Cut:
            # Returning without a close frame makes the server drop the connection.
            socket.record.close("cut")

    def _handshake(self, path: str, query: str, fault: Fault | None) -> Model:
        if path not in BY_PATH:
            raise Denied(404, "no Route matched with those values")
        if fault is not None and fault.name == "expired_token":
            raise Denied(403, BAD_DATE, fault.name)
        keys = {self.stage.keys["SPARKAI_API_KEY"]: self.stage.keys["SPARKAI_API_SECRET"]}
        verify(query, path, keys, self.clock())
        return BY_PATH[path]

    async def _converse(self, socket: Socket, model: Model) -> None:
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
        request = read(frame, model, app_id)
        try:
            self.stage.windows.tick(app_id)
        except Exceeded as exceeded:
            raise REFUSALS["rate_limited"]() from exceeded
        await Answer(socket, model, request).stream()


class Answer:
    """The frames of one answer: status 0, 1, ..., 2; usage on the last only."""

    def __init__(self, socket: Socket, model: Model, request: Request) -> None:
        self.socket = socket
        self.request = request
        self.order = Order(
            question=request.question,
            system=request.system,
            meter=Meter(spark),
            budget=request.budget,
            knobs=request.knobs,
            thought=thought_about(request.question) if model.thinks else "",
        )

    async def stream(self) -> None:
        """Sends every frame and closes; Broken becomes an error frame."""
        socket, number = self.socket, 0
        socket.record.input_tokens = self.request.tokens
        try:
            async for piece in self.socket.write(self.order):
                last = piece.finish_reason is not None
                if last:
                    socket.finish(outcome_of(piece.finish_reason or ""))
                await socket.say(self._frame(number, piece, 2 if last else min(number, 1)))
                number += 1
        except Broken as broken:
            error = Rejected(10012, "EngineInternalError:error", "error_mid_stream")
            raise error from broken
        await socket.close()

    def _frame(self, number: int, piece: Piece, status: int) -> dict[str, Any]:
        text = {"content": piece.text, "role": "assistant", "index": 0}
        if piece.reasoning:
            text["reasoning_content"] = piece.reasoning
        payload: dict[str, Any] = {"choices": {"status": status, "seq": number, "text": [text]}}
        if status == 2:
            payload["usage"] = {"text": self._usage()}
        header = {"code": 0, "message": "Success", "sid": self.socket.sid, "status": status}
        return {"header": header, "payload": payload}

    def _usage(self) -> dict[str, int]:
        written = self.order.meter.total
        return {
            "question_tokens": self.request.question_tokens,
            "prompt_tokens": self.request.tokens,
            "completion_tokens": written,
            "total_tokens": self.request.tokens + written,
        }
