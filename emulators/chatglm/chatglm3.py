"""ChatGLM3's OpenAI-style demo server, with the traps of its stream.

https://github.com/THUDM/ChatGLM3/blob/main/openai_api_demo/api_server.py. To find out whether the
model calls a tool it waits for the first 8 characters and looks for `get_`, whatever was asked.
"""

from __future__ import annotations

import time
from typing import Any, Final

from ..answers import Broken, Cut, Order, Piece, outcome_of
from ..checks import dump
from ..counting import Meter, qianfan
from ..exchange import EVENTS, Exchange
from .chatglm import JSON
from .chatglm3_rules import Request, read

MODEL: Final = "chatglm3-6b"
CALL: Final = "get_"
# The stream begins when there are more characters than this.
UNDECIDED: Final = 7
PING: Final = b": ping - 2024-01-01 00:00:00.000000+00:00\r\n\r\n"


async def health(exchange: Exchange) -> None:
    """`GET /health`."""
    await exchange.reply(200, b"", ())


async def models(exchange: Exchange) -> None:
    """`GET /v1/models`."""
    card: dict[str, Any] = {"id": MODEL, "object": "model", "created": int(time.time())}
    card |= {"owned_by": "owner", "root": None, "parent": None, "permission": None}
    await exchange.reply(200, dump({"object": "list", "data": [card]}), JSON)


async def chat(exchange: Exchange) -> None:
    """`POST /v1/chat/completions`."""
    request = read(exchange)
    exchange.record.input_tokens = request.tokens
    answer = Answer(exchange, request)
    await (answer.stream() if request.stream else answer.whole())


class Answer:
    """One answer, whole or as a stream."""

    def __init__(self, exchange: Exchange, request: Request) -> None:
        self.exchange = exchange
        self.request = request
        self.text = ""
        self.reason = "stop"
        self.order = Order(
            question=request.question,
            system=request.system,
            meter=Meter(qianfan),
            budget=request.budget,
            knobs=request.knobs,
        )

    async def whole(self) -> None:
        """The answer as one JSON object; the reason is always "stop"."""
        async for piece in self.exchange.write(self.order):
            self._add(piece)
        message: dict[str, Any] = {"role": "assistant", "content": self.text.strip()}
        message |= {"name": None, "function_call": None}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        written = self.order.meter.total
        usage = {
            "prompt_tokens": self.request.tokens,
            "total_tokens": self.request.tokens + written,
            "completion_tokens": written,
        }
        answer = self._envelope("chat.completion", choice)
        answer |= {"created": int(time.time()), "usage": usage}
        await self.exchange.reply(200, dump(answer), JSON, outcome_of(self.reason))

    async def stream(self) -> None:
        """The stream, as far as the server lets it out."""
        called = False
        try:
            async for piece in self.exchange.write(self.order):
                self._add(piece)
                called = called or (len(self.text) > UNDECIDED and CALL in self.text)
                if not called and len(self.text) > UNDECIDED:
                    await self._step(piece)
        except Broken as broken:
            if not self.exchange.started:
                raise
            # An exception after the first byte can only drop the connection.
            self.exchange.record.close("error_mid_stream")
            raise Cut from broken
        await self._end(called)

    async def _step(self, piece: Piece) -> None:
        text, comment = piece.text, b""
        if not self.exchange.started:
            await self.exchange.begin((EVENTS,))
            text, comment = self.text, PING
        elif not text and piece.finish_reason is None:
            return
        delta = {"role": "assistant", "content": text, "function_call": None}
        # A last step without text says the end; one with text is followed by such a step.
        reason = "stop" if piece.finish_reason is not None and not text else None
        await self.exchange.say(self._chunk(delta, reason) + comment)
        if piece.finish_reason is not None and text:
            await self.exchange.say(self._chunk(delta | {"content": ""}, "stop"))

    async def _end(self, called: bool) -> None:
        if self.exchange.started:
            tail = _event(self.text) if called else _event("[DONE]")
        else:
            await self.exchange.begin((EVENTS,))
            tail = self._at_once() if called else b""
        await self.exchange.end(tail, outcome_of(self.reason))

    def _at_once(self) -> bytes:
        text = self._chunk({"role": "assistant", "content": self.text}, None, dated=False)
        return text + self._chunk({}, "stop", dated=False) + _event("[DONE]")

    def _add(self, piece: Piece) -> None:
        self.text += piece.text
        self.reason = piece.finish_reason or self.reason

    def _chunk(self, delta: dict[str, Any], reason: str | None, *, dated: bool = True) -> bytes:
        choice = {"delta": delta, "finish_reason": reason, "index": 0}
        chunk = self._envelope("chat.completion.chunk", choice)
        if dated:
            chunk["created"] = int(time.time())
        return _event(dump(chunk).decode("utf-8"))

    def _envelope(self, kind: str, choice: dict[str, Any]) -> dict[str, Any]:
        return {"model": self.request.model, "id": "", "object": kind, "choices": [choice]}


def _event(text: str) -> bytes:
    lines = "".join(f"data: {line}\r\n" for line in text.split("\n"))
    return (lines + "\r\n").encode("utf-8", "replace")
