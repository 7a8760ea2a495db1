"""Qianfan v1 chat, retired 2026-08-31: https://cloud.baidu.com/doc/qianfan/s/rmse4vxp8.

Shapes of answers and errors as public captures and https://github.com/baidubce/bce-qianfan-sdk
show them.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from typing import Any, Final

from ..answers import Broken, Order, outcome_of
from ..checks import dump
from ..counting import Meter, qianfan
from ..exchange import EVENTS, JSON, Exchange, Refused
from ..limits import Exceeded
from ..openai.tools import ToolCall, call_of
from .access import Access
from .bce import Unsigned
from .models import V1, V1Model
from .v1_rules import check, error, gateway_error, input_tokens, new_id
from .v1_shape import ending, knobs, rate_headers, sentences, service_headers

REFUSALS: Final[dict[str, Callable[[], Refused]]] = {
    "unavailable": lambda: gateway_error(2, "Service temporarily unavailable"),
    "rate_limited": lambda: error(336501, "Rate limit reached for RPM"),
    "quota": lambda: gateway_error(17, "Open api daily request limit reached"),
    "expired_token": lambda: gateway_error(111, "Access token expired"),
    "too_long": lambda: error(336007, "the max length of current question is 4800"),
    "bad_param": lambda: error(336003, "temperature should be in (0, 1]"),
}


class Chat:
    """`POST /rpc/2.0/ai_custom/v1/wenxinworkshop/chat/{endpoint}`."""

    def __init__(self, access: Access) -> None:
        self.access = access

    async def __call__(self, exchange: Exchange) -> None:
        exchange.add_headers(service_headers())
        caller = self._caller(exchange)
        endpoint = exchange.scope.get("path_params", {}).get("endpoint", "")
        model = V1.get(endpoint)
        if model is None:
            raise gateway_error(3, "Unsupported openapi method")
        if exchange.scope["method"] != "POST":
            raise error(336101, "Invalid HTTP method")
        body = check(exchange, model)
        tokens = input_tokens(body, model)
        windows = exchange.stage.windows
        try:
            window = windows.admit(caller, endpoint, tokens)
        except Exceeded as exceeded:
            exchange.add_headers(rate_headers(exchange, windows.current(caller, endpoint)))
            kind = ("RPM", 336501) if exceeded.what == "requests" else ("TPM", 336502)
            raise error(kind[1], f"Rate limit reached for {kind[0]}") from exceeded
        exchange.record.input_tokens = tokens
        exchange.add_headers(rate_headers(exchange, window))
        answer = Answer(exchange, body, model, tokens)
        try:
            await (answer.stream() if body.get("stream") else answer.whole())
        finally:
            windows.spend(caller, endpoint, answer.order.meter.total)

    def _caller(self, exchange: Exchange) -> str:
        token = exchange.query.get("access_token")
        if token is None and exchange.header("authorization").startswith("bce-auth-v1/"):
            try:
                return self.access.signed(exchange)
            except Unsigned as unsigned:
                raise gateway_error(14, "IAM Certification failed") from unsigned
        if token is None:
            raise gateway_error(100, "Invalid parameter: access_token")
        state = self.access.tokens.state(token)
        if state == "expired":
            raise gateway_error(111, "Access token expired")
        if state == "unknown":
            raise gateway_error(110, "Access token invalid or no longer valid")
        return "oauth"


class Answer:
    """One answer, whole or as a stream."""

    def __init__(
        self, exchange: Exchange, body: dict[str, Any], model: V1Model, tokens: int
    ) -> None:
        self.exchange = exchange
        self.tokens = tokens
        self.id = new_id()
        budget = body.get("max_output_tokens") if model.output else None
        self.order = Order(
            question=body["messages"][-1]["content"],
            system=(body.get("system") or "") if model.system else "",
            meter=Meter(qianfan),
            budget=budget or model.default_output,
            knobs=knobs(body, model, budget or model.default_output),
        )
        self.call = _call_for(self.order.question, body, model)
        if self.call is not None:
            self.order.meter.add(self.call.arguments)

    async def whole(self) -> None:
        """The synchronous answer, gzipped when the client takes that."""
        text, reason = "", "normal"
        if self.call is not None:
            reason = "function_call"
        else:
            async for piece in self.exchange.write(self.order):
                text += piece.text
                reason = piece.finish_reason or reason
        answer = {
            "id": self.id,
            "object": "chat.completion",
            "created": int(time.time()),
            "result": text,
            **ending(reason),
            **self._function_call(),
            "usage": self._usage(),
        }
        total, data, headers = answer["usage"]["total_tokens"], dump(answer), [JSON]
        spent = f"eb_total_tokens:{total},prompt_tokens:{self.tokens},id:{self.id}"
        headers.append(("X-Aipe-Self-Def", spent))
        # A fault acts on the JSON.
        if "gzip" in self.exchange.header("accept-encoding") and self.exchange.fault is None:
            data = gzip.compress(data)
            headers.append(("Content-Encoding", "gzip"))
        await self.exchange.reply(200, data, headers, outcome_of(reason))

    async def stream(self) -> None:
        """Frames of about a sentence; the last has `is_end`, and there is no [DONE]."""
        await self.exchange.begin((EVENTS,))
        if self.call is not None:
            await self.exchange.end(self._frame(0, "", "function_call"), "ok")
            return
        number, reason = 0, "normal"
        try:
            async for piece in sentences(self.exchange.write(self.order)):
                reason = piece.finish_reason or reason
                if piece.text:
                    await self.exchange.say(self._frame(number, piece.text, None))
                    number += 1
        except Broken:
            # A bare line, without `data:`, is how mid-stream errors have been seen.
            broken = error(336000, "Internal error")
            self.exchange.record.code = broken.code
            await self.exchange.end(broken.body + b"\n", "error_mid_stream")
            return
        await self.exchange.end(self._frame(number, "", reason), outcome_of(reason))

    def _frame(self, number: int, text: str, reason: str | None) -> bytes:
        frame = {
            "id": self.id,
            "object": "chat.completion",
            "created": int(time.time()),
            "sentence_id": number,
            "is_end": reason is not None,
            "result": text,
            **ending(reason or "normal"),
            **self._function_call(),
            "usage": self._usage(reason is not None),
        }
        return b"data: " + dump(frame) + b"\n\n"

    def _function_call(self) -> dict[str, Any]:
        if self.call is None:
            return {}
        return {"function_call": {"name": self.call.name, "arguments": self.call.arguments}}

    def _usage(self, last: bool = True) -> dict[str, int]:
        # The dialect of 2024: no completion tokens before the last frame.
        written = self.order.meter.total if last else 0
        return {
            "prompt_tokens": self.tokens,
            "completion_tokens": written,
            "total_tokens": self.tokens + written,
        }


def _call_for(question: str, body: dict[str, Any], model: V1Model) -> ToolCall | None:
    """The function that a question names, on the models that have functions."""
    for function in (body.get("functions") or []) if model.functions else []:
        if function["name"] in question:
            return call_of(function, question)
    return None
