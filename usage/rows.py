"""A call as a row of the store, and back."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

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
    WireRequest,
    Words,
    as_json,
)
from usage.tables import calls

_SAME = (
    "id",
    "attempt",
    "retry_of",
    "provider",
    "model",
    "emulated",
    "state",
    "billed",
    "phase",
    "user",
    "tag",
    "run",
    "cell",
    "stream",
    "finish_reason",
    "request_id",
    "left_out",
    "served_model",
)


def to_row(call: Call) -> dict[str, Any]:
    """Column → value. Text a database would refuse (lone surrogates, NUL) is stored escaped."""
    form = as_json(call)
    usage, limit, error = call.usage, call.rate_limit, form["error"]
    row = {name: form[name] for name in _SAME}
    row |= {
        "started_ms": round(call.started_at.timestamp() * 1000),
        "system": call.system,
        "text": call.text,
        "reasoning": call.reasoning,
        "messages": form["messages"],
        "params": form["params"],
        "request": form["request"],
        "input_tokens": usage and usage.input_tokens,
        "output_tokens": usage and usage.output_tokens,
        "total_tokens": usage and usage.total_tokens,
        "usage_source": usage and usage.source,
        "usage_details": usage and dict(usage.details),
        "limit_requests": limit and limit.limit_requests,
        "remaining_requests": limit and limit.remaining_requests,
        "limit_tokens": limit and limit.limit_tokens,
        "remaining_tokens": limit and limit.remaining_tokens,
        "rate_headers": limit and dict(limit.headers),
        "time_to_first_token": call.time_to_first_token,
        "total_time": call.total_time,
        "longest_gap": call.longest_gap,
        "error": error,
        "error_class": error and error["class"],
        "error_code": error and error["code"],
        "logprobs": form["logprobs"] or None,
        "tool_calls": form["tool_calls"] or None,
        "extras": form["extras"] or None,
    }
    fit = {name: _fit(name, _storable(value)) for name, value in row.items()}
    # Many numbers and no text: nothing in them needs a look.
    return fit | {"chunks": form["chunks"] or None}


def files(call: Call) -> dict[str, bytes]:
    """The bytes that go with a call, by their digest; a row holds the digests alone.

    Those of a call that was refused are not kept: whoever is refused could fill the disk.
    """
    if call.state == "refused":
        return {}
    return {item.sha256: item.data for message in call.messages for item in message.attachments}


def digests(row: Mapping[str, Any]) -> set[str]:
    """The digests of the bytes that a row's call needs."""
    return {
        item["sha256"] for message in row["messages"] for item in message.get("attachments", ())
    }


def to_call(row: Mapping[str, Any], stored: Mapping[str, bytes]) -> Call:
    """The call a row was made from; `stored` has the bytes of its `digests`."""
    return Call(
        **{name: row[name] for name in _SAME},
        started_at=datetime.fromtimestamp(row["started_ms"] / 1000, UTC),
        messages=tuple(_message(message, stored) for message in row["messages"]),
        system=row["system"],
        text=row["text"],
        reasoning=row["reasoning"],
        params=tuple(_trace(trace) for trace in row["params"]),
        time_to_first_token=row["time_to_first_token"],
        total_time=row["total_time"],
        longest_gap=row["longest_gap"],
        chunks=tuple((at, text, reasoning) for at, text, reasoning in row["chunks"] or ()),
        usage=None
        if row["usage_source"] is None
        else Usage(
            row["input_tokens"],
            row["output_tokens"],
            row["total_tokens"],
            row["usage_details"] or {},
            row["usage_source"],
        ),
        rate_limit=None
        if row["rate_headers"] is None
        else RateLimit(
            row["limit_requests"],
            row["remaining_requests"],
            row["limit_tokens"],
            row["remaining_tokens"],
            row["rate_headers"],
        ),
        error=None if row["error"] is None else _error(row["error"]),
        wire=None if row["request"] is None else WireRequest(**row["request"]),
        logprobs=tuple(
            TokenLogprob(**{**token, "rivals": tuple(map(tuple, token["rivals"]))})
            for token in row["logprobs"] or ()
        ),
        tool_calls=tuple(ToolCall(**asked) for asked in row["tool_calls"] or ()),
        extras=row["extras"] or {},
    )


def _message(form: Mapping[str, Any], stored: Mapping[str, bytes]) -> Message:
    attachments = tuple(_attachment(item, stored) for item in form.get("attachments", ()))
    return Message(form["role"], form["content"], attachments)


def _attachment(form: Mapping[str, Any], stored: Mapping[str, bytes]) -> Attachment:
    digest = form["sha256"]
    known = None if digest in stored else (digest, form["size"])
    return Attachment(stored.get(digest, b""), form["media_type"], form["name"], known)


def _trace(form: Mapping[str, Any]) -> ParamTrace:
    return ParamTrace(
        form["name"],
        form["requested"],
        form["wire_name"],
        form["sent"],
        form["outcome"],
        Words(form["reason_zh"], form["reason"]),
        form.get("echoed"),
    )


def _error(form: Mapping[str, Any]) -> CallError:
    return CallError(
        form["class"],
        form["code"],
        Words(form["message_zh"], form["message"]),
        form["said"],
        form["status"],
        form["retry_after"],
    )


def _fit(name: str, value: Any) -> Any:
    """A provider's id or code may be longer than its column; its beginning identifies it."""
    length = getattr(calls.c[name].type, "length", None)
    return value[:length] if length and isinstance(value, str) else value


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
    if isinstance(value, Mapping):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    return (
        dataclasses.asdict(value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type)
        else value
    )
