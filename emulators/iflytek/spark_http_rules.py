"""What Spark's HTTP service refuses, and its errors.

https://github.com/iFLYTEK-OP/websdk-java doc/spark/sparkchat.md holds the provider's document;
X1's is https://www.xfyun.cn/doc/spark/X1http.html of 2025-11-03. The HTTP statuses other than
401, and most texts, are not published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..answers import thought_about
from ..checks import Range, outside
from ..counting import count, spark
from ..exchange import Exchange, Refused
from .spark_http_tools import bad_tools, chosen_call
from .spark_models import BY_DOMAIN, Model
from .spark_socket import new_sid
from .spark_tools import Call, bad_thinking, wants_sources

V1: Final[Mapping[str, Model]] = {
    name: BY_DOMAIN[name]
    for name in ("lite", "generalv3", "pro-128k", "generalv3.5", "max-32k", "4.0Ultra")
}
# The older name means the same model today.
V2: Final[Mapping[str, Model]] = dict.fromkeys(("spark-x", "x1"), BY_DOMAIN["spark-x"])
STATUSES: Final = {10008: 503, 10012: 500, 11200: 403, 11202: 429}
ROLES: Final = ("system", "user", "assistant", "tool")
PLAIN: Final = {
    "temperature": Range(0, 2),
    "top_p": Range(0, 1, above=True),
    "top_k": Range(1, 6, whole=True),
    "presence_penalty": Range(-2, 2),
    "frequency_penalty": Range(-2, 2),
}
THINKING: Final = {
    "temperature": Range(0, 2, above=True),
    "top_p": Range(0, 1, above=True),
    "top_k": Range(1, 6, whole=True),
    "presence_penalty": Range(0, 3),
    "frequency_penalty": Range(0, 1),
}


@dataclass(frozen=True, slots=True)
class Request:
    """A request that has passed every check; `listed` is tool_calls_switch."""

    question: str
    system: str
    tokens: int
    budget: int
    knobs: dict[str, Any]
    thought: str
    stream: bool
    keep_alive: bool
    listed: bool
    sources: bool
    call: Call | None


def error(code: int, message: str) -> Refused:
    """An error object; its code is a string."""
    status = STATUSES.get(code, 400)
    kind = "invalid_request_error" if status == 400 else "api_error"
    text = f"{message} (sid: {new_sid('cha')})"
    inner = {"message": text, "type": kind, "param": None, "code": str(code)}
    return Refused(status, {"error": inner}, code)


def invalid_user() -> Refused:
    """The refusal of a credential, as the document prints it."""
    inner = {"message": "invalid user", "type": "api_error", "param": None, "code": None}
    return Refused(401, {"error": inner})


def read(exchange: Exchange, models: Mapping[str, Model]) -> Request:
    """The request in `exchange`, or Refused with the first thing that is wrong with it."""
    body = exchange.json
    if body is None:
        raise error(10003, "the body is not a JSON object")
    name = body.get("model")
    if not isinstance(name, str) or name not in models:
        raise error(10005, f"invalid param model:{name if isinstance(name, str) else ''}")
    model = models[name]
    output = {"max_tokens": Range(1, model.output, whole=True)}
    problem = outside(body, (THINKING if model.thinks else PLAIN) | output)
    problem = problem or _bad_shape(body, model) or bad_tools(body, model.thinks)
    if problem is not None:
        raise error(10005, f"invalid param {problem}")
    turns = _turns(body, model)
    tokens = sum(count(turn["content"], spark) for turn in turns if turn.get("content"))
    if tokens > model.context:
        raise error(10907, f"tokens of history and question exceed {model.context}")
    return _request(body, model, turns, tokens)


def _request(
    body: dict[str, Any], model: Model, turns: list[dict[str, Any]], tokens: int
) -> Request:
    asked = [turn["content"] for turn in turns if turn["role"] == "user"]
    question = asked[-1] if asked else turns[-1]["content"]
    budget = body.get("max_tokens") or model.default_output
    thinks = model.thinks and (body.get("thinking") or {}).get("type") != "disabled"
    return Request(
        question=question,
        system="\n".join(turn["content"] for turn in turns if turn["role"] == "system"),
        tokens=tokens,
        budget=budget,
        knobs=_knobs(body, model) | {"max_output_tokens": budget},
        thought=thought_about(question) if thinks else "",
        stream=bool(body.get("stream")),
        keep_alive=model.thinks and bool(body.get("keep_alive")),
        listed=bool(body.get("tool_calls_switch")),
        sources=model.cites and wants_sources(body.get("tools") or []),
        # After the result of a call the model answers.
        call=chosen_call(body, question) if model.calls and turns[-1]["role"] == "user" else None,
    )


def _turns(body: dict[str, Any], model: Model) -> list[dict[str, Any]]:
    turns = body.get("messages")
    if not isinstance(turns, list) or not turns:
        raise error(10003, "messages must be a list and not empty")
    for turn in turns:
        role = turn.get("role") if isinstance(turn, dict) else None
        if role not in ROLES:
            raise error(10003, f"messages.role must be one of {', '.join(ROLES)}")
        if role == "system" and not model.system:
            raise error(10003, f"role system is not supported by model {model.domain}")
        content = turn.get("content")
        calling = role == "assistant" and turn.get("tool_calls") and content in (None, "")
        if not calling and (not isinstance(content, str) or not content):
            raise error(10003, "messages.content must be a string and not empty")
    return turns


def _bad_shape(body: dict[str, Any], model: Model) -> str | None:
    for name in ("stream", "tool_calls_switch", "keep_alive"):
        if not isinstance(body.get(name), bool | None):
            return f"{name} must be a boolean"
    if not isinstance(body.get("user"), str | None):
        return "user must be a string"
    words = [] if body.get("suppress_plugin") is None else body["suppress_plugin"]
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        return "suppress_plugin must be a list of strings"
    form = body.get("response_format")
    kinds = ("text", "json_object")
    if form is not None and (not isinstance(form, dict) or form.get("type") not in kinds):
        return "response_format.type must be text or json_object"
    return bad_thinking(body) if model.thinks else None


def _knobs(body: dict[str, Any], model: Model) -> dict[str, Any]:
    defaults: dict[str, Any] = {
        "temperature": 1.0, "top_p": 1.0, "top_k": 4, "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
    }  # fmt: skip
    if model.thinks:
        defaults |= {"temperature": 1.2, "top_p": 0.95, "top_k": 6, "frequency_penalty": 0.001}
        defaults["presence_penalty"] = 2.01
    taken = {key: value if body.get(key) is None else body[key] for key, value in defaults.items()}
    # The handbook knows penalties up to 2.
    return taken | {"presence_penalty": min(2.0, taken["presence_penalty"])}
