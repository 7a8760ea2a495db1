"""Values for every parameter of the catalogue at the edges that the contract names."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from backends import CATALOGUE, ModelSpec, ParamSpec

EDGES = ("minimum", "maximum", "neutral", "zero", "out of range", "nan", "empty list")

_FUNCTION = {
    "name": "get_weather",
    "description": "The weather of a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
}
_JSON: Mapping[str, tuple[Any, Any]] = {
    "tools": ([{"type": "function", "function": _FUNCTION}],) * 2,
    "functions": ([_FUNCTION],) * 2,
    "tool_choice": ("none", "auto"),
    "metadata": ({}, {"purpose": "test"}),
}


def settings(model: ModelSpec, edge: str) -> dict[str, Any]:
    """A value for every parameter there is, whether the model takes it or not."""
    return {name: value(model.param(name) or spec, edge) for name, spec in CATALOGUE.items()}


def value(spec: ParamSpec, edge: str) -> Any:
    """A value of one parameter at an edge."""
    if edge == "nan":
        return math.nan
    if edge == "empty list":
        return []
    if edge == "zero":
        return 0.0 if spec.kind == "float" else 0
    if edge == "out of range":
        return _outside(spec)
    if spec.kind == "json":
        return _JSON[spec.name][edge == "maximum"]
    if spec.kind == "bool":
        return edge == "maximum"
    if spec.kind == "choice":
        return spec.choices[0 if edge == "minimum" else -1]
    if spec.kind == "text":
        return "u" * int(spec.maximum or 20) if edge == "maximum" else "u"
    if spec.kind == "strings":
        longest = "a" * int(spec.maximum or 20)
        return [longest] * (spec.max_items or 2) if edge == "maximum" else []
    return _number(spec, edge)


def _number(spec: ParamSpec, edge: str) -> Any:
    step = spec.step or 0.01
    low, high = spec.minimum, spec.maximum
    if low is not None and spec.exclusive_minimum:
        low = round(low + step, 6)
    if high is not None and spec.exclusive_maximum:
        high = round(high - step, 6)
    found: Any = {"minimum": low, "maximum": high, "neutral": spec.neutral}[edge]
    if found is None:
        found = low if low is not None else 1
    if low is not None:
        found = max(found, low)
    if high is not None:
        found = min(found, high)
    return int(found) if spec.kind == "int" else found


def _outside(spec: ParamSpec) -> Any:
    if spec.kind in ("float", "int"):
        if spec.maximum is not None:
            return spec.maximum + (0 if spec.exclusive_maximum else 1)
        if spec.minimum is not None:
            return spec.minimum - (0 if spec.exclusive_minimum else 1)
        return math.inf
    if spec.kind == "text" and spec.maximum is not None:
        return "u" * (int(spec.maximum) + 1)
    return {"bool": "yes", "choice": "no such word", "strings": "text"}.get(spec.kind, math.inf)


def leaves(body: Any, path: str = "") -> dict[str, Any]:
    """Every value of a body under its dotted path; lists count as values.

    A list of typed tools, as Spark takes it, reads as an object: `tools.web_search.enable`.
    """
    if isinstance(body, list) and path.endswith("tools") and all(_switch(item) for item in body):
        body = {item["type"]: item[item["type"]] for item in body}
    if not isinstance(body, dict) or not body:
        return {path: body}
    found: dict[str, Any] = {}
    for name, inner in body.items():
        found |= leaves(inner, f"{path}.{name}" if path else name)
    return found


def _switch(item: Any) -> bool:
    return isinstance(item, dict) and set(item) == {"type", "web_search"}
