"""One answer of Spark's HTTP service: no id and no finish_reason, and `data:` without a space.

https://github.com/iFLYTEK-OP/websdk-java doc/spark/sparkchat.md holds the provider's document.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from ..answers import Broken, Order, outcome_of
from ..checks import dump
from ..counting import Meter, spark
from ..exchange import EVENTS, JSON, Exchange
from .spark_http_rules import Request, error
from .spark_socket import new_sid
from .spark_tools import before_call, sources

KEEP_ALIVE_SECONDS: Final = 1.0
ENGINE: Final = (10012, "EngineInternalError:error", "error_mid_stream")
REVIEW: Final = (10014, "output content audit failed", "content_filter")


class Stopped(Exception):
    """The answer ends here with an error: code, message, and the log's word."""

    def __init__(self, code: int, message: str, outcome: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.outcome = outcome


class Answer:
    """One answer, whole or as a stream."""

    def __init__(self, exchange: Exchange, request: Request) -> None:
        self.exchange = exchange
        self.request = request
        self.head = {"code": 0, "message": "Success", "sid": new_sid("cha")}
        self.outcome = "ok"
        self.order = Order(
            question=request.question,
            system=request.system,
            meter=Meter(spark),
            budget=request.budget,
            knobs=request.knobs,
            thought=request.thought,
        )

    async def whole(self) -> None:
        """The answer as one JSON object, after blank lines when those are asked for."""
        if self.request.keep_alive:
            await self.exchange.begin((JSON,))
            await self.exchange.say(b"\n")
        try:
            async with self._blank_lines():
                messages = await self._messages()
        except Stopped as stopped:
            await self._stop_whole(stopped)
            return
        rows = [{"message": message, "index": n} for n, message in enumerate(messages)]
        body = dump(self.head | {"choices": rows, "usage": self._usage()})
        if self.request.keep_alive:
            await self.exchange.end(body, self.outcome)
        else:
            await self.exchange.reply(200, body, (JSON,), self.outcome)

    async def stream(self) -> None:
        """A JSON object per step, one with the usage, [DONE]; an error ends it without."""
        await self.exchange.begin((EVENTS,))
        try:
            async for delta in self._deltas():
                await self.exchange.say(self._event(delta))
        except Stopped as stopped:
            await self.exchange.end(b"data:" + self._failed(stopped) + b"\n\n", stopped.outcome)
            return
        last = self._event(self._last(), usage=self._usage())
        await self.exchange.end(last + b"data:[DONE]\n\n", self.outcome)

    async def _messages(self) -> list[dict[str, Any]]:
        """The found sources, if asked for, and the message."""
        found: list[dict[str, Any]] = []
        message: dict[str, Any] = self._last()
        async for delta in self._deltas():
            if delta["role"] == "tool":
                found.append(delta)
                continue
            for name in ("content", "reasoning_content"):
                if name in delta:
                    message[name] = message.get(name, "") + delta[name]
        return [*found, message]

    async def _deltas(self) -> AsyncIterator[dict[str, Any]]:
        """Every step but the last; raises Stopped."""
        try:
            if self.request.call is not None:
                if await before_call(self.exchange.fault) is not None:
                    raise Stopped(*REVIEW)
                return
            if self.request.sources:
                yield self._sources()
            async for piece in self.exchange.write(self.order):
                if piece.text or piece.reasoning:
                    yield self._delta(piece.text, piece.reasoning)
                if piece.finish_reason == "content_filter":
                    raise Stopped(*REVIEW)
                self.outcome = outcome_of(piece.finish_reason or "")
        except Broken as broken:
            raise Stopped(*ENGINE) from broken

    def _delta(self, text: str, reasoning: str) -> dict[str, Any]:
        delta = {"role": "assistant", "content": text}
        return delta | {"reasoning_content": reasoning} if reasoning else delta

    def _last(self) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": ""}
        call = self.request.call
        if call is not None:
            named = {"arguments": call.arguments, "name": call.name}
            made = {"type": "function", "function": named}
            message["tool_calls"] = [made] if self.request.listed else made
        return message

    def _sources(self) -> dict[str, Any]:
        found = {"type": "web_search", "web_search": {"outputs": sources(self.request.question)}}
        return {"role": "tool", "content": "", "tool_calls": [found]}

    def _event(self, delta: dict[str, Any], usage: dict[str, int] | None = None) -> bytes:
        event = self.head | {"id": self.head["sid"], "created": int(time.time())}
        event["choices"] = [{"delta": delta, "index": 0}]
        return b"data:" + dump(event | ({"usage": usage} if usage else {})) + b"\n\n"

    def _failed(self, stopped: Stopped) -> bytes:
        self.exchange.record.code = stopped.code
        failed = {"code": stopped.code, "message": stopped.message}
        return dump(failed | {"sid": self.head["sid"]})

    async def _stop_whole(self, stopped: Stopped) -> None:
        if self.request.keep_alive:
            await self.exchange.end(self._failed(stopped), stopped.outcome)
            return
        refused = error(stopped.code, stopped.message)
        refused.outcome = stopped.outcome
        raise refused

    @asynccontextmanager
    async def _blank_lines(self) -> AsyncIterator[None]:
        lines = asyncio.ensure_future(self._send_blank_lines())
        try:
            yield
        finally:
            lines.cancel()
            await asyncio.wait({lines})

    async def _send_blank_lines(self) -> None:
        while self.request.keep_alive:
            await asyncio.sleep(KEEP_ALIVE_SECONDS)
            await self.exchange.say(b"\n")

    def _usage(self) -> dict[str, int]:
        written = self.order.meter.total
        return {
            "prompt_tokens": self.request.tokens,
            "completion_tokens": written,
            "total_tokens": self.request.tokens + written,
        }
