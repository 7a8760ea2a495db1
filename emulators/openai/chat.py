"""The OpenAI-compatible protocol, for every row of `openai_services`.

https://platform.openai.com/docs/api-reference/chat.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial

from ..checks import dump
from ..exchange import Exchange, Headers, Refused
from ..limits import Exceeded, Window
from .answer import Answer
from .row import Row
from .rules import read


def refusals(row: Row) -> dict[str, Callable[[], Refused]]:
    """How each fault that is a refusal reads at this service."""
    return {
        "unavailable": partial(row.errors.refuse, "unavailable"),
        "rate_limited": partial(_limited, row, "requests", 60.0),
        "quota": partial(row.errors.refuse, "quota"),
        "expired_token": partial(row.errors.refuse, "key"),
        "too_long": partial(row.errors.refuse, "context", "the context is 65536 tokens"),
        "bad_param": partial(row.errors.refuse, "invalid", "temperature is out of range"),
    }


async def chat(row: Row, exchange: Exchange) -> None:
    """`POST {base}/chat/completions`."""
    credential = authorize(row, exchange)
    if exchange.scope["method"] != "POST":
        raise row.errors.refuse("method", _line(exchange))
    request = read(row, exchange)
    windows, counted = exchange.stage.windows, f"{row.name}/{request.name}"
    try:
        window = windows.admit(credential, counted, request.tokens)
    except Exceeded as exceeded:
        window = windows.current(credential, counted)
        exchange.add_headers(rate_headers(row, exchange, window))
        raise _limited(row, exceeded.what, windows.resets_in(window)) from exceeded
    exchange.record.input_tokens = request.tokens
    exchange.add_headers(rate_headers(row, exchange, window))
    answer = Answer(row, exchange, request)
    try:
        await (answer.stream() if request.body.get("stream") else answer.whole())
    finally:
        windows.spend(credential, counted, answer.order.meter.total)


async def models(row: Row, exchange: Exchange) -> None:
    """`GET {base}/models`."""
    if row.lists != "to anyone":
        authorize(row, exchange)
    if exchange.scope["method"] not in ("GET", "HEAD"):
        raise row.errors.refuse("method", _line(exchange))
    data = [
        {"id": name, "object": "model", "created": 0, "owned_by": row.name} for name in row.models
    ]
    await exchange.reply(200, dump({"object": "list", "data": data}))


async def not_found(row: Row, exchange: Exchange) -> None:
    """Any other path."""
    raise row.errors.refuse("path", _line(exchange))


def authorize(row: Row, exchange: Exchange) -> str:
    """The Bearer key of the request, "" where none is needed, or Refused."""
    if row.request_id:
        exchange.add_headers(((row.request_id, f"req_{secrets.token_hex(16)}"),))
    if not row.key:
        return ""
    key = exchange.bearer()
    if not key and row.key_optional:
        return ""
    if key != exchange.stage.keys[row.key]:
        raise row.errors.refuse("key" if key else "no key")
    return key


def rate_headers(row: Row, exchange: Exchange, window: Window) -> Headers:
    """OpenAI's six headers of the limits, with the time until the window ends."""
    if not row.rate_headers:
        return ()
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


def _limited(row: Row, what: str, seconds: float) -> Refused:
    headers = (("retry-after", str(int(seconds) + 1)),) if row.retry_after else ()
    return row.errors.refuse("limited", what, headers=headers)


def _line(exchange: Exchange) -> str:
    return f"{exchange.scope['method']} {exchange.scope['path']}"
