"""Qianfan v2 chat and model list: https://cloud.baidu.com/doc/qianfan/s/rmse4vxp8 leads there."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Any, Final

from ..answers import Broken, Order, outcome_of, thought_about
from ..checks import Request, dump
from ..counting import Meter, qianfan
from ..exchange import EVENTS, JSON, Exchange, Headers, Refused
from ..limits import Exceeded, Exhausted, Window
from ..openai.tools import call_for
from .access import Access
from .models import V2
from .v2_rules import error, read

REFUSALS: Final[dict[str, Callable[[], Refused]]] = {
    "unavailable": lambda: error(500, "internal_error", "Internal error", "internal_error"),
    "rate_limited": lambda: _limited("requests"),
    "quota": lambda: error(403, "account_overdue", "Account is overdue", "access_denied"),
    "expired_token": lambda: _unknown_token(),
    "too_long": lambda: error(400, "tokens_too_long", "the max input tokens is 8000"),
    "bad_param": lambda: error(400, "invalid_argument", "temperature must be in (0, 1]"),
}
# A comment line after the first frame, then after so many more.
KEEP_ALIVE_EVERY: Final = 32


class Chat:
    """`POST /v2/chat/completions`."""

    def __init__(self, access: Access) -> None:
        self.access = access

    async def __call__(self, exchange: Exchange) -> None:
        echo_request_id(exchange)
        if exchange.scope["method"] != "POST":
            text = f"method {exchange.scope['method']} is not supported"
            raise error(405, "method_not_supported", text)
        credential = authorize(self.access, exchange)
        request = read(exchange)
        windows = exchange.stage.windows
        try:
            window = windows.admit(credential, request.name, request.tokens, split=True)
        except Exceeded as exceeded:
            window = windows.current(credential, request.name)
            exchange.add_headers(rate_headers(exchange, window))
            raise _limited(exceeded.what) from exceeded
        exchange.record.input_tokens = request.tokens
        exchange.add_headers(rate_headers(exchange, window))
        answer = Answer(exchange, request)
        try:
            await (answer.stream() if request.body.get("stream") else answer.whole())
        finally:
            windows.spend(credential, request.name, answer.order.meter.total)


class Answer:
    """One answer, whole or as a stream."""

    def __init__(self, exchange: Exchange, request: Request) -> None:
        self.exchange = exchange
        self.request = request
        self.id = f"as-{secrets.token_hex(5)}"
        self.thought_tokens = 0
        options = request.body.get("stream_options") or {}
        self.with_usage = bool(options.get("include_usage"))
        self.order = Order(
            question=request.question,
            system=request.system,
            meter=Meter(qianfan),
            budget=request.budget,
            knobs=request.knobs,
            thought=thought_about(request.question) if request.thinks else "",
        )
        self.call = call_for(request)
        if self.call is not None:
            self.order.meter.add(self.call.arguments)

    async def whole(self) -> None:
        """The answer as one JSON object."""
        message: dict[str, Any] = {"role": "assistant", "content": ""}
        reason = "stop"
        if self.call is not None:
            message["tool_calls"] = [self.call.whole()]
            await self._send_whole(message, "tool_calls")
            return
        if self.order.thought:
            message["reasoning_content"] = ""
        async for piece in self.exchange.write(self.order):
            message["content"] += piece.text
            if piece.reasoning:
                message["reasoning_content"] += piece.reasoning
                self.thought_tokens = self.order.meter.total
            reason = piece.finish_reason or reason
        await self._send_whole(message, reason)

    async def _send_whole(self, message: dict[str, Any], reason: str) -> None:
        choice = {"index": 0, "message": message, "finish_reason": reason, "flag": _flag(reason)}
        answer = self._envelope("chat.completion", [choice]) | {"usage": self._usage()}
        await self.exchange.reply(200, dump(answer), (JSON,), outcome_of(reason))

    async def stream(self) -> None:
        """Chunks of a token; usage in a chunk of its own, and only when asked for; [DONE]."""
        await self.exchange.begin((EVENTS,))
        if self.call is not None:
            for fragment in self.call.fragments():
                await self.exchange.say(self._chunk({"tool_calls": [fragment]}, None))
            await self.exchange.end(self._chunk({}, "tool_calls") + self._tail(), "ok")
            return
        reason, number, role = "stop", 0, {"role": "assistant"}
        try:
            async for piece in self.exchange.write(self.order):
                delta = role | ({"content": piece.text} if not piece.reasoning else {
                    "content": "", "reasoning_content": piece.reasoning
                })  # fmt: skip
                if piece.reasoning:
                    self.thought_tokens = self.order.meter.total
                reason = piece.finish_reason or reason
                await self.exchange.say(self._chunk(delta, piece.finish_reason))
                if number % KEEP_ALIVE_EVERY == 0:
                    await self.exchange.say(b": keep-alive\n\n")
                number, role = number + 1, {}
        except Broken:
            broken = REFUSALS["unavailable"]()
            self.exchange.record.code = broken.code
            await self.exchange.end(b"data: " + broken.body + b"\n\n", "error_mid_stream")
            return
        await self.exchange.end(self._tail(), outcome_of(reason))

    def _tail(self) -> bytes:
        """The end of a stream, with the usage where it was asked for."""
        tail = b"data: [DONE]\n\n"
        if self.with_usage:
            chunk = self._envelope("chat.completion.chunk", []) | {"usage": self._usage()}
            tail = b"data: " + dump(chunk) + b"\n\n" + tail
        return tail

    def _chunk(self, delta: dict[str, Any], reason: str | None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": reason, "flag": _flag(reason)}
        chunk = self._envelope("chat.completion.chunk", [choice])
        if self.with_usage:
            chunk["usage"] = None
        return b"data: " + dump(chunk) + b"\n\n"

    def _envelope(self, kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
        created = int(time.time())
        name = self.request.name
        return {
            "id": self.id, "object": kind, "created": created, "model": name, "choices": choices,
        }  # fmt: skip

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


async def models(access: Access, exchange: Exchange) -> None:
    """`GET /v2/models`."""
    echo_request_id(exchange)
    authorize(access, exchange)
    rows = [{"id": n, "object": "model", "created": 0, "owned_by": "qianfan"} for n in V2]
    await exchange.reply(200, dump({"object": "list", "data": rows}))


def authorize(access: Access, exchange: Exchange) -> str:
    """The Bearer credential of the request, or Refused."""
    appid = exchange.header("appid")
    if appid and not appid.startswith("app-"):
        raise error(401, "invalid_appid", "The appid is invalid", "access_denied")
    credential = exchange.bearer()
    if access.bearer_state(credential) != "valid":
        raise _unknown_token()
    return credential


def echo_request_id(exchange: Exchange) -> None:
    """Puts the client's X-Request-Id on the answer, or one of our own."""
    given = exchange.header("x-request-id") or secrets.token_hex(16)
    exchange.add_headers((("X-Request-Id", given),))


