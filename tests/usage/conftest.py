"""A fresh store, and calls to put into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from backends import (
    Attachment,
    Call,
    CallError,
    Message,
    ParamTrace,
    RateLimit,
    TokenLogprob,
    ToolCall,
    Usage,
    Words,
)
from backends.types import WireRequest
from usage import Store

Make = Callable[..., Call]


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store(url)
    yield opened
    opened.shut()


@pytest.fixture
def make() -> Make:
    """make(**fields) is a call with every field filled in, numbered one after the other."""
    count = 0

    def build(**fields: Any) -> Call:
        nonlocal count
        count += 1
        return Call(**{**_full(count), **fields})

    return build


def _full(number: int) -> dict[str, Any]:
    return {
        "id": f"{number:032x}",
        "attempt": 1,
        "retry_of": None,
        "started_at": datetime(2026, 11, 20, 12, 0, number % 60, 250_000, tzinfo=UTC),
        "provider": "qianfan",
        "model": "ernie-speed-8k",
        "emulated": True,
        "credential": "key-a",
        "state": "ok",
        "messages": (
            Message("user", "这是什么？", (Attachment(b"\x89PNG\0", "image/png", "图.png"),)),
            Message("assistant", "一张图。"),
            Message("user", "温度？"),
        ),
        "left_out": 2,
        "system": "你是助手",
        "stream": True,
        "user": "visitor",
        "tag": "chat",
        "run": None,
        "params": (ParamTrace("top_p", 0.0, "top_p", 0.0, "sent", Words("发送", "sent"), 0.0),),
        "billed": "yes",
        "phase": "end",
        "time_to_first_token": 0.25,
        "total_time": 1.5,
        "longest_gap": 0.1,
        "chunks": ((0.25, 2, 0), (0.35, 3, 0)),
        "text": "回答 👋",
        "reasoning": "",
        "finish_reason": "stop",
        "usage": Usage(10, 20, 30, {"cached_tokens": 2}),
        "rate_limit": RateLimit(
            300,
            299,
            None,
            None,
            {
                "X-Ratelimit-Limit-Requests": "300",
                "X-Ratelimit-Remaining-Requests": "299",
                "X-Ratelimit-Remaining-Input-Tokens": "299990",
            },
        ),
        "request_id": "as-1",
        "error": CallError("RateLimit", "336501", Words("限", "limit")),
        "tool_calls": (ToolCall(0, "get_weather", '{"city": "北京"}', "call_1"),),
        "served_model": "ernie-speed-8k-0516",
        "extras": {"need_clear_history": True, "ban_round": -1},
        "logprobs": (TokenLogprob("回", -0.5, (("回", 0.6), ("答", 0.4)), 2),),
        "wire": WireRequest("POST", "http://127.0.0.1/v2", {"A": "$B"}, {"top_p": 0.0}, "bearer"),
    }
