"""Numbers for widgets: finite, of one type, and never mistaken for documented facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from backends import ParamSpec

Number = float | int


NUMBERS = ("float", "int")


class _Wide(NamedTuple):
    """Widget bounds where the provider documents none, and a value to start from."""

    minimum: float
    maximum: float
    start: float


# Widgets need finite bounds; these are wider than any documented range and no claim about one.
_WIDE: Mapping[str, _Wide] = {
    "temperature": _Wide(0, 5, 1),
    "top_p": _Wide(0, 1, 1),
    "penalty_score": _Wide(0, 5, 1),
    "max_output_tokens": _Wide(1, 131072, 1024),
    "top_k": _Wide(1, 1000, 40),
    "frequency_penalty": _Wide(-10, 10, 0),
    "presence_penalty": _Wide(-10, 10, 0),
    "seed": _Wide(-1, 2147483647, 1),
    "repetition_penalty": _Wide(0, 5, 1),
    "min_p": _Wide(0, 1, 0),
    "min_output_tokens": _Wide(1, 131072, 2),
    "thinking_budget": _Wide(0, 131072, 4096),
    "top_logprobs": _Wide(0, 20, 5),
    "silence_timeout": _Wide(0, 10000, 2000),
}
_ANY = _Wide(-1_000_000, 1_000_000, 0)


def as_text(value: Any) -> str:
    """A parameter value as the widgets show it: strings one a line, numbers as they are."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "\n".join(value) if isinstance(value, list | tuple) else str(value)


def bounds(spec: ParamSpec) -> tuple[Number, Number, Number]:
    """Lowest and highest value of the widget and its step, in the number type of the kind.

    Of a kind that is no number they say nothing.
    """
    if spec.kind not in NUMBERS:
        return 0, int(spec.maximum or 0), 1
    wide = _WIDE.get(spec.name, _ANY)
    step = spec.step or (1 if spec.kind == "int" else 0.01)
    low = wide.minimum if spec.minimum is None else spec.minimum
    if spec.exclusive_minimum:
        # Rounded, because 0.1 + 0.2 would otherwise show sixteen digits.
        low = round(low + step, 10)
    high = max(wide.maximum, low + step) if spec.maximum is None else spec.maximum
    if spec.exclusive_maximum:
        high = round(high - step, 10)
    return typed(spec.kind, low), typed(spec.kind, high), typed(spec.kind, step)


def start(spec: ParamSpec, low: Number, high: Number) -> Any:
    """What the widget shows first: the default, else the neutral value, else a usual one."""
    if spec.kind == "bool":
        return bool(spec.default)
    if spec.kind == "choice":
        return spec.default if spec.default is not None else spec.choices[0]
    if spec.kind not in NUMBERS:
        return "" if spec.default is None else as_text(spec.default)
    for value in (spec.default, spec.neutral, _WIDE.get(spec.name, _ANY).start):
        if isinstance(value, int | float):
            return typed(spec.kind, min(max(value, low), high))
    return low


def typed(kind: str, value: Number) -> Number:
    """A number of the parameter's type; toolkits refuse a mixture."""
    return int(value) if kind == "int" else float(value)
