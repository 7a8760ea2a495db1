"""What the v2 chat API refuses: Baidu's document kmamoewth (ranges) and its list of v2 errors.

The published list has the codes; the texts are ours.
"""

from __future__ import annotations

import secrets
from typing import Any, Final

from ..checks import Range, Request, bad_stop, outside
from ..counting import count, qianfan
from ..exchange import Exchange, Refused
from ..openai.tools import bad_tools
from .models import V2, V2Model

ROLES: Final = ("system", "user", "assistant", "tool")
# The choices of a tool_choice that is a word.
TOOL_CHOICES: Final = ("none", "auto", "required")
EVERY: Final = {
    "top_p": Range(0, 1),
    "penalty_score": Range(1, 2),
    "frequency_penalty": Range(-2, 2),
    "presence_penalty": Range(-2, 2),
    "repetition_penalty": Range(0, 2, above=True),
    "seed": Range(0, 2_147_483_647, above=True, below=True, whole=True),
    "thinking_budget": Range(100, 1_000_000, whole=True),
}


def error(status: int, code: str, message: str, kind: str = "invalid_request_error") -> Refused:
    """An error of v2: a real HTTP status and an object under `error`."""
    inner = {"code": code, "message": message, "type": kind}
    return Refused(status, {"error": inner, "id": f"as-{secrets.token_hex(5)}"}, code)


def read(exchange: Exchange) -> Request:
    """The request in `exchange`, or Refused with the first thing that is wrong with it."""
    body = exchange.json
    if body is None:
        raise error(400, "malformed_json", "The request body is not a JSON object")
    name, model = _model(body)
    texts = _texts(body)
    _check_parameters(body, model)
    if sum(map(len, texts)) > model.characters:
        text = f"the max input characters is {model.characters}"
        raise error(400, "characters_too_long", text)
    tokens = count("\n".join(texts), qianfan)
    if tokens > model.tokens:
        raise error(400, "tokens_too_long", f"the max input tokens is {model.tokens}")
    budget = _limit(body) or model.default_output
    system = texts[0] if body["messages"][0]["role"] == "system" else ""
    thinks = model.thinks == "always" or (
        model.thinks == "when asked" and body.get("enable_thinking") is True
    )
    asked = [text for turn, text in zip(body["messages"], texts, strict=True)
             if turn["role"] == "user"]  # fmt: skip
    question = asked[-1] if asked else texts[-1]
    return Request(body, name, question, system, tokens, budget, _knobs(body, budget), thinks)


def _model(body: dict[str, Any]) -> tuple[str, V2Model]:
    name = body.get("model")
    if not isinstance(name, str) or not name:
        raise error(400, "invalid_model", "model is empty")
    if name not in V2:
        raise error(401, "invalid_model", f"No permission to use the model {name}")
    return name, V2[name]


def _texts(body: dict[str, Any]) -> list[str]:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise error(400, "invalid_messages", "messages must be a list and not empty")
    for place, turn in enumerate(messages):
        role = turn.get("role") if isinstance(turn, dict) else None
        if role not in ROLES:
            raise error(400, "invalid_messages", f"role must be one of {', '.join(ROLES)}")
        if role == "system" and place:
            raise error(400, "invalid_messages", "the system message must be the first")
    if messages[-1]["role"] not in ("user", "tool"):
        raise error(400, "invalid_messages", "the last message must be of role user or tool")
    return [_text(turn) for turn in messages]


def _text(turn: dict[str, Any]) -> str:
    content = turn.get("content")
    if isinstance(content, list) and all(isinstance(part, dict) for part in content):
        content = "".join(part["text"] for part in content if isinstance(part.get("text"), str))
    if turn["role"] == "assistant" and turn.get("tool_calls"):
        content = content or ""
    elif not isinstance(content, str) or not content.strip():
        raise error(400, "invalid_messages", "the content of a message must not be empty")
    return str(content)


def _check_parameters(body: dict[str, Any], model: V2Model) -> None:
    if body.get("penalty_score") is not None and not model.penalty_score:
        text = "penalty_score is not supported by this model"
        raise error(400, "invalid_argument", text)
    temperature = Range(0, 2) if model.wide else Range(0, 1, above=True)
    output = Range(*model.output, whole=True)
    ranges = EVERY | {"temperature": temperature, "max_tokens": output}
    problem = outside(body, ranges | {"max_completion_tokens": output})
    problem = problem or bad_stop(body, most=4, longest=20) or _bad_shape(body) or bad_tools(body)
    if problem is not None:
        raise error(400, "invalid_argument", problem)


def _bad_shape(body: dict[str, Any]) -> str | None:
    for name in ("stream", "enable_thinking", "parallel_tool_calls"):
        if not isinstance(body.get(name), bool | None):
            return f"{name} must be a boolean"
    for name in ("stream_options", "web_search", "response_format", "metadata"):
        if not isinstance(body.get(name), dict | None):
            return f"{name} must be an object"
    if len(body.get("metadata") or {}) > 16:
        return "metadata must have at most 16 entries"
    choice = body.get("tool_choice")
    if isinstance(choice, str) and choice not in TOOL_CHOICES:
        return f"tool_choice must be one of {', '.join(TOOL_CHOICES)} or an object"
    kind = (body.get("response_format") or {}).get("type", "text")
    if kind not in ("text", "json_object", "json_schema"):
        return "response_format.type must be text, json_object or json_schema"
    return None


def _limit(body: dict[str, Any]) -> int | None:
    limit = body.get("max_tokens")
    return body.get("max_completion_tokens") if limit is None else limit


def _knobs(body: dict[str, Any], budget: int) -> dict[str, Any]:
    names = ("temperature", "top_p", "penalty_score", "frequency_penalty", "presence_penalty")
    taken = {name: body[name] for name in (*names, "seed") if body.get(name) is not None}
    return taken | {"stop": tuple(body.get("stop") or ()), "max_output_tokens": budget}
