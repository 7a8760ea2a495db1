"""The shapes of v1 answers: headers, endings, sentence-sized frames."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator
from typing import Any, Final

from ..answers import Piece
from ..exchange import Exchange, Headers
from ..limits import Window
from .models import V1Model

# Frames are sentences, not tokens; this many tokens end one where no full stop comes.
FRAME_TOKENS: Final = 16
REASONS: Final = ("length", "content_filter", "function_call")
STOPS: Final = ("。", "！", "？", "；", ".", "!", "?", ";", "\n")


def rate_headers(exchange: Exchange, window: Window) -> Headers:
    """The four headers of the limits; there is none about the time of their reset."""
    limits = exchange.stage.windows.limits
    used = window.input_tokens + window.output_tokens
    return (
        ("X-Ratelimit-Limit-Requests", str(limits.requests)),
        ("X-Ratelimit-Limit-Tokens", str(limits.tokens)),
        ("X-Ratelimit-Remaining-Requests", str(max(0, limits.requests - window.requests))),
        ("X-Ratelimit-Remaining-Tokens", str(max(0, limits.tokens - used))),
    )


def service_headers() -> Headers:
    """What else a real answer carried in a public capture of 2024-04-12."""
    return (
        ("Access-Control-Allow-Headers", "Content-Type"),
        ("Access-Control-Allow-Origin", "*"),
        ("Appid", "00000000"),
        ("P3p", 'CP=" OTI DSP COR IVA OUR IND COM "'),
        ("Server", "Apache"),
        ("Set-Cookie", f"BAIDUID={secrets.token_hex(16).upper()}:FG=1; path=/; version=1"),
        ("Statement", "AI-generated"),
        ("X-Baidu-Request-Id", str(secrets.randbits(63))),
        ("X-Openapi-Server-Timestamp", str(int(time.time()))),
    )


def ending(reason: str) -> dict[str, Any]:
    """The fields that say how an answer ended, for a reason of ours."""
    filtered = reason == "content_filter"
    fields: dict[str, Any] = {
        "is_truncated": reason == "length",
        "need_clear_history": filtered,
        "finish_reason": reason if reason in REASONS else "normal",
    }
    return fields | ({"ban_round": -1, "flag": 1} if filtered else {})


async def sentences(pieces: AsyncIterator[Piece]) -> AsyncIterator[Piece]:
    """The same answer in fewer pieces, each about a sentence."""
    text, held = "", 0
    async for piece in pieces:
        text, held = text + piece.text, held + 1
        full = held >= FRAME_TOKENS or piece.text.rstrip(" ").endswith(STOPS)
        if full or piece.alone or piece.finish_reason:
            yield Piece(text, finish_reason=piece.finish_reason)
            text, held = "", 0


def knobs(body: dict[str, Any], model: V1Model, budget: int | None) -> dict[str, Any]:
    """The parameters that have an effect on this model, with its defaults."""
    temperature, top_p = model.default_sampling
    defaults: dict[str, Any] = {"temperature": temperature, "top_p": top_p, "penalty_score": 1.0}
    if model.tuned:
        defaults |= {"frequency_penalty": 0.1, "presence_penalty": 0.0}
    taken = {key: value if body.get(key) is None else body[key] for key, value in defaults.items()}
    if model.top_k and body.get("top_k"):
        taken["top_k"] = body["top_k"]
    if budget is not None:
        taken["max_output_tokens"] = budget
    return taken | {"stop": tuple(body.get("stop") or ())}
