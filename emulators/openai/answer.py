"""The answers of the OpenAI-compatible services, whole or as a stream.

https://platform.openai.com/docs/api-reference/chat/object and chat/streaming.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import Any, Final

from ..answers import Broken, Order, Piece, outcome_of, spoil, thought_about
from ..checks import Request, dump
from ..counting import Meter, qianfan
from ..exchange import EVENTS, JSON, Exchange
from .row import Row
from .tools import ToolCall, call_for

# A service's comment line comes first, then after so many more steps.
COMMENT_EVERY: Final = 32


class Answer:
    """One answer."""

    def __init__(self, row: Row, exchange: Exchange, request: Request) -> None:
        self.row = row
        self.exchange = exchange
        self.request = request
        self.id = f"chatcmpl-{secrets.token_hex(12)}"
        self.thought_tokens = 0
        self.call = call_for(request)
        options = request.body.get("stream_options") or {}
        self.with_usage = row.usage == "asked" and bool(options.get("include_usage"))
        self.order = Order(
            question=request.question,
            system=request.system,
            meter=Meter(qianfan),
            budget=request.budget,
            knobs=request.knobs,
            thought=thought_about(request.question) if request.thinks else "",
        )

    async def whole(self) -> None:
        """The answer as one JSON object."""
        if self.call is not None:
            reason = await self._spoil()
            message: dict[str, Any] = {"role": "assistant", "content": None}
            message["tool_calls"] = [self._count(self.call).whole()]
            await self._send_whole(message, [], reason)
            return
        text, thought, reason, logprobs = "", "", "stop", []
        async for piece in self.exchange.write(self.order):
            text, thought = text + piece.text, thought + piece.reasoning
            self._count_thought(piece)
            logprobs += self._logprobs(piece)
            reason = piece.finish_reason or reason
        message = {"role": "assistant", "content": text}
        if self.order.thought and self.row.reasoning:
            message[self.row.reasoning] = thought
        await self._send_whole(message, logprobs, reason)

    async def stream(self) -> None:
        """A chunk with the role, chunks of a token, one with the reason, usage if due, [DONE]."""
        await self.exchange.begin((EVENTS,))
        first = self._choice("delta", {"role": "assistant", "content": ""}, [], None)
        await self.exchange.say(self._comment() + self._chunk([first]))
        try:
            reason = await (self._stream_words() if self.call is None else self._stream_call())
        except Broken:
            await self._break()
            return
        last = self._choice("delta", {}, [], reason)
        usage = self._usage()
        tail = self._chunk([last], usage if self.row.usage == "last chunk" else None)
        if self.with_usage or self.row.usage == "own chunk":
            tail += self._chunk([], usage)
        await self.exchange.end(tail + b"data: [DONE]\n\n", outcome_of(reason))

    async def _stream_words(self) -> str:
        reason, number = "stop", 0
        async for piece in self.exchange.write(self.order):
            reason = piece.finish_reason or reason
            self._count_thought(piece)
            if piece.text or (piece.reasoning and self.row.reasoning):
                number += 1
                comment = self._comment() if number % COMMENT_EVERY == 0 else b""
                await self.exchange.say(self._chunk([self._step(piece)]) + comment)
        return reason

    async def _stream_call(self) -> str:
        assert self.call is not None
        reason = "tool_calls"
        for number, fragment in enumerate(self._count(self.call).fragments()):
            if number:
                reason = await self._spoil()
            step = self._choice("delta", {"tool_calls": [fragment]}, [], None)
            await self.exchange.say(self._chunk([step]))
        return reason

    async def _spoil(self) -> str:
        """Does to a call what a fault does to words; returns the reason why the answer ends."""
        fault = self.exchange.fault
        if fault is not None and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault is None or fault.ending is None:
            return "tool_calls"
        return (await spoil(fault.ending)).finish_reason or "tool_calls"

    async def _send_whole(self, message: dict[str, Any], logprobs: list[Any], reason: str) -> None:
        choice = self._choice("message", message, logprobs, reason)
        answer = self._envelope("chat.completion", [choice]) | {"usage": self._usage()}
        await self.exchange.reply(200, dump(answer), (JSON,), outcome_of(reason))

    async def _break(self) -> None:
        broken = self.row.errors.refuse("unavailable")
        self.exchange.record.code = broken.code
        data = b"data: " + broken.body + b"\n\n"
        if self.row.errors_are_chunks:
            choice = {"index": 0, "delta": {"content": ""}, "finish_reason": "error"}
            chunk = self._envelope("chat.completion.chunk", [choice])
            error = {"code": "server_error", "message": "Provider disconnected"}
            data = b"data: " + dump(chunk | {"error": error}) + b"\n\n"
        await self.exchange.end(data, "error_mid_stream")

    def _count(self, call: ToolCall) -> ToolCall:
        self.order.meter.add(call.arguments)
        self.exchange.record.output_tokens = self.order.meter.total
        return call

    def _count_thought(self, piece: Piece) -> None:
        if piece.reasoning:
            self.thought_tokens = self.order.meter.total

    def _step(self, piece: Piece) -> dict[str, Any]:
        if not piece.reasoning:
            return self._choice("delta", {"content": piece.text}, self._logprobs(piece), None)
        delta = {"content": None, self.row.reasoning: piece.reasoning}
        return self._choice("delta", delta, [], None)

    def _choice(
        self, key: str, what: dict[str, Any], logprobs: list[Any], reason: str | None
    ) -> dict[str, Any]:
        shown = {"content": logprobs} if logprobs else None
        reason = self.row.filter_reason if reason == "content_filter" else reason
        return {"index": 0, key: what, "logprobs": shown, "finish_reason": reason}

    def _logprobs(self, piece: Piece) -> list[dict[str, Any]]:
        body = self.request.body
        if not self.row.logprobs or not body.get("logprobs") or not piece.text:
            return []
        token = {"token": piece.text, "logprob": piece.logprob, "bytes": list(piece.text.encode())}
        # Only the token that was drawn is known here.
        return [token | {"top_logprobs": [token] if body.get("top_logprobs") else []}]

    def _comment(self) -> bytes:
        return f"{self.row.comment}\n\n".encode() if self.row.comment else b""

    def _chunk(self, choices: list[dict[str, Any]], usage: dict[str, Any] | None = None) -> bytes:
        chunk = self._envelope("chat.completion.chunk", choices)
        if self.row.usage == "every chunk":
            chunk["usage"] = self._usage()
        elif self.with_usage or usage is not None:
            chunk["usage"] = usage
        return b"data: " + dump(chunk) + b"\n\n"

    def _envelope(self, kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
        head = {"id": self.id, "object": kind, "created": int(time.time())}
        return head | {"model": self.request.name, "choices": choices}

    def _usage(self) -> dict[str, Any]:
        written = self.order.meter.total
        usage: dict[str, Any] = {
            "prompt_tokens": self.request.tokens,
            "completion_tokens": written,
            "total_tokens": self.request.tokens + written,
        }
        if self.order.thought and self.row.counts_thoughts:
            usage["completion_tokens_details"] = {"reasoning_tokens": self.thought_tokens}
        return usage
