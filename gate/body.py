"""The body of a request, never more of it than may be, and the session it names."""

from __future__ import annotations

import json
from typing import Literal
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

_NAME_LENGTH = 200


class Bounded:
    """Receives at most `most` bytes of a body; `over` once there was more, `gone` once the client
    went away."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._count = 0
        self._waiting: list[Message] = []
        self.over = False
        self.gone = False

    def declared_too_large(self, headers: Headers) -> bool:
        """Whether the request says itself that it is larger, or says no number."""
        declared = headers.get("content-length", "0")
        self.over = not (declared.isascii() and declared.isdigit()) or int(declared) > self._most
        return self.over

    async def receive(self) -> Message:
        """The next message for the app. After too much, the app hears that nobody is there."""
        if self._waiting:
            return self._waiting.pop(0)
        message = await self._receive()
        self.gone = message["type"] == "http.disconnect"
        self._count += len(message.get("body", b""))
        if self._count > self._most:
            self.over = True
            return {"type": "http.disconnect"}
        return message

    async def whole(self) -> bytes:
        """The body, which the app receives all the same afterwards; "" once it is too large."""
        found: list[Message] = []
        while True:
            message = await self.receive()
            found.append(message)
            if self.over:
                return b""
            if message["type"] != "http.request" or not message.get("more_body"):
                break
        self._waiting = found
        return b"".join(message.get("body", b"") for message in found)


async def session_of(
    where: Literal["", "body", "query", "path"], scope: Scope, bounded: Bounded
) -> str | None:
    """The session that a request names, or None."""
    if where == "path":
        return _name(scope["path"].rsplit("/", 1)[-1])
    if where == "query":
        given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("session_hash")
        return _name(given[-1] if given else None)
    try:
        found = json.loads(await bounded.whole())
    except (ValueError, RecursionError):
        # UnicodeDecodeError is a ValueError; the framework says what is wrong.
        return None
    return _name(found.get("session_hash") if isinstance(found, dict) else None)


def _name(value: object) -> str | None:
    return value[:_NAME_LENGTH] if isinstance(value, str) and value else None
