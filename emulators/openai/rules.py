"""What the OpenAI-compatible services refuse, as their rows say.

The order of the checks is ours: https://platform.openai.com/docs/api-reference/chat/create names
none.
"""

from __future__ import annotations

from typing import Any, Final

from ..checks import Range, Request, outside
from ..counting import count, qianfan
from ..exchange import Exchange
from .messages import turns_of
from .row import Model, Row
from .tools import bad_tools

# One answer per request: more is refused rather than ignored.
ONE: Final = {"n": Range(1, 1, whole=True)}
# What the handbook can be given; a server that checks less is not to break it.
SAFE: Final = {
    "temperature": (0.0, 1e6, 1.0), "top_p": (0.0, 1.0, 1.0),
    "frequency_penalty": (-2.0, 2.0, 0.0), "presence_penalty": (-2.0, 2.0, 0.0),
}  # fmt: skip
OBJECTS: Final = ("stream_options", "thinking", "reasoning", "chat_template_kwargs")


def read(row: Row, exchange: Exchange) -> Request:
    """The request in `exchange`, or Refused with the first thing that is wrong with it."""
    body = exchange.json
    if body is None:
        raise row.errors.refuse("json", "The body is not a JSON object.", "body")
    name, model = _model(row, body)
    if row.known is not None and (strange := [key for key in body if key not in row.known]):
        raise row.errors.refuse("unknown", ", ".join(strange))
    turns = turns_of(row, model, body)
    _check(row, model, body)
    thinks = thinking(row, model, body)
    _check_model(row, model, body, thinks)
    tokens = sum(count(text, qianfan) for _, text in turns)
    wanted = _asked(row, body)
    if tokens + (wanted or 0 if row.whole_context else 0) > model.context:
        text = f"This model's maximum context length is {model.context} tokens; you sent {tokens}."
        raise row.errors.refuse("context", text, "messages")
    system = "\n".join(text for role, text in turns if role in ("system", "developer"))
    asked = [text for role, text in turns if role == "user"] or [turns[-1][1]]
    limit = wanted or row.default_output
    knobs = _knobs(row, body, limit)
    return Request(body, name, asked[-1], system, tokens, limit, knobs, thinks)


def thinking(row: Row, model: Model, body: dict[str, Any]) -> bool:
    """Whether the answer to `body` begins with thoughts."""
    if model.thinks in ("never", "always"):
        return model.thinks == "always"
    wanted = _switch(row, body)
    return model.thinks == "unless off" if wanted is None else wanted


def _switch(row: Row, body: dict[str, Any]) -> bool | None:
    given = body.get(row.switch) if row.switch else None
    if row.switch == "thinking" and given:
        return {"enabled": True, "disabled": False}.get(str(given.get("type")))
    if row.switch == "chat_template_kwargs" and given:
        flag = given.get("enable_thinking")
        return flag if isinstance(flag, bool) else None
    if row.switch == "reasoning" and given:
        return given.get("enabled") is not False and given.get("effort") != "none"
    if row.switch == "reasoning_effort" and given:
        return bool(given != "none")
    return given if isinstance(given, bool) else None


def _model(row: Row, body: dict[str, Any]) -> tuple[str, Model]:
    name = body.get("model")
    if name is None and row.model_optional:
        name = next(iter(row.models))
    if not isinstance(name, str) or not name:
        raise row.errors.refuse("missing", "you must provide a model parameter", "model")
    model = row.find(name)
    if model is None:
        raise row.errors.refuse("model", name, "model")
    return name, model


def _check(row: Row, model: Model, body: dict[str, Any]) -> None:
    ranges = dict(row.ranges) | dict(model.ranges) | ONE
    problem = outside(body, ranges) or _bad_shape(row, body) or bad_tools(body)
    if problem is not None:
        raise row.errors.refuse("invalid", problem, problem.split(" ", 1)[0])


def _check_model(row: Row, model: Model, body: dict[str, Any], thinks: bool) -> None:
    for name in (*model.refuses, *(model.thinking_refuses if thinks else ())):
        if body.get(name) not in (None, False):
            text = f"{name} is not supported by this model"
            raise row.errors.refuse("unsupported", text, name)
    for name, allowed in model.fixed.items():
        only = allowed[0] if thinks else allowed[1]
        if body.get(name) not in (None, only):
            raise row.errors.refuse("fixed", f"{only:g}", name)
    if thinks and model.only_streamed and not body.get("stream"):
        text = "enable_thinking must be set to false for non-streaming calls"
        raise row.errors.refuse("invalid", text, "enable_thinking")


def _bad_shape(row: Row, body: dict[str, Any]) -> str | None:
    switch = (row.switch,) if row.switch == "enable_thinking" else ()
    for name in ("stream", "logprobs", *row.booleans, *switch):
        if not isinstance(body.get(name), bool | None):
            return f"{name} must be a boolean"
    for name in OBJECTS:
        if name in ("stream_options", row.switch) and not isinstance(body.get(name), dict | None):
            return f"{name} must be an object"
    if row.options_need_stream and body.get("stream_options") and not body.get("stream"):
        return "stream_options is only allowed when stream is true"
    if row.logprobs and body.get("top_logprobs") and not body.get("logprobs"):
        return "top_logprobs is only allowed when logprobs is true"
    return _bad_stop(row, _stop(body))


def _bad_stop(row: Row, words: list[Any]) -> str | None:
    if not all(isinstance(word, str) and word for word in words) or len(words) > row.stops:
        return f"stop must be a string or at most {row.stops} strings that are not empty"
    most = row.stop_bytes
    if most is not None and any(len(word.encode("utf-8", "replace")) > most for word in words):
        return f"stop must have no string of more than {most} bytes"
    return None


def _stop(body: dict[str, Any]) -> list[Any]:
    stop = body.get("stop")
    if stop is None:
        return []
    return stop if isinstance(stop, list) else [stop]


def _asked(row: Row, body: dict[str, Any]) -> int | None:
    """The answer's length that is asked for; None for none, and for a server's "no limit"."""
    given = [_whole(row, body, name) for name in ("max_completion_tokens", "max_tokens")]
    return next((limit for limit in given if limit is not None and limit > 0), None)


def _knobs(row: Row, body: dict[str, Any], limit: int) -> dict[str, Any]:
    taken: dict[str, Any] = {"seed": _whole(row, body, "seed")}
    for name, (low, high, otherwise) in SAFE.items():
        # A parameter that a service has no range for is one that it ignores.
        value = body.get(name) if name in row.ranges else None
        taken[name] = otherwise if value is None else min(max(float(value), low), high)
    top_k = _whole(row, body, "top_k")
    if top_k is not None and top_k >= 1:
        taken["top_k"] = top_k
    return taken | {"stop": tuple(_stop(body)), "max_output_tokens": limit}


def _whole(row: Row, body: dict[str, Any], name: str) -> int | None:
    value = body.get(name) if name in row.ranges else None
    return None if value is None else int(value)
