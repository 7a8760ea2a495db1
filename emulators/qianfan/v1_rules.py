"""What the v1 chat API refuses, in its own codes.

Codes and parameters as in https://github.com/baidubce/bce-qianfan-sdk and Baidu's model list
Jlugqd6pw; length rules: Baidu's document Ultiovtgu. The texts of
336003 are not published; these are ours.
"""

from __future__ import annotations

import secrets
from typing import Any, Final

from ..checks import Range, bad_stop, outside
from ..counting import count, qianfan
from ..exchange import Exchange, Refused
from .models import V1Model

JSON: Final = (("Content-Type", "application/json"),)
ODD: Final = "the length of messages must be an odd number"
EVEN_INDEX: Final = "the role of message with even index in the messages must be user or function"
ODD_INDEX: Final = "the role of message with odd index in the messages must be assistant"

EVERY: Final = {
    "temperature": Range(0, 1, above=True),
    "top_p": Range(0, 1),
    "penalty_score": Range(1, 2),
}
TUNED: Final = {
    "frequency_penalty": Range(-2, 2),
    "presence_penalty": Range(-2, 2),
    "min_output_tokens": Range(2, 2048, whole=True),
}


def new_id() -> str:
    """An answer's id: `as-` and ten signs."""
    return f"as-{secrets.token_hex(5)}"


def gateway_error(code: int, message: str) -> Refused:
    """An error of the open-API gateway, which knows no answer id."""
    return Refused(200, {"error_code": code, "error_msg": message}, code, JSON)


def error(code: int, message: str) -> Refused:
    """An error of the model service. It is HTTP 200 and plain JSON, on stream requests too."""
    return Refused(200, {"error_code": code, "error_msg": message, "id": new_id()}, code, JSON)


def check(exchange: Exchange, model: V1Model) -> dict[str, Any]:
    """The body of a chat request, or Refused with the first thing that is wrong with it."""
    body = exchange.json
    if body is None:
        raise error(336002, "Invalid JSON")
    _check_messages(body, model)
    _check_system(body, model)
    ranges = EVERY | (TUNED if model.tuned else {})
    if model.output is not None:
        ranges |= {"max_output_tokens": Range(*model.output, whole=True)}
    if model.top_k:
        ranges |= {"top_k": Range(1, 2**31 - 1, whole=True)}
    problem = outside(body, ranges) or bad_stop(body, most=4, longest=20)
    problem = problem or _bad_shape(body, model)
    if problem is not None:
        raise error(336003, problem)
    return body


BOOLEANS: Final = (
    "stream", "disable_search", "enable_citation", "enable_trace", "enable_system_memory"
)  # fmt: skip
TEXTS: Final = ("user_id", "user_ip", "user_setting", "system_memory_id")


def _bad_shape(body: dict[str, Any], model: V1Model) -> str | None:
    for name in BOOLEANS:
        if not isinstance(body.get(name), bool | None):
            return f"{name} must be a boolean"
    for name in TEXTS:
        if not isinstance(body.get(name), str | None):
            return f"{name} must be a string"
    if body.get("response_format") not in (None, "text", "json_object"):
        return "response_format must be text or json_object"
    functions = body.get("functions")
    named = isinstance(functions, list) and all(
        isinstance(function, dict) and isinstance(function.get("name"), str)
        for function in functions
    )
    if functions is not None and model.functions and not named:
        return "functions must be a list of objects that have a name"
    return None


def _check_messages(body: dict[str, Any], model: V1Model) -> None:
    messages = body.get("messages")
    if not isinstance(messages, list) or not all(isinstance(turn, dict) for turn in messages):
        raise error(336003, "messages must be a list of objects")
    if len(messages) % 2 == 0:
        raise error(336006, ODD)
    asking = ("user", "function") if model.functions else ("user",)
    for place, turn in enumerate(messages):
        allowed = ("assistant",) if place % 2 else asking if place else ("user",)
        if turn.get("role") not in allowed:
            raise error(336006, ODD_INDEX if place % 2 else EVEN_INDEX)
        content = turn.get("content")
        called = place % 2 == 1 and "function_call" in turn
        if not isinstance(content, str) or (content == "" and not called):
            raise error(336003, "the content of message must be a string and not empty")
    if messages[-1]["content"].strip(" \n\r\f") == "":
        raise error(336003, "the content of the last message must not be blank")


def _check_system(body: dict[str, Any], model: V1Model) -> None:
    system = body.get("system")
    if system is not None and not isinstance(system, str):
        raise error(336104, "system must be a string")
    if system and model.functions and body.get("functions"):
        raise error(336104, "system is not supported together with functions")


def input_tokens(body: dict[str, Any], model: V1Model) -> int:
    """Tokens of messages and system; Refused where they pass one of the two gates."""
    texts = [turn["content"] for turn in body["messages"]]
    if model.system:
        texts.append(body.get("system") or "")
    if model.characters is not None and sum(map(len, texts)) > model.characters:
        raise error(336007, f"the max input characters is {model.characters}")
    tokens = count("\n".join(texts), qianfan)
    if model.tokens is not None and tokens > model.tokens:
        raise error(336103, "Prompt tokens too long")
    return tokens
