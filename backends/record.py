"""A call as JSON: the form of `desk.py chat --json` and of the JSONL export."""

from __future__ import annotations

import base64
from typing import Any

from backends.types import (
    Attachment,
    Call,
    CallError,
    Message,
    ParamTrace,
    RateLimit,
    TokenLogprob,
    ToolCall,
    Usage,
    WireRequest,
)


def as_json(call: Call, *, whole: bool = False) -> dict[str, Any]:
    """The call as plain JSON values, under the names of the command-line contract.

    Texts that exist in two languages stand in English under the contract's name and in Chinese
    under the same name with `_zh`. Pictures and recordings stand by their digest; with `whole`,
    their bytes in base64 are there too.
    """
    usage, limit, error = call.usage, call.rate_limit, call.error
    return {
        "id": call.id,
        "attempt": call.attempt,
        "retry_of": call.retry_of,
        "provider": call.provider,
        "model": call.model,
        "emulated": call.emulated,
        "state": call.state,
        "text": call.text,
        "reasoning": call.reasoning,
        "finish_reason": call.finish_reason,
        "params": [trace_json(trace) for trace in call.params],
        "usage": None if usage is None else noun_json(usage),
        "rate_limit": None if limit is None else noun_json(limit),
        "timings": {
            "time_to_first_token": call.time_to_first_token,
            "total": call.total_time,
            "longest_gap": call.longest_gap,
            "waited": call.waited,
        },
        "chunks": [list(chunk) for chunk in call.chunks],
        "billed": call.billed,
        "phase": call.phase,
        "error": None if error is None else error_json(error),
        "request_id": call.request_id,
        "tag": call.tag,
        "run": call.run,
        "cell": call.cell,
        "user": call.user,
        "credential": call.credential,
        "started_at": call.started_at.isoformat(),
        "stream": call.stream,
        "system": call.system,
        "messages": [message_json(message, whole) for message in call.messages],
        "left_out": call.left_out,
        "tool_calls": [noun_json(asked) for asked in call.tool_calls],
        "served_model": call.served_model,
        "extras": dict(call.extras),
        "request": None if call.wire is None else noun_json(call.wire),
        "logprobs": [noun_json(token) for token in call.logprobs],
    }


def trace_json(trace: ParamTrace) -> dict[str, Any]:
    """One line of the parameter account as JSON."""
    return {
        "name": trace.name,
        "requested": trace.requested,
        "wire_name": trace.wire_name,
        "sent": trace.sent,
        "outcome": trace.outcome,
        "echoed": trace.echoed,
        "reason": trace.reason.en,
        "reason_zh": trace.reason.zh,
    }


def error_json(error: CallError) -> dict[str, Any]:
    """Why a call did not end well, as JSON."""
    return {
        "class": error.kind,
        "code": error.code,
        "message": error.message.en,
        "message_zh": error.message.zh,
        "said": error.said,
        "status": error.status,
        "retry_after": error.retry_after,
    }


def noun_json(noun: Usage | RateLimit | ToolCall | WireRequest | TokenLogprob) -> dict[str, Any]:
    """A noun's fields by their names; what lies deeper is not copied, as `asdict` would."""
    return {name: getattr(noun, name) for name in noun.__slots__}


def message_json(message: Message, whole: bool = False) -> dict[str, Any]:
    """One turn as JSON; with `whole`, the bytes of its attachments too."""
    turn: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.attachments:
        turn["attachments"] = [_attachment(item, whole) for item in message.attachments]
    return turn


def _attachment(attachment: Attachment, whole: bool) -> dict[str, Any]:
    facts = {
        "name": attachment.name,
        "media_type": attachment.media_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
    }
    if whole and attachment.known_as is None:
        facts["data"] = base64.b64encode(attachment.data).decode()
    return facts
