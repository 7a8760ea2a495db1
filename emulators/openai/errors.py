"""What an error of an OpenAI-compatible service is, and the shapes that bodies of errors have."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from ..exchange import JSON, Headers, Refused

Kind = Literal[
    "json", "missing", "invalid", "unknown", "unsupported", "fixed", "model", "context",
    "key", "no key", "limited", "quota", "unavailable", "path", "method",
]  # fmt: skip
# What is said of a kind that a service has no words of its own for.
ELSE: Final[Mapping[Kind, Kind]] = {
    "json": "invalid", "missing": "invalid", "context": "invalid", "fixed": "invalid",
    "unknown": "invalid", "unsupported": "invalid", "no key": "key", "method": "path",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wording:
    """One error; {what} and {param} stand in the texts for the particulars."""

    status: int
    code: str | int | None = None
    type: str = ""
    text: str = "{what}"


Shape = Callable[[Wording, str, str], Any]


@dataclass(frozen=True, slots=True)
class Errors:
    """The errors of one service."""

    shape: Shape
    wordings: Mapping[Kind, Wording]

    def refuse(self, kind: Kind, what: str = "", param: str = "", headers: Headers = ()) -> Refused:
        """The answer for this kind of error."""
        while kind not in self.wordings:
            kind = ELSE[kind]
        wording = self.wordings[kind]
        named = Wording(
            wording.status, wording.code, wording.type.format(what=what, param=param), ""
        )
        body = self.shape(named, wording.text.format(what=what, param=param), param)
        code = wording.code if wording.code is not None else named.type or wording.status
        return Refused(wording.status, body, code, (JSON, *headers))


def openai(wording: Wording, text: str, param: str) -> dict[str, Any]:
    """OpenAI's object, which most follow."""
    inner = {"message": text, "type": wording.type, "param": param or None, "code": wording.code}
    return {"error": inner}


def unnamed(wording: Wording, text: str, param: str) -> dict[str, Any]:
    """OpenAI's object that never names a parameter."""
    return openai(wording, text, "")


def dashscope(wording: Wording, text: str, param: str) -> Any:
    """OpenAI's fields and the id of the request."""
    return unnamed(wording, text, param) | {"request_id": secrets.token_hex(16)}


def moonshot(wording: Wording, text: str, param: str) -> Any:
    """A text and a type."""
    return {"error": {"message": text, "type": wording.type}}


def zhipu(wording: Wording, text: str, param: str) -> Any:
    """A text and a number written as a string."""
    return {"error": {"code": wording.code, "message": text}}


def ark(wording: Wording, text: str, param: str) -> Any:
    """OpenAI's fields; the text ends with the id of the request."""
    told = f"{text} Request id: {secrets.token_hex(16)}"
    return {"error": {
        "code": wording.code, "message": told, "param": param, "type": wording.type,
    }}  # fmt: skip


def siliconflow(wording: Wording, text: str, param: str) -> Any:
    """No `error` around it; a bare JSON string for 401 and 404."""
    if wording.status in (401, 404):
        return text
    body: dict[str, Any] = {} if wording.code is None else {"code": wording.code}
    return body | {"message": text, "data": None}


def openrouter(wording: Wording, text: str, param: str) -> Any:
    """The HTTP status once more, as a number."""
    return {"error": {"message": text, "code": wording.status}}


def huggingface(wording: Wording, text: str, param: str) -> Any:
    """OpenAI's object, or a bare text from the router itself."""
    return openai(wording, text, param) if wording.type else {"error": text}


def vllm(wording: Wording, text: str, param: str) -> Any:
    """vLLM's object; a bare text from its middleware, `detail` from FastAPI."""
    if not wording.type:
        return {"error": text} if wording.status == 401 else {"detail": text}
    inner = {"message": text, "type": wording.type, "param": param or None, "code": wording.status}
    return {"error": inner}


def llamacpp(wording: Wording, text: str, param: str) -> Any:
    """The HTTP status as the code."""
    return {"error": {"code": wording.status, "message": text, "type": wording.type}}
