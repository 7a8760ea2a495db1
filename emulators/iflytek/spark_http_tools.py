"""The tools of Spark's HTTP service, and which of them an answer calls.

https://github.com/iFLYTEK-OP/websdk-java doc/spark/sparkchat.md holds the provider's document;
what differs on X1 is from https://www.xfyun.cn/doc/spark/X1http.html of 2025-11-03.
"""

from __future__ import annotations

import re
from typing import Any, Final

from .spark_tools import Call, bad_function, bad_search, call_for, call_of

NAME: Final = re.compile(r"[A-Za-z0-9_]{1,32}")


def bad_tools(body: dict[str, Any], thinks: bool) -> str | None:
    """A sentence when `tools` or `tool_choice` is not as documented."""
    tools = [] if body.get("tools") is None else body["tools"]
    if not isinstance(tools, list) or not all(isinstance(tool, dict) for tool in tools):
        return "tools must be a list of objects"
    for tool in tools:
        problem = _bad_tool(tool)
        if problem is not None:
            return f"tools: {problem}"
    if thinks and len({tool["type"] for tool in tools}) > 1:
        return "tools: web_search and function cannot be given together"
    return _bad_choice(body.get("tool_choice"), thinks, list(_functions(body)))


def chosen_call(body: dict[str, Any], question: str) -> Call | None:
    """The call that good tools and a good tool_choice lead to."""
    functions, choice = _functions(body), body.get("tool_choice")
    if choice == "none" or not functions:
        return None
    if choice == "required":
        first = next(iter(functions.values()))
        return call_for(list(functions.values()), question) or call_of(first)
    if isinstance(choice, dict) and choice["type"] == "function":
        return call_of(functions[_forced(choice)])
    allowed = _allowed(choice) if isinstance(choice, dict) else list(functions)
    return call_for([what for name, what in functions.items() if name in allowed], question)


def _functions(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    tools = body.get("tools") or []
    given = [tool["function"] for tool in tools if tool["type"] == "function"]
    return {function["name"]: function for function in given}


def _bad_tool(tool: dict[str, Any]) -> str | None:
    if tool.get("type") == "web_search":
        return bad_search(tool)
    if tool.get("type") != "function":
        return "type must be function or web_search"
    problem = bad_function(tool.get("function"))
    if problem is None and not NAME.fullmatch(tool["function"]["name"]):
        return "name of a function must be 1 to 32 letters, digits and underscores"
    return problem


def _bad_choice(choice: object, thinks: bool, names: list[str]) -> str | None:
    if choice is None or choice in ("auto", "none", "required"):
        return None
    kind = choice.get("type") if isinstance(choice, dict) else None
    if isinstance(choice, dict) and kind == "function":
        return None if _forced(choice) in names else "tool_choice names no function of tools"
    if isinstance(choice, dict) and kind == "allowed_tools" and thinks:
        listed = isinstance(choice.get("tools"), list)
        return None if listed else "tool_choice.tools must be a list"
    return "tool_choice must be auto, none, required or a function"


def _forced(choice: dict[str, Any]) -> Any:
    # The name stands inside `function`, on X1 beside `type`.
    inner = choice.get("function", choice)
    return inner.get("name") if isinstance(inner, dict) else None


def _allowed(choice: dict[str, Any]) -> list[Any]:
    return [tool.get("name") for tool in choice["tools"] if isinstance(tool, dict)]
