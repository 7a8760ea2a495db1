"""What the server of ChatGLM-6B can work with: https://github.com/THUDM/ChatGLM-6B.

A 0 and a null become the default, for it reads `or`. What its model cannot take is an exception.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ..checks import Range, outside
from ..counting import count, qianfan

DEFAULTS: Final[dict[str, Any]] = {"max_length": 2048, "top_p": 0.7, "temperature": 0.95}
RANGES: Final = {
    "max_length": Range(1, 2**31 - 1, whole=True),
    "top_p": Range(0, 1),
    "temperature": Range(0, 1e6, above=True),
}


@dataclass(frozen=True, slots=True)
class Request:
    """A request that the model can answer; `budget` is what `max_length` leaves for the answer."""

    prompt: str
    history: list[list[str]]
    tokens: int
    budget: int
    knobs: dict[str, Any]


def read(body: dict[str, Any] | None) -> Request | None:
    """The request in a body, None for one that the server fails at."""
    if body is None or not isinstance(body.get("prompt"), str):
        return None
    history = body.get("history") or []
    if not isinstance(history, list) or not all(map(_is_turn, history)):
        return None
    given = {name: body.get(name) or default for name, default in DEFAULTS.items()}
    if outside(given, RANGES) is not None:
        return None
    texts = [*(text for turn in history for text in turn), body["prompt"]]
    tokens = sum(count(text, qianfan) for text in texts)
    budget = max(0, given["max_length"] - tokens)
    knobs = {
        "temperature": given["temperature"],
        "top_p": given["top_p"],
        # The handbook knows no budget below 1.
        "max_output_tokens": max(1, budget),
    }
    return Request(body["prompt"], history, tokens, budget, knobs)


def _is_turn(turn: object) -> bool:
    return isinstance(turn, list) and len(turn) == 2 and all(isinstance(text, str) for text in turn)
