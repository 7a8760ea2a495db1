"""What Spark's chat socket refuses.

https://github.com/iFLYTEK-OP/websdk-java doc/spark/sparkchat.md holds the provider's document.
"""

from __future__ import annotations

from typing import Any, Final

from ..answers import thought_about
from ..checks import Range, outside
from ..counting import count, spark
from .spark_models import Model
from .spark_schema import (
    Rejected,
    Request,
    chat_of,
    check_roles,
    client_error,
    tokens_of,
    turns_of,
)
from .spark_tools import bad_function, bad_search, bad_thinking, call_for, wants_sources

PLAIN: Final = {"temperature": Range(0, 1, above=True), "top_k": Range(1, 6, whole=True)}
# The ranges in the official Java SDK of 2025-11.
THINKING: Final = {
    "temperature": Range(0, 2, above=True),
    "top_k": Range(1, 6, whole=True),
    "top_p": Range(0, 1, above=True),
    "presence_penalty": Range(-2, 10),
    "frequency_penalty": Range(-2, 10),
}


def read(frame: dict[str, Any], model: Model, app_id: str) -> Request:
    """The request in a frame, or Rejected with the first thing that is wrong with it."""
    chat = chat_of(frame, app_id)
    if chat.get("domain") != model.domain:
        raise client_error("invalid model domain")
    output = {"max_tokens": Range(1, model.output, whole=True)}
    problem = outside(chat, (THINKING if model.thinks else PLAIN) | output)
    problem = problem or (bad_thinking(chat) if model.thinks else None)
    if problem is not None:
        raise Rejected(10005, f"invalid param: {problem}")
    turns = turns_of(frame)
    check_roles([turn.get("role") for turn in turns], model.system, model.domain)
    tokens = tokens_of(turns, model.context)
    question, first = turns[-1]["content"], turns[0]
    budget = chat.get("max_tokens") or model.default_output
    return Request(
        question=question,
        system=first["content"] if first["role"] == "system" else "",
        question_tokens=count(question, spark),
        tokens=tokens,
        budget=budget,
        knobs=_knobs(chat, model) | {"max_output_tokens": budget},
        thought=thought_about(question) if model.thinks and _thinks(chat) else "",
        sources=model.searches and wants_sources(_tools(chat)) and model.cites,
        call=call_for(_functions(frame), question) if model.calls else None,
    )


def _knobs(chat: dict[str, Any], model: Model) -> dict[str, Any]:
    taken: dict[str, Any] = {"temperature": 0.5, "top_k": 4}
    if model.thinks:
        # The handbook knows penalties up to 2.
        names = ("presence_penalty", "frequency_penalty")
        taken |= {name: min(2.0, chat[name]) for name in names if chat.get(name) is not None}
    used = ("temperature", "top_k", "top_p") if model.thinks else ("temperature", "top_k")
    return taken | {name: chat[name] for name in used if chat.get(name) is not None}


def _thinks(chat: dict[str, Any]) -> bool:
    return (chat.get("thinking") or {}).get("type") != "disabled"


def _tools(chat: dict[str, Any]) -> list[dict[str, Any]]:
    tools = [] if chat.get("tools") is None else chat["tools"]
    if not isinstance(tools, list) or not all(isinstance(tool, dict) for tool in tools):
        raise Rejected(10004, "schema error: $.parameter.chat.tools must be a list of objects")
    problem = "tools must hold one tool" if len(tools) > 1 else None
    for tool in tools:
        if tool.get("type") != "web_search":
            problem = "tools.type must be web_search"
        problem = problem or bad_search(tool)
    if problem is not None:
        raise Rejected(10005, f"invalid param: {problem}")
    return tools


def _functions(frame: dict[str, Any]) -> list[dict[str, Any]]:
    functions = frame["payload"].get("functions")
    if functions is None:
        return []
    items = functions.get("text", []) if isinstance(functions, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Rejected(10004, "schema error: $.payload.functions.text must be a list of objects")
    # Real clients send the OpenAI form too.
    plain = [item.get("function") if item.get("type") == "function" else item for item in items]
    for problem in map(bad_function, plain):
        if problem is not None:
            raise Rejected(10004, f"schema error: $.payload.functions: {problem}")
    return plain
