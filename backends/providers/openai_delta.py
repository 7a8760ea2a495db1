"""From the JSON of an OpenAI-style answer, whole or one chunk of a stream, to a delta.

Source: https://platform.openai.com/docs/api-reference/chat/object
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from backends.provider import id_of, text_of, usage_of
from backends.types import Delta, TokenLogprob, ToolCall

_FINISH = {"normal": "stop"}


def delta_of(answer: Mapping[str, Any], params: Mapping[str, Any], reports: Sequence[str]) -> Delta:
    """What one object adds. `params` are those sent: whichever the answer repeats are its echo.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: it has not the documented shape.
    """
    choices = answer.get("choices") or [{}]
    choice = choices[0]
    part = choice.get("delta") or choice.get("message") or {}
    reason = choice.get("finish_reason")
    return Delta(
        text=text_of(part.get("content")),
        # Two names are in use for the same thing.
        reasoning=text_of(part.get("reasoning_content") or part.get("reasoning")),
        finish_reason=_FINISH.get(reason, reason) or None,
        usage=usage_of(answer.get("usage")),
        request_id=id_of(answer.get("id") or answer.get("sid")),
        logprobs=_logprobs((choice.get("logprobs") or {}).get("content")),
        tool_calls=_tool_calls(part),
        served_model=id_of(answer.get("model")),
        echo={name: answer[name] for name in params if name in answer},
        extras=_reported(reports, answer, choice, part) | _own_tools(part),
    )


def _tool_rows(part: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    asked = part.get("tool_calls") or []
    if part.get("function_call"):
        asked = [{"function": part["function_call"]}]
    # One service writes a single call as an object instead of a list.
    return [asked] if isinstance(asked, Mapping) else asked


def _tool_calls(part: Mapping[str, Any]) -> tuple[ToolCall, ...]:
    return tuple(
        _tool_call(place, row) for place, row in enumerate(_tool_rows(part)) if row.get("function")
    )


def _own_tools(part: Mapping[str, Any]) -> dict[str, Any]:
    """What tools of the service itself found, such as its web search; by the tool's type."""
    return {
        kind: row[kind]
        for row in _tool_rows(part)
        if not row.get("function") and (kind := text_of(row.get("type"))) in row
    }


def _tool_call(place: int, row: Mapping[str, Any]) -> ToolCall:
    function = row.get("function") or {}
    arguments = function.get("arguments") or ""
    if not isinstance(arguments, str):
        arguments = json.dumps(arguments, ensure_ascii=False)
    return ToolCall(
        int(row.get("index", place)), text_of(function.get("name")), arguments,
        text_of(row.get("id")),
    )  # fmt: skip


def _logprobs(rows: Any) -> tuple[TokenLogprob, ...]:
    return tuple(
        TokenLogprob(
            text_of(row["token"]),
            float(row["logprob"]),
            tuple(
                (text_of(rival["token"]), math.exp(min(0.0, float(rival["logprob"]))))
                for rival in row.get("top_logprobs") or ()
            ),
        )
        for row in rows or ()
    )


def _reported(reports: Sequence[str], *places: Mapping[str, Any]) -> dict[str, Any]:
    """What the service tells beside the answer, where it tells anything."""
    return {
        name: place[name]
        for place in places
        for name in reports
        if place.get(name) not in (None, "")
    }
