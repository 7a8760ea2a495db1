"""The frames of one answer of a Spark socket: status 0, 1, ..., 2, usage on the last only.

https://github.com/iFLYTEK-OP/websdk-java doc/spark/sparkchat.md holds the provider's document.
"""

from __future__ import annotations

from typing import Any

from ..answers import Broken, Order, outcome_of
from ..checks import dump
from ..counting import Meter, spark
from .spark_schema import Rejected, Request
from .spark_socket import Socket
from .spark_tools import Call, before_call, sources


class Answer:
    """One answer; products whose frames differ override `item` and `header`."""

    def __init__(self, socket: Socket, request: Request) -> None:
        self.socket = socket
        self.request = request
        self.order = Order(
            question=request.question,
            system=request.system,
            meter=Meter(spark),
            budget=request.budget,
            knobs=request.knobs,
            thought=request.thought,
            lead=request.lead,
        )

    async def stream(self) -> None:
        """Sends every frame and closes; Broken becomes an error frame."""
        self.socket.record.input_tokens = self.request.tokens
        try:
            if self.request.call is not None:
                await self._call(self.request.call)
            else:
                await self._text()
        except Broken as broken:
            error = Rejected(10012, "EngineInternalError:error", "error_mid_stream")
            raise error from broken
        await self.socket.close()

    def header(self, status: int) -> dict[str, Any]:
        """The header of a frame."""
        return {"code": 0, "message": "Success", "sid": self.socket.sid, "status": status}

    def item(self, text: str) -> dict[str, Any]:
        """The one item of a frame's text."""
        return {"content": text, "role": "assistant", "index": 0}

    async def _text(self) -> None:
        if self.request.sources:
            await self.socket.say(self._sources())
        number = 0
        async for piece in self.socket.write(self.order):
            last = piece.finish_reason is not None
            if last:
                self.socket.finish(outcome_of(piece.finish_reason or ""))
            item = self.item(piece.text)
            if piece.reasoning:
                item["reasoning_content"] = piece.reasoning
            await self.socket.say(self._frame(number, item, 2 if last else min(number, 1)))
            number += 1

    async def _call(self, call: Call) -> None:
        await before_call(self.socket.fault)
        self.socket.finish("ok")
        asked = {"arguments": call.arguments, "name": call.name}
        item = self.item("") | {"content_type": "text", "function_call": asked}
        await self.socket.say(self._frame(0, item, 2))

    def _sources(self) -> dict[str, Any]:
        invoked = {
            "namespace": "ifly_search", "plugin_id": "ifly_search", "plugin_ver": "",
            "status_code": 200, "status_msg": "Success", "type": "local",
        }  # fmt: skip
        found = {
            "name": "ifly_search",
            "content": dump(sources(self.request.question)).decode("utf-8"),
            "content_type": "text",
            "content_meta": None,
            "role": "tool",
            "status": "finished",
            "invoked": invoked,
        }
        return {"header": self.header(1), "payload": {"plugins": {"text": [found]}}}

    def _frame(self, number: int, item: dict[str, Any], status: int) -> dict[str, Any]:
        payload: dict[str, Any] = {"choices": {"status": status, "seq": number, "text": [item]}}
        if status == 2:
            payload["usage"] = {"text": self._usage()}
        return {"header": self.header(status), "payload": payload}

    def _usage(self) -> dict[str, int]:
        written = self.order.meter.total
        return {
            "question_tokens": self.request.question_tokens,
            "prompt_tokens": self.request.tokens,
            "completion_tokens": written,
            "total_tokens": self.request.tokens + written,
        }
