"""A call as JSON, read back: the inverse of `backends.as_json(call, whole=True)`."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

from backends import Auth, Billed, Call, Outcome, Role, State
from usage.rows import to_call
from usage.shapes import (
    Shape,
    anything,
    count,
    every,
    flag,
    mapping,
    maybe,
    moment,
    number,
    one_of,
    record,
    row,
    text,
    whole,
)


class FormTrouble(ValueError):
    """This is no call as we write it; `where` is the path to what is wrong."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


def call_of(form: Any) -> Call:
    """The call of a line of JSONL, as an export or a bundle holds it.

    Raises:
        FormTrouble: it is none.
    """
    if (where := CALL(form)) is not None:
        raise FormTrouble(where)
    usage, limit, error = form["usage"] or {}, form["rate_limit"] or {}, form["error"]
    columns = {
        **form,
        **{name: form["timings"][name] for name in ("time_to_first_token", "longest_gap")},
        "total_time": form["timings"]["total"],
        "waited": form["timings"].get("waited"),
        "credential": form.get("credential"),
        **{name: usage.get(name) for name in _TOKENS},
        "usage_source": usage.get("source"),
        "usage_details": usage.get("details"),
        **{name: limit.get(name) for name in _LIMITS},
        "rate_headers": limit.get("headers"),
        "error": error,
        "started_ms": 0,
    }
    call = to_call(columns, dict(_files(form)))
    return replace(call, started_at=datetime.fromisoformat(form["started_at"]).astimezone(UTC))


def _files(form: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    for turn, message in enumerate(form["messages"]):
        for place, item in enumerate(message.get("attachments", ())):
            if "data" not in item:
                continue
            try:
                data = base64.b64decode(item["data"], validate=True)
            except ValueError:
                data = b""
            if hashlib.sha256(data).hexdigest() != item["sha256"]:
                raise FormTrouble(f".messages[{turn}].attachments[{place}].data")
            yield item["sha256"], data


_TOKENS = ("input_tokens", "output_tokens", "total_tokens")
_LIMITS = ("limit_requests", "remaining_requests", "limit_tokens", "remaining_tokens")

_ATTACHMENT = record(
    {"name": text, "media_type": text, "size": whole, "sha256": text}, {"data": text}
)
_TRACE = record(
    {
        "name": text,
        "requested": anything,
        "wire_name": maybe(text),
        "sent": anything,
        "outcome": one_of(*get_args(Outcome)),
        "echoed": anything,
        "reason": text,
        "reason_zh": text,
    }
)
_USAGE = record(
    {
        **dict.fromkeys(_TOKENS, maybe(whole)),
        "details": mapping(whole),
        "source": one_of("provider", "estimate"),
    }
)
_ERROR = record(
    {
        "class": text,
        "code": maybe(text),
        "message": text,
        "message_zh": text,
        "said": text,
        "status": maybe(whole),
        "retry_after": maybe(number),
    }
)
_REQUEST = record(
    {
        "method": text,
        "url": text,
        "headers": mapping(text),
        "body": mapping(anything),
        "auth": one_of(*get_args(Auth)),
    }
)
_LOGPROB = record(
    {
        "text": text,
        "logprob": number,
        "rivals": every(row(text, number)),
        "nucleus_size": maybe(whole),
    }
)

CALL: Shape = record(
    {
        "id": text,
        "attempt": count,
        "retry_of": maybe(text),
        "provider": text,
        "model": text,
        "emulated": flag,
        "state": one_of(*get_args(State)),
        "text": text,
        "reasoning": text,
        "finish_reason": maybe(text),
        "params": every(_TRACE),
        "usage": maybe(_USAGE),
        "rate_limit": maybe(
            record({**dict.fromkeys(_LIMITS, maybe(whole)), "headers": mapping(text)})
        ),
        "timings": record(
            dict.fromkeys(("time_to_first_token", "total", "longest_gap"), maybe(number)),
            {"waited": maybe(number)},
        ),
        "chunks": every(row(number, whole, whole)),
        "billed": one_of(*get_args(Billed)),
        "phase": text,
        "error": maybe(_ERROR),
        "request_id": maybe(text),
        "tag": maybe(text),
        "run": maybe(text),
        "cell": maybe(count),
        "user": maybe(text),
        "started_at": moment,
        "stream": flag,
        "system": text,
        "messages": every(
            record(
                {"role": one_of(*get_args(Role)), "content": text},
                {"attachments": every(_ATTACHMENT)},
            )
        ),
        "left_out": count,
        "tool_calls": every(record({"index": count, "name": text, "arguments": text, "id": text})),
        "served_model": maybe(text),
        "extras": mapping(anything),
        "request": maybe(_REQUEST),
        "logprobs": every(_LOGPROB),
    },
    {"credential": maybe(text)},
)
