"""From the JSON of an OpenAI-style answer, whole or one chunk of a stream, to a delta.

Source: https://platform.openai.com/docs/api-reference/chat/object
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from backends.frames import odd_usage
from backends.provider import id_of, text_of, usage_of
from backends.reading import bounded, soft_text
from backends.types import Delta, TokenLogprob, ToolCall

# Reasons that a service gives under a name of its own.
_FINISH = {"max_tokens": "length"}


def delta_of(answer: Mapping[str, Any], params: Mapping[str, Any], reports: Sequence[str]) -> Delta:
    """What one object adds. `params` are those sent: whichever the answer repeats are its echo.

    What stands beside the text is read where it can be; it never costs the text.

    Raises:
        AttributeError, IndexError, TypeError: the parts that every answer has are not there.
    """
    choices = answer.get("choices") or [{}]
    choice = choices[0]
    part = choice.get("delta") or choice.get("message") or {}
    content = part.get("content")
    return Delta(
        text=soft_text(content) if isinstance(content, list) else text_of(content),
        # Two names are in use for the same thing.
        reasoning=soft_text(part.get("reasoning_content") or part.get("reasoning")),
        finish_reason=_finish(choice.get("finish_reason"), whole="message" in choice),
        usage=usage_of(answer.get("usage")),
        request_id=id_of(answer.get("id") or answer.get("sid")),
        logprobs=_logprobs(choice.get("logprobs")),
        tool_calls=_tool_calls(part),
        served_model=id_of(answer.get("model")),
        echo={name: bounded(answer[name]) for name in params if name in answer},
        extras=_reported(reports, answer, choice, part)
        | _own_tools(part)
        | odd_usage(answer.get("usage")),
    )


def _finish(reason: Any, *, whole: bool) -> str | None:
    if not isinstance(reason, str) or not reason:
        return None
    # It also stands in middle chunks, so in a stream it says nothing.
    if reason == "normal":
        return "stop" if whole else None
    return _FINISH.get(reason, reason)


def _tool_rows(part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    asked = part.get("tool_calls")
    if part.get("function_call"):
        asked = [{"function": part["function_call"]}]
    if not asked:
        return []
    # One service writes a single call as an object instead of a list.
    rows = [asked] if isinstance(asked, Mapping) else asked
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _is_function(row: Mapping[str, Any]) -> bool:
    return row.get("type") in (None, "", "function")


def _tool_calls(part: Mapping[str, Any]) -> tuple[ToolCall, ...]:
    rows = [row for row in _tool_rows(part) if _is_function(row)]
    return tuple(_tool_call(place, row) for place, row in enumerate(rows))


def _tool_call(place: int, row: Mapping[str, Any]) -> ToolCall:
    function = row.get("function")
    function = function if isinstance(function, Mapping) else {}
    index = row.get("index")
    return ToolCall(
        index if isinstance(index, int) and not isinstance(index, bool) else place,
        soft_text(function.get("name")),
        soft_text(function.get("arguments")),
        soft_text(row.get("id")),
    )


def _own_tools(part: Mapping[str, Any]) -> dict[str, Any]:
    """What tools of the service itself found, such as its web search; by the tool's type."""
    rows = [row for row in _tool_rows(part) if not _is_function(row)]
    kinds = [(soft_text(row.get("type")), row) for row in rows]
    return {kind: bounded(row[kind]) for kind, row in kinds if kind in row}


def _logprobs(reported: Any) -> tuple[TokenLogprob, ...]:
    if not isinstance(reported, Mapping):
        return ()
    return tuple(
        TokenLogprob(
            soft_text(row.get("token")),
            float(row["logprob"]),
            tuple(
                (soft_text(rival.get("token")), math.exp(min(0.0, float(rival["logprob"]))))
                for rival in _scored(row.get("top_logprobs"))
            ),
        )
        for row in _scored(reported.get("content"))
    )


def _scored(rows: Any) -> list[Mapping[str, Any]]:
    """Those that have a log-probability."""
    return [
        row
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, Mapping) and isinstance(row.get("logprob"), int | float)
    ]


def _reported(reports: Sequence[str], *places: Mapping[str, Any]) -> dict[str, Any]:
    """What the service tells beside the answer, where it tells anything."""
    return {
        name: bounded(place[name])
        for place in places
        for name in reports
        if name in place and place[name] not in (None, "")
    }
