"""A plain OpenAI-style service: https://platform.openai.com/docs/api-reference/chat.

Its models are those of several compatible services; unknown names are 404 as there.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Any, Final

from .answers import Broken, Order, Piece, outcome_of, thought_about
from .checks import Request, dump
from .counting import Meter, qianfan
from .exchange import EVENTS, JSON, Exchange, Headers, Refused
from .limits import Exceeded, Window
from .openai_rules import MODELS, error, read

REFUSALS: Final[dict[str, Callable[[], Refused]]] = {
    "unavailable": lambda: error(
        503, "service_unavailable", "The server is overloaded", "server_error"
    ),
    "rate_limited": lambda: _limited("requests", 60.0),
    "quota": lambda: error(
        429, "insufficient_quota", "You exceeded your current quota", "insufficient_quota"
    ),
    "expired_token": lambda: _bad_key(),
}


async def chat(exchange: Exchange) -> None:
    """`POST /v1/chat/completions`."""
    credential = authorize(exchange)
    if exchange.scope["method"] != "POST":
        raise error(405, "method_not_supported", f"Not allowed: {exchange.scope['method']}")
    request = read(exchange)
    windows = exchange.stage.windows
    try:
        window = windows.admit(credential, request.name, request.tokens)
    except Exceeded as exceeded:
        window = windows.current(credential, request.name)
        exchange.add_headers(rate_headers(exchange, window))
        raise _limited(exceeded.what, windows.resets_in(window)) from exceeded
    exchange.record.input_tokens = request.tokens
    exchange.add_headers(rate_headers(exchange, window))
    answer = Answer(exchange, request)
    try:
        await (answer.stream() if request.body.get("stream") else answer.whole())
    finally:
        windows.spend(credential, request.name, answer.order.meter.total)


async def models(exchange: Exchange) -> None:
    """`GET /v1/models`."""
    authorize(exchange)
    rows = [{"id": n, "object": "model", "created": 0, "owned_by": "emulator"} for n in MODELS]
    await exchange.reply(200, dump({"object": "list", "data": rows}))


async def not_found(exchange: Exchange) -> None:
    """Any other path."""
    text = f"Invalid URL ({exchange.scope['method']} {exchange.scope['path']})"
    raise error(404, "not_found", text)


class Answer:
    """One answer, whole or as a stream."""

    def __init__(self, exchange: Exchange, request: Request) -> None:
        self.exchange = exchange
        self.request = request
        self.id = f"chatcmpl-{secrets.token_hex(12)}"
        self.thought_tokens = 0
        self.with_usage = bool((request.body.get("stream_options") or {}).get("include_usage"))
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
        text, thought, reason, logprobs = "", "", "stop", []
        async for piece in self.exchange.write(self.order):
            text, thought = text + piece.text, thought + piece.reasoning
            if piece.reasoning:
                self.thought_tokens = self.order.meter.total
            logprobs += self._logprobs(piece)
            reason = piece.finish_reason or reason
        message = {"role": "assistant", "content": text}
        if self.order.thought:
            message["reasoning_content"] = thought
        choice = self._choice("message", message, logprobs, reason)
        answer = self._envelope("chat.completion", [choice]) | {"usage": self._usage()}
        await self.exchange.reply(200, dump(answer), (JSON,), outcome_of(reason))

    async def stream(self) -> None:
        """A chunk with the role, chunks of a token, one with the reason, usage if asked, [DONE]."""
        await self.exchange.begin((EVENTS,))
        first = self._choice("delta", {"role": "assistant", "content": ""}, [], None)
        await self.exchange.say(self._chunk([first]))
        reason = "stop"
        try:
            async for piece in self.exchange.write(self.order):
                reason = piece.finish_reason or reason
                if piece.text or piece.reasoning:
                    await self.exchange.say(self._chunk([self._step(piece)]))
        except Broken:
            broken = REFUSALS["unavailable"]()
            self.exchange.record.code = broken.code
            await self.exchange.end(b"data: " + broken.body + b"\n\n", "error_mid_stream")
            return
        tail = self._chunk([self._choice("delta", {}, [], reason)])
        if self.with_usage:
            tail += self._chunk([], self._usage())
        await self.exchange.end(tail + b"data: [DONE]\n\n", outcome_of(reason))

    def _step(self, piece: Piece) -> dict[str, Any]:
        if not piece.reasoning:
            return self._choice("delta", {"content": piece.text}, self._logprobs(piece), None)
        self.thought_tokens = self.order.meter.total
        delta = {"content": None, "reasoning_content": piece.reasoning}
        return self._choice("delta", delta, [], None)

    def _choice(
        self, key: str, what: dict[str, Any], logprobs: list[Any], reason: str | None
    ) -> dict[str, Any]:
        shown = {"content": logprobs} if logprobs else None
        return {"index": 0, key: what, "logprobs": shown, "finish_reason": reason}

    def _logprobs(self, piece: Piece) -> list[dict[str, Any]]:
        if not self.request.body.get("logprobs") or not piece.text:
            return []
        row = {"token": piece.text, "logprob": piece.logprob, "bytes": list(piece.text.encode())}
        return [row | {"top_logprobs": []}]

    def _chunk(self, choices: list[dict[str, Any]], usage: dict[str, Any] | None = None) -> bytes:
        chunk = self._envelope("chat.completion.chunk", choices)
        if self.with_usage:
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
        if self.order.thought:
            usage["completion_tokens_details"] = {"reasoning_tokens": self.thought_tokens}
        return usage


def authorize(exchange: Exchange) -> str:
    """The Bearer key of the request, or Refused."""
    exchange.add_headers((("x-request-id", f"req_{secrets.token_hex(16)}"),))
    key = exchange.bearer()
    if key != exchange.stage.keys["DEEPSEEK_API_KEY"]:
        raise _bad_key()
    return key


def rate_headers(exchange: Exchange, window: Window) -> Headers:
    """The six lower-case headers of the limits, with the time until the window ends."""
    windows = exchange.stage.windows
    limits, used = windows.limits, window.input_tokens + window.output_tokens
    reset = f"{windows.resets_in(window):.3f}s"
    return (
        ("x-ratelimit-limit-requests", str(limits.requests)),
        ("x-ratelimit-limit-tokens", str(limits.tokens)),
        ("x-ratelimit-remaining-requests", str(max(0, limits.requests - window.requests))),
        ("x-ratelimit-remaining-tokens", str(max(0, limits.tokens - used))),
        ("x-ratelimit-reset-requests", reset),
        ("x-ratelimit-reset-tokens", reset),
    )


def _limited(what: str, seconds: float) -> Refused:
    text = f"Rate limit reached for {what} per minute"
    refused = error(429, "rate_limit_exceeded", text, what)
    refused.headers = (JSON, ("retry-after", str(int(seconds) + 1)))
    return refused


def _bad_key() -> Refused:
    return error(401, "invalid_api_key", "Incorrect API key provided")
