"""Tool calls: a question that names a function is answered with a call of it.

https://platform.openai.com/docs/guides/function-calling.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

from ..checks import Request


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call; `arguments` is JSON."""

    id: str
    name: str
    arguments: str

    def whole(self) -> dict[str, Any]:
        """As it stands in a whole answer."""
        inner = {"name": self.name, "arguments": self.arguments}
        return {"id": self.id, "type": "function", "function": inner}

    def fragments(self) -> list[dict[str, Any]]:
        """As two steps of a stream: the name with half the arguments, then the other half."""
        half = len(self.arguments) // 2
        first = {"name": self.name, "arguments": self.arguments[:half]}
        return [
            {"index": 0, "id": self.id, "type": "function", "function": first},
            {"index": 0, "function": {"arguments": self.arguments[half:]}},
        ]


def bad_tools(body: dict[str, Any]) -> str | None:
    """A sentence when `tools` is not a list of functions with names."""
    tools = body.get("tools")
    if tools is None:
        return None
    if not isinstance(tools, list) or not all(_name(tool) for tool in tools):
        return "tools must be a list of functions that have a name"
    return None


def call_for(request: Request) -> ToolCall | None:
    """The call that answers `request`, None where words do."""
    body = request.body
    choice, messages = body.get("tool_choice"), body["messages"]
    if choice == "none" or messages[-1]["role"] == "tool":
        return None
    tools = body.get("tools") or []
    forced = _name(choice) if isinstance(choice, dict) else ""
    for tool in tools:
        name = _name(tool)
        if name == forced or (not forced and name in request.question):
            return call_of(tool["function"], request.question)
    if choice == "required" and tools:
        return call_of(tools[0]["function"], request.question)
    return None


def call_of(function: dict[str, Any], question: str) -> ToolCall:
    """A call of `function`, its arguments filled from its schema, the question as each text."""
    parameters = function.get("parameters")
    properties = parameters.get("properties") if isinstance(parameters, dict) else None
    given = properties if isinstance(properties, dict) else {}
    arguments = {key: _value(kind, question) for key, kind in given.items()}
    text = json.dumps(arguments, ensure_ascii=False)
    return ToolCall(f"call_{secrets.token_hex(12)}", str(function["name"]), text)


def _value(kind: object, question: str) -> object:
    wanted = kind.get("type") if isinstance(kind, dict) else None
    if isinstance(kind, dict) and isinstance(kind.get("enum"), list) and kind["enum"]:
        return kind["enum"][0]
    if wanted in ("integer", "number"):
        return 1
    if wanted == "boolean":
        return True
    return {"array": [], "object": {}}.get(str(wanted), question)


def _name(tool: object) -> str:
    function = tool.get("function") if isinstance(tool, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    return name if isinstance(name, str) else ""