def rate_headers(exchange: Exchange, window: Window) -> Headers:
    """The six headers of the limits; v2 has one for input and one for output tokens."""
    limits = exchange.stage.windows.limits
    most = str(limits.tokens)
    return (
        ("X-Ratelimit-Limit-Requests", str(limits.requests)),
        ("X-Ratelimit-Limit-Input-Tokens", most),
        ("X-Ratelimit-Limit-Output-Tokens", most),
        ("X-Ratelimit-Remaining-Requests", str(max(0, limits.requests - window.requests))),
        ("X-Ratelimit-Remaining-Input-Tokens", _left(limits.tokens, window.input_tokens)),
        ("X-Ratelimit-Remaining-Output-Tokens", _left(limits.tokens, window.output_tokens)),
    )


def _left(limit: int, used: int) -> str:
    return str(max(0, limit - used))


def _flag(reason: str | None) -> int:
    # 3: the text must not be shown.
    return 3 if reason == "content_filter" else 0


def _limited(what: Exhausted) -> Refused:
    prefixes = {"requests": "rpm", "tokens": "tpm", "input": "input_tpm", "output": "output_tpm"}
    text = f"Rate limit reached for {'RPM' if what == 'requests' else 'TPM'}"
    return error(429, f"{prefixes[what]}_rate_limit_exceeded", text, "rate_limit_exceeded")


def _unknown_token() -> Refused:
    return error(401, "invalid_iam_token", "IAM authentication failed", "access_denied")
