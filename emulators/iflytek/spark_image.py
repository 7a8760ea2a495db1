"""Spark's image understanding over WebSocket: the chat's protocol with a picture in front.

https://github.com/iFLYTEK-OP/websdk-java doc/spark/imgunderstandapi.md holds the provider's
document. In its sample the header still says 0 where the text says 2, so here the header always
says 0: only `choices.status` tells the end.
"""

from __future__ import annotations

from typing import Any

from . import spark
from .spark_frames import Answer
from .spark_image_rules import read
from .spark_schema import Request


class ImageAnswer(Answer):
    """Frames whose items say what they are."""

    def header(self, status: int) -> dict[str, Any]:
        """The header of a frame, always with status 0."""
        return super().header(0)

    def item(self, text: str) -> dict[str, Any]:
        """The one item of a frame's text."""
        meta = {"content_type": "text", "content_meta": {"desc": "", "url": False}}
        return {"content": text} | meta | {"index": 0, "role": "assistant"}


class Chat(spark.Chat):
    """ASGI application for the one socket there is."""

    name = "spark-image"
    paths = frozenset({"/v2.1/image"})
    answer = ImageAnswer

    def read(self, frame: dict[str, Any], path: str, app_id: str) -> Request:
        """The request in a frame, or Rejected."""
        return read(frame, app_id)
