"""A WebSocket as the gate lets it through: messages of a bounded size, or a refusal."""

from __future__ import annotations

from starlette.types import Message, Receive, Send

from gate.refusals import Refusal

# RFC 6455, section 7.4.1.
_POLICY_VIOLATION = 1008
_TOO_BIG = 1009


class Socket:
    """One connection, between the server and the app."""

    def __init__(self, receive: Receive, send: Send, most: int) -> None:
        self._receive, self._send = receive, send
        self._most = most
        self._closed = False

    async def refuse(self, refusal: Refusal) -> None:
        """Close before it opens: the browser is answered 403."""
        reason = refusal.words.en.encode()[:120].decode(errors="ignore")
        await self._send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": reason})

    async def receive(self) -> Message:
        """The next message for the app; after one that is too large, that nobody is there."""
        message = await self._receive()
        size = len(message.get("bytes") or b"") or len(message.get("text") or "")
        if size <= self._most:
            return message
        self._closed = True
        await self._send({"type": "websocket.close", "code": _TOO_BIG, "reason": "too large"})
        return {"type": "websocket.disconnect", "code": _TOO_BIG}

    async def send(self, message: Message) -> None:
        """The app's next message; none after the end."""
        if not self._closed:
            await self._send(message)
