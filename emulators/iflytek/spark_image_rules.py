"""What Spark's image understanding refuses.

https://github.com/iFLYTEK-OP/websdk-java doc/spark/imgunderstandapi.md holds the provider's
document. It has no code for a file over 4 MB or of another kind; here both are 10003.
"""

from __future__ import annotations

import base64
import binascii
from math import ceil
from typing import Any, Final

from ..checks import Range, outside
from ..counting import count, spark
from .pictures import Picture, look
from .spark_schema import (
    Rejected,
    Request,
    chat_of,
    check_roles,
    client_error,
    tokens_of,
    turns_of,
)

# `image` is what the official Python SDK sends.
DOMAINS: Final = ("general", "imagev3", "image")
CONTEXT: Final = 8_192
DEFAULT_OUTPUT: Final = 2_048
LARGEST_FILE: Final = 4 * 1024 * 1024
LONGEST_SIDE: Final = 12_800
FEWEST_PIXELS: Final = 50 * 50
MOST_PIXELS: Final = 6_000 * 6_000
FIXED_TOKENS: Final = 273
RANGES: Final = {
    "temperature": Range(0, 1, above=True),
    "top_k": Range(1, 6, whole=True),
    "max_tokens": Range(1, 8_192, whole=True),
}


def read(frame: dict[str, Any], app_id: str) -> Request:
    """The request in a frame, or Rejected with the first thing that is wrong with it."""
    chat = chat_of(frame, app_id)
    if chat.get("domain") not in DOMAINS:
        raise client_error("invalid model domain")
    problem = outside(chat, RANGES)
    if problem is not None:
        raise Rejected(10005, f"invalid param: {problem}")
    first, *turns = turns_of(frame)
    _check_order(first, turns)
    data = _decoded(first["content"])
    picture = _checked(data)
    image_tokens = ceil(len(data) / 1024) if chat["domain"] == "imagev3" else FIXED_TOKENS
    question = turns[-1]["content"]
    budget = chat.get("max_tokens") or DEFAULT_OUTPUT
    return Request(
        question=question,
        system="",
        question_tokens=count(question, spark),
        tokens=image_tokens + tokens_of(turns, CONTEXT),
        budget=budget,
        knobs=_knobs(chat) | {"max_output_tokens": budget},
        lead=f"图片为 {picture.width}×{picture.height} 的 {picture.kind}。",
    )


def _check_order(first: dict[str, Any], turns: list[dict[str, Any]]) -> None:
    if first.get("content_type") != "image" or first.get("role") != "user":
        raise client_error("the first message must be the image, of role user")
    if not turns:
        raise client_error("a question must follow the image")
    if any(turn.get("content_type", "text") != "text" for turn in turns):
        raise client_error("messages after the image must be of content_type text")
    check_roles([turn.get("role") for turn in turns], False, "image")


def _decoded(content: str) -> bytes:
    if len(content) > 4 * ceil(LARGEST_FILE / 3):
        raise client_error("the image must not be larger than 4 MB")
    try:
        data = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise client_error("the image must be base64 without any prefix") from error
    if len(data) > LARGEST_FILE:
        raise client_error("the image must not be larger than 4 MB")
    return data


def _checked(data: bytes) -> Picture:
    picture = look(data)
    if picture is None:
        raise client_error("the image must be jpg, jpeg or png")
    if max(picture.width, picture.height) > LONGEST_SIDE:
        raise Rejected(10029, f"a side of the image is longer than {LONGEST_SIDE}")
    if not FEWEST_PIXELS < picture.width * picture.height < MOST_PIXELS:
        raise Rejected(10041, "the image must have more than 50x50 and less than 6000x6000 pixels")
    return picture


def _knobs(chat: dict[str, Any]) -> dict[str, Any]:
    defaults: dict[str, Any] = {"temperature": 0.5, "top_k": 4}
    return {key: value if chat.get(key) is None else chat[key] for key, value in defaults.items()}
