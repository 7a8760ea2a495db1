"""Web search and function calls of Spark, the same over WebSocket and HTTP.

https://github.com/iFLYTEK-OP/websdk-java doc/spark/sparkchat.md holds the provider's document.

Our model calls a function when the question holds the function's name.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..answers import Piece, spoil
from ..faults import Fault

MODES: Final = ("normal", "deep")
THINKING: Final = ("enabled", "disabled", "auto")
SAMPLES: Final[dict[str, Any]] = {
    "string": "示例", "integer": 1, "number": 1.0, "boolean": True, "array": [], "object": {},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """A function to be called; `arguments` is JSON text, as the protocol has it."""

    name: str
    arguments: str


def bad_search(tool: dict[str, Any]) -> str | None:
    """A sentence when a tool of type web_search is not as documented."""
    switch = tool.get("web_search", {})
    if not isinstance(switch, dict):
        return "web_search must be an object"
    for name in ("enable", "show_ref_label"):
        if not isinstance(switch.get(name, False), bool):
            return f"web_search.{name} must be a boolean"
    if switch.get("search_mode", "normal") not in MODES:
        return f"web_search.search_mode must be one of {', '.join(MODES)}"
    return None


def wants_sources(tools: Sequence[dict[str, Any]]) -> bool:
    """Whether the search is on, as it is by default, and its sources are asked for."""
    switches = [tool.get("web_search", {}) for tool in tools if tool["type"] == "web_search"]
    return any(one.get("enable", True) and one.get("show_ref_label", False) for one in switches)


def sources(question: str) -> list[dict[str, Any]]:
    """What a search found: two pages that do not exist."""
    return [
        {"index": n, "url": f"https://example.org/{n}", "title": f"{question[:20]}（第{n}条）"}
        for n in (1, 2)
    ]


def bad_function(function: object) -> str | None:
    """A sentence when a declared function lacks one of its three required parts."""
    if not isinstance(function, dict):
        return "a function must be an object"
    if not isinstance(function.get("name"), str) or not function["name"]:
        return "name of a function is required"
    if not isinstance(function.get("description"), str):
        return "description of a function is required"
    if not isinstance(function.get("parameters"), dict):
        return "parameters of a function must be an object"
    return None


def bad_thinking(body: dict[str, Any]) -> str | None:
    """A sentence when `thinking` is not one of the three documented switches."""
    thinking = body.get("thinking")
    if thinking is None:
        return None
    if not isinstance(thinking, dict) or thinking.get("type", "enabled") not in THINKING:
        return f"thinking.type must be one of {', '.join(THINKING)}"
    return None


def call_for(functions: Sequence[dict[str, Any]], question: str) -> Call | None:
    """The call of the first of the good `functions` that the question names."""
    named = (function for function in functions if function["name"] in question)
    return next((call_of(function) for function in named), None)


def call_of(function: dict[str, Any]) -> Call:
    """A call with a sample for each property that the function declares."""
    properties = function["parameters"].get("properties")
    if isinstance(properties, str):
        # The official Java SDK sends the properties as JSON text.
        properties = _parsed(properties)
    filled = {
        name: _sample(what) for name, what in properties.items()
    } if isinstance(properties, dict) else {}  # fmt: skip
    text = json.dumps(filled, ensure_ascii=False, separators=(",", ":"))
    return Call(function["name"], text)


async def before_call(fault: Fault | None) -> Piece | None:
    """Does to a call what `fault` does to a text; a piece when the review stops it."""
    if fault is not None and fault.delay:
        await asyncio.sleep(fault.delay)
    if fault is not None and fault.ending is not None:
        return await spoil(fault.ending)
    return None


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _sample(what: object) -> Any:
    kind = what.get("type") if isinstance(what, dict) else None
    return SAMPLES.get(kind, "示例") if isinstance(kind, str) else "示例"
