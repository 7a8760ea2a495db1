"""The server of ChatGLM-6B and ChatGLM2-6B, and the `<^>` stream that people added to it.

https://github.com/THUDM/ChatGLM-6B/blob/main/api.py. It has no keys, no limits and no errors of
its own: whatever goes wrong is its framework's 500. One question is answered at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

from ..answers import Broken, Cut, Order, outcome_of
from ..checks import dump
from ..counting import Meter, qianfan
from ..exchange import Exchange, Refused
from .chatglm_rules import Request, read

JSON: Final = (("Content-Type", "application/json"),)
PLAIN: Final = (("Content-Type", "text/plain; charset=utf-8"),)
MARKER: Final = b"<^>"


def failed() -> Refused:
    """What the framework says of any exception."""
    return Refused(500, b"Internal Server Error", None, PLAIN)


def unreachable() -> Refused:
    """What a proxy in front of the server says: the server itself counts nothing."""
    return Refused(503, b"Service Unavailable", None, PLAIN)


REFUSALS: Final[dict[str, Callable[[], Refused]]] = {
    "unavailable": failed,
    "rate_limited": unreachable,
    "quota": unreachable,
    "expired_token": unreachable,
}


class Server:
    """Both routes of one server, which share its only worker."""

    def __init__(self) -> None:
        self._worker = asyncio.Lock()

    async def whole(self, exchange: Exchange) -> None:
        """`POST /`: the answer at once, with the conversation it belongs to."""
        async with self._worker:
            request, order = _taken(exchange)
            text, reason = "", "stop"
            async for piece in exchange.write(order):
                text, reason = text + piece.text, piece.finish_reason or reason
            answer = {
                "response": text,
                "history": [*request.history, [request.prompt, text]],
                "status": 200,
                "time": datetime.now().strftime("%Y-%m-%d %H:%M:%S"),
            }
            await exchange.reply(200, dump(answer), JSON, outcome_of(reason))

    async def stream(self, exchange: Exchange) -> None:
        """`POST /stream`: before each step the marker, in each step the whole text so far."""
        async with self._worker:
            _, order = _taken(exchange)
            await exchange.begin(())
            text, reason, cutter = "", "stop", Cutter()
            try:
                async for piece in exchange.write(order):
                    reason = piece.finish_reason or reason
                    if piece.text:
                        text += piece.text
                        await exchange.say(cutter.cut(MARKER + text.encode("utf-8", "replace")))
            except Broken as broken:
                # An exception after the first byte can only drop the connection.
                exchange.record.close("error_mid_stream")
                raise Cut from broken
            await exchange.end(cutter.rest, outcome_of(reason))


class Cutter:
    """Cuts the stream where proxies might: inside characters and markers, and between them.

    Bytes that were kept back come first in the next chunk.
    """

    def __init__(self) -> None:
        self.rest = b""
        self._turn = 0

    def cut(self, item: bytes) -> bytes:
        """The next chunk, never empty."""
        kept = (0, 2, len(item) - 1, 1, len(item) - 2)[self._turn % 5]
        self._turn += 1
        data = self.rest + item
        self.rest = data[len(data) - kept :]
        return data[: len(data) - kept]


async def no_method(exchange: Exchange) -> None:
    """A method that the path does not have."""
    raise Refused(405, {"detail": "Method Not Allowed"}, None, JSON)


async def not_found(exchange: Exchange) -> None:
    """Any other path."""
    raise Refused(404, {"detail": "Not Found"}, None, JSON)


def _taken(exchange: Exchange) -> tuple[Request, Order]:
    request = read(exchange.json)
    if request is None:
        raise failed()
    exchange.record.input_tokens = request.tokens
    order = Order(
        question=request.prompt,
        system="",
        meter=Meter(qianfan),
        budget=request.budget,
        knobs=request.knobs,
    )
    return request, order
