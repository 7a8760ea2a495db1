"""What every Spark socket checks of a frame: its header, its schema, its messages.

https://github.com/iFLYTEK-OP/websdk-java doc/spark/sparkchat.md holds the provider's document.

Texts are published for few codes; the others here are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from ..counting import count, spark
from .spark_tools import Call

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
class Request:
    """A request frame that has passed every check.

    `tokens` are of all messages. `thought` and `lead` are what the answer begins with; `sources`
    asks for a frame with what a search found; with `call` that is the whole answer.
    """

    question: str
    system: str
    question_tokens: int
    tokens: int
    budget: int
    knobs: dict[str, Any]
    thought: str = ""
    lead: str = ""
    sources: bool = False
    call: Call | None = None


def client_error(message: str) -> Rejected:
    """Code 10003, with the time of day in Beijing as the service writes it."""
    now = datetime.now(UTC).astimezone(BEIJING).strftime("%H:%M:%S.%f")[:-3]
    return Rejected(10003, f"ClientMsgError:({now}) {message}")


def chat_of(frame: dict[str, Any], app_id: str) -> dict[str, Any]:
    """`parameter.chat` of a frame whose header is right, or Rejected."""
    header, chat = object_at(frame, "header"), object_at(frame, "parameter", "chat")
    if not isinstance(header.get("app_id"), str) or not header["app_id"]:
        raise Rejected(10004, "schema error: $.header.app_id is required")
    if header["app_id"] != app_id:
        raise Rejected(11200, "AppIdNoAuthError")
    uid = header.get("uid")
    if uid is not None and (not isinstance(uid, str) or len(uid) > 32):
        raise Rejected(10004, "schema error: $.header.uid must be a string of at most 32")
    return chat


def object_at(frame: dict[str, Any], *names: str) -> dict[str, Any]:
    """The object at a place in a frame, or Rejected."""
    place: Any = frame
    for depth, name in enumerate(names, start=1):
        place = place.get(name)
        if not isinstance(place, dict):
            path = ".".join(names[:depth])
            raise Rejected(10004, f"schema error: $.{path} must be an object")
    return place  # type: ignore[no-any-return]


def turns_of(frame: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages, each of them with a text, or Rejected."""
    turns = object_at(frame, "payload", "message").get("text")
    if not isinstance(turns, list) or not turns:
        raise client_error("message text is empty")
    if not all(isinstance(turn, dict) for turn in turns):
        raise Rejected(10004, "schema error: $.payload.message.text must hold objects")
    for turn in turns:
        if not isinstance(turn.get("content"), str):
            raise client_error(NOT_A_STRING.format(kind=_go_kind(turn.get("content"))))
        if turn["content"] == "":
            raise client_error("message content is empty")
    return turns


def tokens_of(turns: list[dict[str, Any]], limit: int) -> int:
    """The tokens of all texts, or Rejected when they are over the limit."""
    tokens = sum(count(turn["content"], spark) for turn in turns)
    if tokens > limit:
        raise Rejected(10907, f"tokens of history and question exceed {limit}")
    return tokens


def check_roles(roles: list[object], system: bool, domain: str) -> None:
    """Rejected unless the roles are [system,] user, assistant, ..., user."""
    if roles[0] == "system":
        if not system:
            raise client_error(f"role system is not supported by domain {domain}")
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
