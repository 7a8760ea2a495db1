"""What ChatGLM3's demo server refuses, in the words of its framework.

https://github.com/THUDM/ChatGLM3/blob/main/openai_api_demo/api_server.py: fields that it does not
know are ignored; values that its model cannot take are an exception, which reads as 500.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ..checks import Range, outside
from ..counting import count, qianfan
from ..exchange import Exchange, Refused
from .chatglm import JSON, failed

ROLES: Final = ("user", "assistant", "system", "function")
DEFAULTS: Final[dict[str, Any]] = {"temperature": 0.8, "top_p": 0.8, "repetition_penalty": 1.1}
DEFAULT_OUTPUT: Final = 1024
GREEDY: Final = 1e-5
RANGES: Final = {
    "top_p": Range(0, 1),
    "repetition_penalty": Range(0, 1e6, above=True),
    "max_tokens": Range(1, 2**31 - 1, whole=True),
}
# JSON types by field: what they are called, and how a sentence names them.
TYPES: Final[dict[str, tuple[tuple[type, ...], str, str]]] = {
    "model": ((str,), "string_type", "Input should be a valid string"),
    "messages": ((list,), "list_type", "Input should be a valid list"),
    "temperature": ((int, float), "float_type", "Input should be a valid number"),
    "top_p": ((int, float), "float_type", "Input should be a valid number"),
    "max_tokens": ((int,), "int_type", "Input should be a valid integer"),
    "stream": ((bool,), "bool_type", "Input should be a valid boolean"),
    "tools": ((dict, list), "dict_type", "Input should be a valid dictionary"),
    "repetition_penalty": ((int, float), "float_type", "Input should be a valid number"),
}
REQUIRED: Final = ("model", "messages")


@dataclass(frozen=True, slots=True)
class Request:
    """A request that the model can answer."""

    model: str
    question: str
    system: str
    tokens: int
    budget: int
    stream: bool
    knobs: dict[str, Any]


def read(exchange: Exchange) -> Request:
    """The request in `exchange`, or Refused."""
    body = exchange.json
    if body is None:
        raise invalid(("body", 0), "json_invalid", "JSON decode error", {})
    _check_types(body)
    turns = [_turn(place, turn) for place, turn in enumerate(body["messages"])]
    if not turns or turns[-1][0] == "assistant":
        raise Refused(400, {"detail": "Invalid request"}, None, JSON)
    given = {name: body.get(name, default) for name, default in DEFAULTS.items()}
    budget = body.get("max_tokens") or DEFAULT_OUTPUT
    unusable = None in given.values() or any(text is None for _, text in turns)
    if unusable or outside(given | {"max_tokens": budget}, RANGES) is not None:
        raise failed()
    texts = [(role, text or "") for role, text in turns]
    return Request(
        model=body["model"],
        question=texts[-1][1],
        system=next((text for role, text in texts if role == "system"), ""),
        tokens=sum(count(text, qianfan) for _, text in texts),
        budget=budget,
        stream=bool(body.get("stream")),
        knobs=_knobs(given, budget),
    )


def invalid(where: tuple[str | int, ...], kind: str, message: str, given: object) -> Refused:
    """Status 422 as FastAPI writes it."""
    problem = {"type": kind, "loc": list(where), "msg": message, "input": given}
    return Refused(422, {"detail": [problem]}, kind, JSON)


def _check_types(body: dict[str, Any]) -> None:
    for name, (types, kind, message) in TYPES.items():
        value = body.get(name)
        if name in REQUIRED and name not in body:
            raise invalid(("body", name), "missing", "Field required", body)
        if value is None and name not in REQUIRED:
            continue
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            raise invalid(("body", name), kind, message, value)


def _turn(place: int, turn: object) -> tuple[str, str | None]:
    where = ("body", "messages", place)
    if not isinstance(turn, dict):
        raise invalid(where, "model_attributes_type", "Input should be a valid dictionary", turn)
    if "role" not in turn:
        raise invalid((*where, "role"), "missing", "Field required", turn)
    if not isinstance(turn["role"], str) or turn["role"] not in ROLES:
        expected = ", ".join(f"'{role}'" for role in ROLES[:-1]) + f" or '{ROLES[-1]}'"
        message = f"Input should be {expected}"
        raise invalid((*where, "role"), "literal_error", message, turn["role"])
    if not isinstance(turn.get("content", ""), str):
        message = "Input should be a valid string"
        raise invalid((*where, "content"), "string_type", message, turn["content"])
    return turn["role"], turn.get("content")


def _knobs(given: dict[str, Any], budget: int) -> dict[str, Any]:
    greedy = given["temperature"] <= GREEDY
    return {
        "temperature": 0 if greedy else min(given["temperature"], 1e6),
        "top_p": given["top_p"],
        # The handbook's own scale ends at both sides.
        "penalty_score": min(2.0, max(1.0, given["repetition_penalty"])),
        "max_output_tokens": budget,
    }
