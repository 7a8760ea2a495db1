"""Spark's models, and what its chat socket refuses.

https://github.com/iFLYTEK-OP/websdk-java doc/spark/sparkchat.md holds the provider's document.

Texts are published for few codes; the others here are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from .checks import Range, outside
from .counting import count, spark

BEIJING: Final = timezone(timedelta(hours=8))
NOT_A_STRING: Final = (
    "json: cannot unmarshal {kind} into Go struct field message.payload.message.text.content "
    "of type string"
)


class Rejected(Exception):
    """The answer is one frame with this code."""

    def __init__(self, code: int, message: str, outcome: str = "refused") -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Model:
    """One row: a path, its domain, and its limits in tokens."""

    path: str
    domain: str
    context: int
    output: int
    default_output: int
    system: bool = True
    thinks: bool = False


MODELS: Final = (
    Model("/v1.1/chat", "lite", 8_192, 4_096, 4_096, system=False),
    Model("/v2.1/chat", "generalv2", 8_192, 8_192, 2_048),
    Model("/v3.1/chat", "generalv3", 8_192, 8_192, 4_096),
    Model("/chat/pro-128k", "pro-128k", 131_072, 4_096, 4_096),
    Model("/v3.5/chat", "generalv3.5", 8_192, 8_192, 4_096),
    Model("/chat/max-32k", "max-32k", 32_768, 8_192, 4_096),
    Model("/v4.0/chat", "4.0Ultra", 8_192, 8_192, 4_096),
    Model("/v1/x1", "spark-x", 131_072, 65_536, 4_096, thinks=True),
    Model("/v1.1/chat_kjwx", "kjwx", 8_192, 8_192, 4_096, system=False),
    Model("/v1.1/chat_multilang", "multilang", 8_192, 8_192, 4_096, system=False),
)
BY_PATH: Final = {model.path: model for model in MODELS}

PLAIN: Final = {"temperature": Range(0, 1, above=True), "top_k": Range(1, 6, whole=True)}
# From the official Java SDK of 2025-11; the limits of X1 are not published.
THINKING: Final = {
    "temperature": Range(0, 2, above=True),
    "top_k": Range(1, 6, whole=True),
    "top_p": Range(0, 1, above=True),
    "presence_penalty": Range(-2, 10),
    "frequency_penalty": Range(-2, 10),
}


@dataclass(frozen=True, slots=True)
class Request:
    """A request frame that has passed every check; `tokens` are of all messages."""

    question: str
    system: str
    question_tokens: int
    tokens: int
    budget: int
    knobs: dict[str, Any]


def client_error(message: str) -> Rejected:
    """Code 10003, with the time of day in Beijing as the service writes it."""
    now = datetime.now(UTC).astimezone(BEIJING).strftime("%H:%M:%S.%f")[:-3]
    return Rejected(10003, f"ClientMsgError:({now}) {message}")


def read(frame: dict[str, Any], model: Model, app_id: str) -> Request:
    """The request in a frame, or Rejected with the first thing that is wrong with it."""
    header, chat = _object(frame, "header"), _object(frame, "parameter", "chat")
    if not isinstance(header.get("app_id"), str) or not header["app_id"]:
        raise Rejected(10004, "schema error: $.header.app_id is required")
    if header["app_id"] != app_id:
        raise Rejected(11200, "AppIdNoAuthError")
    uid = header.get("uid")
    if uid is not None and (not isinstance(uid, str) or len(uid) > 32):
        raise Rejected(10004, "schema error: $.header.uid must be a string of at most 32")
    if chat.get("domain") != model.domain:
        raise client_error("invalid model domain")
    output = {"max_tokens": Range(1, model.output, whole=True)}
    problem = outside(chat, (THINKING if model.thinks else PLAIN) | output)
    if problem is not None:
        raise Rejected(10005, f"invalid param: {problem}")
    turns = _turns(frame, model)
    tokens = sum(count(turn["content"], spark) for turn in turns)
    if tokens > model.context:
        raise Rejected(10907, f"tokens of history and question exceed {model.context}")
    question, first = turns[-1]["content"], turns[0]
    system = first["content"] if first["role"] == "system" else ""
    budget = chat.get("max_tokens") or model.default_output
    knobs = _knobs(chat, model) | {"max_output_tokens": budget}
    return Request(question, system, count(question, spark), tokens, budget, knobs)


def _object(frame: dict[str, Any], *names: str) -> dict[str, Any]:
    place: Any = frame
    for depth, name in enumerate(names, start=1):
        place = place.get(name)
        if not isinstance(place, dict):
            path = ".".join(names[:depth])
            raise Rejected(10004, f"schema error: $.{path} must be an object")
    return place  # type: ignore[no-any-return]


def _turns(frame: dict[str, Any], model: Model) -> list[dict[str, Any]]:
    turns = _object(frame, "payload", "message").get("text")
    if not isinstance(turns, list) or not turns:
        raise client_error("message text is empty")
    if not all(isinstance(turn, dict) for turn in turns):
        raise Rejected(10004, "schema error: $.payload.message.text must hold objects")
    for turn in turns:
        if not isinstance(turn.get("content"), str):
            raise client_error(NOT_A_STRING.format(kind=_go_kind(turn.get("content"))))
        if turn["content"] == "":
            raise client_error("message content is empty")
    _check_roles([turn.get("role") for turn in turns], model)
    return turns


def _check_roles(roles: list[object], model: Model) -> None:
    if roles[0] == "system":
        if not model.system:
            raise client_error(f"role system is not supported by domain {model.domain}")
        roles = roles[1:]
    if "system" in roles:
        raise client_error("role system must be the first message and the only one")
    for place, role in enumerate(roles):
        if role != ("assistant" if place % 2 else "user"):
            raise client_error("roles must be user and assistant in turn")
    if len(roles) % 2 == 0:
        raise client_error("the last message must be of role user")


def _go_kind(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    kinds = {list: "array", dict: "object", int: "number", float: "number"}
    return kinds.get(type(value), "null")


def _knobs(chat: dict[str, Any], model: Model) -> dict[str, Any]:
    taken: dict[str, Any] = {"temperature": 0.5, "top_k": 4}
    if model.thinks:
        # The handbook knows penalties up to 2.
        names = ("presence_penalty", "frequency_penalty")
        taken |= {name: min(2.0, chat[name]) for name in names if chat.get(name) is not None}
    used = ("temperature", "top_k", "top_p") if model.thinks else ("temperature", "top_k")
    return taken | {name: chat[name] for name in used if chat.get(name) is not None}
