"""A call as a row of the store, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import JSON, String

from backends import (
    Attachment,
    Call,
    CallError,
    Message,
    Once,
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
from usage.column_json import encode, to_json
from usage.tables import calls, is_sound, sound

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
_ASKED = (
    "id", "attempt", "retry_of", "provider", "model", "emulated", "credential", "user", "tag",
    "run", "cell", "stream", "left_out", "system", "waited",
)  # fmt: skip
_CAME = tuple(name for name in _SAME if name not in _ASKED)
_LINE = ("provider", "model", "emulated", "credential", "waited")
_asked, _answer, _line = (attrgetter(*names) for names in (_ASKED, _CAME, _LINE))
_BEGUN = {*_LINE, "started_ms"}
_JSON = {one.name for one in calls.c if isinstance(one.type, JSON)}
_LENGTHS = {
    one.name: one.type.length
    for one in calls.c
    if isinstance(one.type, String) and one.type.length is not None
}


def opening(call: Call) -> dict[str, Any]:
    """The row of a call: column → value, as `written` has them."""
    row = dict(zip(_ASKED, _asked(call), strict=True))
    row["started_ms"] = _ms(call)
    row["messages"] = [message_json(message) for message in call.messages]
    row["params"] = _account(call.params)
    return written(row | _came(call))


def settling(call: Call) -> tuple[dict[str, Any], dict[str, Any]]:
    """The part of the row that the end of its call brings, what it leaves out staying as it is; and
    what the rollups count of the whole row."""
    row = _came(call)
    if any(trace.echoed is not None for trace in call.params):
        row["params"] = [trace_json(trace) for trace in call.params]
    row.update(zip(_LINE, _line(call), strict=True), started_ms=_ms(call))
    row = written(row)
    return {name: row[name] for name in row if name not in _BEGUN}, counted(call, row)


def counted(call: Call, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as `usage.tally` reads it, which is as a query gives it."""
    details = None if call.usage is None else call.usage.details
    headers = None if call.rate_limit is None else call.rate_limit.headers
    return {**row, "usage_details": details, "rate_headers": headers}


def written(row: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of `calls` as every driver takes them: JSON is text, and what has no value is left
    out.

    Nowhere in them is a known secret. What a database would refuse (lone surrogates, NUL) is
    escaped. An id or code may be longer than its column; its beginning identifies it.
    """
    known = {
        name: encode(value) if name in _JSON and type(value) is not str else value
        for name, value in row.items()
        if value is not None
    }
    said = "\n".join([value for value in known.values() if type(value) is str])
    # Looked through at once, for a fraction of one after the other.
    if redactor.holds(said) or not is_sound(said):
        known = {name: _cleaned(name, value) for name, value in known.items()}
    for name, most in _LENGTHS.items():
        if name in known and len(known[name]) > most:
            known[name] = known[name][:most]
    return known


def _cleaned(name: str, value: Any) -> Any:
    if type(value) is not str:
        return value
    return to_json(json.loads(value)) if name in _JSON else sound(redactor.clean(value))


def _account_text(traces: tuple[ParamTrace, ...]) -> str:
    return encode([trace_json(trace) for trace in traces])


# Calls of one setting have the same account.
_account = Once(_account_text)


def _ms(call: Call) -> int:
    return round(call.started_at.timestamp() * 1000)


def _came(call: Call) -> dict[str, Any]:
    row = dict(zip(_CAME, _answer(call), strict=True))
    if call.wire is not None:
        row["request"] = noun_json(call.wire)
    if (usage := call.usage) is not None:
        row["input_tokens"] = usage.input_tokens
        row["output_tokens"] = usage.output_tokens
        row["total_tokens"] = usage.total_tokens
        row["usage_source"] = usage.source
        row["usage_details"] = usage.details
    if (limit := call.rate_limit) is not None:
        row["limit_requests"] = limit.limit_requests
        row["remaining_requests"] = limit.remaining_requests
        row["limit_tokens"] = limit.limit_tokens
        row["remaining_tokens"] = limit.remaining_tokens
        row["rate_headers"] = limit.headers
    if (error := call.error) is not None:
        row["error"] = error_json(error)
        row["error_class"] = error.kind
        row["error_code"] = error.code
    row["logprobs"] = [noun_json(token) for token in call.logprobs] or None
    row["tool_calls"] = [noun_json(asked) for asked in call.tool_calls] or None
    row["extras"] = call.extras or None
    row["chunks"] = call.chunks or None
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
