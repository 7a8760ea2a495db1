"""Calls as the door records them, made by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from backends import Call, CallError, Message, Usage, WireRequest, Words

HTTP = WireRequest(
    "POST",
    "https://qianfan.baidubce.com/v2/chat/completions",
    {"Content-Type": "application/json", "Authorization": "Bearer $QIANFAN_BEARER_TOKEN"},
    {
        "model": "ernie-speed-8k",
        "messages": [{"role": "user", "content": "你好"}],
        "temperature": 0.3,
        "stream": True,
    },
    "bearer",
)


def call(**changes: Any) -> Call:
    """A live call that went well, with changes."""
    facts: dict[str, Any] = {
        "id": "c1",
        "attempt": 1,
        "retry_of": None,
        "started_at": datetime(2026, 1, 2, tzinfo=UTC),
        "provider": "qianfan",
        "model": "ernie-speed-8k",
        "emulated": False,
        "state": "ok",
        "messages": (Message("user", "你好"),),
        "time_to_first_token": 0.5,
        "total_time": 2.5,
        "longest_gap": 0.1,
        "usage": Usage(1234, 100, 1334),
        "wire": HTTP,
    }
    return Call(**(facts | changes))


def failed(said: str = "Rate limit reached", code: str | None = "336501", **changes: Any) -> Call:
    """A call that the provider refused."""
    error = CallError("RateLimit", code, Words("已达上限。请稍候。", "Limit reached. Wait."), said)
    return call(**({"state": "failed", "usage": None, "error": error} | changes))
