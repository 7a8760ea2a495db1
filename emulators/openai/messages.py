"""The messages of an OpenAI-compatible request: roles, texts and pictures.

https://platform.openai.com/docs/api-reference/chat/create; pictures are parts of the type
`image_url`.
"""

from __future__ import annotations

from typing import Any, Final

from .row import Model, Row

PICTURES: Final = ("http://", "https://", "data:image/")


def turns_of(row: Row, model: Model, body: dict[str, Any]) -> list[tuple[str, str]]:
    """Role and text of each message, or Refused."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise row.errors.refuse("invalid", "messages must be a list and not empty", "messages")
    turns = []
    for place, turn in enumerate(messages):
        role = turn.get("role") if isinstance(turn, dict) else None
        if role not in row.roles:
            where = f"messages[{place}].role"
            told = f"{where} must be one of {', '.join(row.roles)}"
            raise row.errors.refuse("invalid", told, where)
        text = _text(model, turn)
        if text is None:
            where = f"messages[{place}].content"
            raise row.errors.refuse("invalid", f"{where} {_expected(model)}", where)
        turns.append((role, text))
    return turns


def _text(model: Model, turn: dict[str, Any]) -> str | None:
    content = turn.get("content")
    if content is None and turn["role"] == "assistant":
        return ""
    if not isinstance(content, list):
        return content if isinstance(content, str) else None
    if not all(_good_part(model, part) for part in content):
        return None
    return "".join(part["text"] for part in content if part["type"] == "text")


def _good_part(model: Model, part: object) -> bool:
    if not isinstance(part, dict):
        return False
    if part.get("type") == "text":
        return isinstance(part.get("text"), str)
    picture = part.get("image_url")
    url = picture.get("url") if isinstance(picture, dict) else picture
    is_picture = part.get("type") == "image_url" and isinstance(url, str)
    return model.sees and is_picture and str(url).startswith(PICTURES)


def _expected(model: Model) -> str:
    if model.sees:
        return "must be a string or a list of parts of the type text or image_url"
    return "must be a string or a list of parts of the type text; this model takes no pictures"
