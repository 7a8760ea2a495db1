"""What the OpenAI-style service refuses: https://platform.openai.com/docs/api-reference/chat/create."""

from __future__ import annotations

from typing import Any, Final

from .checks import Range, Request, outside
from .counting import count, qianfan
from .exchange import Exchange, Refused

CONTEXT: Final = 65_536
DEFAULT_OUTPUT: Final = 4_096
# Whether the model shows its reasoning.
MODELS: Final[dict[str, bool]] = {
    "deepseek-chat": False,
    "deepseek-reasoner": True,
    "gpt-4o-mini": False,
    "gpt-4.1-mini": False,
    "qwen-plus": False,
    "glm-4-flash": False,
    "moonshot-v1-8k": False,
}
ROLES: Final = ("system", "developer", "user", "assistant", "tool")
RANGES: Final = {
    "temperature": Range(0, 2),
    "top_p": Range(0, 1),
    "frequency_penalty": Range(-2, 2),
    "presence_penalty": Range(-2, 2),
    "max_tokens": Range(1, CONTEXT, whole=True),
    "max_completion_tokens": Range(1, CONTEXT, whole=True),
    "top_logprobs": Range(0, 20, whole=True),
    "seed": Range(-(2**63), 2**63 - 1, whole=True),
    # One answer per request: more is refused rather than ignored.
    "n": Range(1, 1, whole=True),
}


def error(
    status: int, code: str, message: str, kind: str = "invalid_request_error", param: str = ""
) -> Refused:
    """An error as OpenAI writes it."""
    inner = {"message": message, "type": kind, "param": param or None, "code": code}
    return Refused(status, {"error": inner}, code)


def read(exchange: Exchange) -> Request:
    """The request in `exchange`, or Refused with the first thing that is wrong with it."""
    body = exchange.json
    if body is None:
        raise error(400, "invalid_json", "We could not parse the JSON body of your request.")
    name = body.get("model")
    if not isinstance(name, str) or not name:
        raise error(400, "missing_required_parameter", "you must provide a model parameter")
    if name not in MODELS:
        text = f"The model `{name}` does not exist or you do not have access to it."
        raise error(404, "model_not_found", text)
    turns = _turns(body)
    problem = outside(body, RANGES) or _bad_shape(body)
    if problem is not None:
        raise error(400, "invalid_value", problem, param=problem.split(" ", 1)[0])
    tokens = sum(count(text, qianfan) for _, text in turns)
    if tokens > CONTEXT:
        text = f"This model's maximum context length is {CONTEXT} tokens; you sent {tokens}."
        raise error(400, "context_length_exceeded", text, param="messages")
    system = "\n".join(text for role, text in turns if role in ("system", "developer"))
    asked = [text for role, text in turns if role == "user"] or [turns[-1][1]]
    limit = body.get("max_completion_tokens") or body.get("max_tokens") or DEFAULT_OUTPUT
    return Request(body, name, asked[-1], system, tokens, limit, _knobs(body, limit), MODELS[name])


def _turns(body: dict[str, Any]) -> list[tuple[str, str]]:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise error(400, "invalid_type", "messages must be a list and not empty", param="messages")
    turns = []
    for place, turn in enumerate(messages):
        role = turn.get("role") if isinstance(turn, dict) else None
        if role not in ROLES:
            text = f"messages[{place}].role must be one of {', '.join(ROLES)}"
            raise error(400, "invalid_value", text, param=f"messages[{place}].role")
        turns.append((role, _text(turn, place)))
    return turns


def _text(turn: dict[str, Any], place: int) -> str:
    content = turn.get("content")
    if isinstance(content, list) and all(isinstance(part, dict) for part in content):
        return "".join(part["text"] for part in content if isinstance(part.get("text"), str))
    if content is None and turn["role"] == "assistant":
        return ""
    if not isinstance(content, str):
        text = f"messages[{place}].content must be a string or a list of parts"
        raise error(400, "invalid_type", text, param=f"messages[{place}].content")
    return content


def _bad_shape(body: dict[str, Any]) -> str | None:
    for name in ("stream", "logprobs"):
        if not isinstance(body.get(name), bool | None):
            return f"{name} must be a boolean"
    if not isinstance(body.get("stream_options"), dict | None):
        return "stream_options must be an object"
    if body.get("stream_options") and not body.get("stream"):
        return "stream_options is only allowed when stream is true"
    words = _stop(body)
    if not all(isinstance(word, str) and word for word in words) or len(words) > 16:
        return "stop must be a string or at most 16 strings that are not empty"
    return None


def _stop(body: dict[str, Any]) -> list[Any]:
    stop = body.get("stop")
    if stop is None:
        return []
    return stop if isinstance(stop, list) else [stop]


def _knobs(body: dict[str, Any], limit: int) -> dict[str, Any]:
    defaults: dict[str, Any] = {
        "temperature": 1.0, "top_p": 1.0, "frequency_penalty": 0.0, "presence_penalty": 0.0,
        "seed": None,
    }  # fmt: skip
    taken = {key: value if body.get(key) is None else body[key] for key, value in defaults.items()}
    return taken | {"stop": tuple(_stop(body)), "max_output_tokens": limit}
