"""iFlytek's dictation over WebSocket: audio in, results while it still comes.

https://www.xfyun.cn/doc/asr/voicedictation/API.html. Audio is taken as fast as it arrives.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

from starlette.types import Scope, Send

from ..checks import read_object
from ..limits import Exceeded
from ..record import Record
from ..stage import Stage
from . import spark
from .iat_rules import audio_of, first, later
from .iat_session import Session
from .spark_schema import Rejected
from .spark_socket import Socket, new_sid

PATIENCE_SECONDS: Final = 10.0
REFUSALS: Final[dict[str, Callable[[], Rejected]]] = {
    "unavailable": lambda: Rejected(10010, "service license not enough"),
    "rate_limited": lambda: Rejected(11202, "auth no enough license"),
    "quota": lambda: Rejected(11200, "auth no license"),
}


class IatSocket(Socket):
    """A connection whose error frames have no header."""

    def __init__(self, stage: Stage, record: Record, scope: Scope, send: Send) -> None:
        super().__init__(stage, record, scope, send)
        self.sid = new_sid("iat")

    async def reject(self, rejected: Rejected) -> None:
        """Sends an error frame and closes."""
        self.record.code = rejected.code
        self.finish(rejected.outcome)
        await self.say({"code": rejected.code, "message": rejected.message, "sid": self.sid})
        await self.close()


class Dictation(spark.Chat):
    """ASGI application for the one socket there is; `patience` is the longest wait for a frame."""

    name = "iat"
    paths = frozenset({"/v2/iat"})
    socket = IatSocket

    def __init__(
        self,
        stage: Stage,
        clock: Callable[[], float] = time.time,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        super().__init__(stage, clock)
        self.patience = patience

    async def converse(self, socket: Socket, path: str) -> None:
        """Reads audio and answers; raises Rejected or Cut."""
        frame = await self._next(socket)
        socket.record.body = seen = without_audio(frame)
        if socket.fault is not None and socket.fault.name in REFUSALS:
            rejected = REFUSALS[socket.fault.name]()
            rejected.outcome = socket.fault.name
            raise rejected
        app_id = self.stage.keys["SPARKAI_APP_ID"]
        settings = first(frame, app_id)
        audio = audio_of(frame["data"])
        try:
            self.stage.windows.tick(app_id)
        except Exceeded as exceeded:
            raise REFUSALS["rate_limited"]() from exceeded
        session = Session(socket, settings, seen)
        await session.hear(audio)
        while not session.ended:
            status, audio = later(await self._next(socket))
            await (session.hear(audio) if status == 1 else session.end(audio))
        await socket.close()

    async def _next(self, socket: Socket) -> dict[str, Any]:
        try:
            text = await asyncio.wait_for(socket.frames.get(), self.patience)
        except TimeoutError as error:
            raise Rejected(10200, "read data timeout") from error
        try:
            return read_object(text)
        except ValueError as error:
            raise Rejected(10160, "parse request json error") from error


def without_audio(frame: dict[str, Any]) -> dict[str, Any]:
    """The frame for the log: the length of the audio in its place."""
    data = frame.get("data")
    if not isinstance(data, dict) or "audio" not in data:
        return dict(frame)
    audio = data["audio"]
    size = f"{len(audio)} characters" if isinstance(audio, str) else type(audio).__name__
    return frame | {"data": data | {"audio": size}}
