"""A call as a row of the store, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import String

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
    error_json,
    message_json,
    noun_json,
    redactor,
    trace_json,
)
from usage.tables import calls, sound

_SAME = (
    "id",
    "attempt",
    "retry_of",
    "provider",
    "model",
    "emulated",
    "credential",
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
    "system",
    "text",
    "reasoning",
    "time_to_first_token",
    "total_time",
    "longest_gap",
    "waited",
)
# Known when a call begins, and the same ever after: settling a row leaves them alone.
_ASKED = frozenset(
    {"id", "attempt", "retry_of", "provider", "model", "emulated", "credential"}
    | {"user", "tag", "run", "cell", "stream", "left_out", "system", "waited"}
)
_CAME = tuple(name for name in _SAME if name not in _ASKED)
# Those of any length are fitted by their type.
_LENGTHS = {one.name: one.type.length for one in calls.c if isinstance(one.type, String)}


def opening(call: Call) -> dict[str, Any]:
    """Column → value of the whole row. A column that is not there is empty.

    Text a database would refuse (lone surrogates, NUL) is stored escaped.
    """
    row = {
        **{name: getattr(call, name) for name in _ASKED},
        "started_ms": round(call.started_at.timestamp() * 1000),
        "messages": [message_json(message) for message in call.messages],
        "params": [trace_json(trace) for trace in call.params],
        **_came(call),
    }
    return {name: value for name, value in _fitted(row).items() if value is not None}


def settling(call: Call) -> dict[str, Any]:
    """The part of the row that the end of its call brings."""
    row = _came(call)
    if any(trace.echoed is not None for trace in call.params):
        row["params"] = [trace_json(trace) for trace in call.params]
    return _fitted(row)


def line_of(call: Call) -> dict[str, Any]:
    """What of the row says when the call began, after which wait, and which line it belongs to."""
    known = ("provider", "model", "emulated", "credential", "waited")
    row = {name: getattr(call, name) for name in known}
    return _fitted({**row, "started_ms": round(call.started_at.timestamp() * 1000)})


def _came(call: Call) -> dict[str, Any]:
    usage, limit, error = call.usage, call.rate_limit, call.error
    return {
        **{name: getattr(call, name) for name in _CAME},
        "request": call.wire and noun_json(call.wire),
        "input_tokens": usage and usage.input_tokens,
        "output_tokens": usage and usage.output_tokens,
        "total_tokens": usage and usage.total_tokens,
        "usage_source": usage and usage.source,
        "usage_details": usage and usage.details,
        "limit_requests": limit and limit.limit_requests,
        "remaining_requests": limit and limit.remaining_requests,
        "limit_tokens": limit and limit.limit_tokens,
        "remaining_tokens": limit and limit.remaining_tokens,
        "rate_headers": limit and limit.headers,
        "error": error and error_json(error),
        "error_class": error and error.kind,
        "error_code": error and error.code,
        "logprobs": [noun_json(token) for token in call.logprobs] or None,
        "tool_calls": [noun_json(asked) for asked in call.tool_calls] or None,
        "extras": call.extras or None,
        "chunks": call.chunks or None,
    }


def _fitted(row: dict[str, Any]) -> dict[str, Any]:
    """An id or code may be longer than its column; its beginning identifies it."""
    for name, length in _LENGTHS.items():
        if value := row.get(name):
            # Cleaned before it is cut: half a key would not be recognised.
            row[name] = sound(redactor.clean(value))[:length]
    return row


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
        params=tuple(_trace(trace) for trace in row["params"]),
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


_encode = json.JSONEncoder(ensure_ascii=False, default=dict).encode


def to_json(value: Any) -> str:
    """JSON for a column, without any known secret, and with what a database would refuse in it
    escaped as in `opening`."""
    text = _encode(value)
    if redactor.holds(text):
        value = redactor.scrub(value)
        text = _encode(value)
    if "\\u0000" in text or sound(text) != text:
        text = _encode(_storable(value))
    return text


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return sound(value)
    if isinstance(value, Mapping):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return [_storable(item) for item in value] if isinstance(value, list | tuple) else value
