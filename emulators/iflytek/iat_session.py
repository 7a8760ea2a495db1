"""One dictation: counts what comes, and says results in between.

https://www.xfyun.cn/doc/asr/voicedictation/API.html. The limits of a session are counted in the
time that the audio lasts, so that a client need not keep the pace.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from ..answers import Broken, spoil
from .iat_rules import Settings
from .iat_speech import SAMPLE_BYTES, Heard, Result, results
from .spark_schema import Rejected
from .spark_socket import Socket

LONGEST_SECONDS: Final = 60
# A result follows so many frames with sound, which is every 0.12 s at the advised pace.
FRAMES_A_RESULT: Final = 3
# How long a frame of compressed audio is taken to last, in units of 10 ms.
FRAME_LENGTH: Final = 4


class Session:
    """One dictation, from its first audio to its last result.

    `seen` is what the log shows; it gets the count of frames and bytes.
    """

    def __init__(self, socket: Socket, settings: Settings, seen: dict[str, Any]) -> None:
        self.socket = socket
        self.settings = settings
        self.ended = False
        self.received = {"frames": 0, "bytes": 0}
        seen["received"] = self.received
        self.sound = b""
        self.loud_frames = 0
        self.quiet_bytes = 0
        self.said = 0
        self.results: list[Result] = []
        self._chunk = b""

    async def hear(self, audio: bytes) -> None:
        """Takes one frame of audio; says the next result when it is time for it.

        A long silence after the speech ends the dictation.
        """
        self._count(audio)
        if self.settings.raw and not audio.strip(b"\0"):
            self.quiet_bytes += len(audio)
            if self.sound and self._quiet_milliseconds() >= self.settings.silence:
                await self.end(b"")
            return
        self.quiet_bytes = 0
        self.loud_frames += 1
        if len(self.sound) < SAMPLE_BYTES:
            self.sound += audio if self.sound else audio.lstrip(b"\0")
        if len(self.sound) >= SAMPLE_BYTES and self.loud_frames % FRAMES_A_RESULT == 0:
            await self._say_some()

    async def end(self, audio: bytes) -> None:
        """Says all that is left, with the audio of the last frame if that is new."""
        if audio and audio != self._chunk:
            await self.hear(audio)
        self.results = self.results or results(self.settings, self.sound)
        while not self.ended:
            await self._say()

    async def _say_some(self) -> None:
        self.results = self.results or results(self.settings, self.sound)
        if self.said < len(self.results) - 1:
            await self._say()

    async def _say(self) -> None:
        fault, number = self.socket.fault, self.said + 1
        last = number == len(self.results)
        if fault is not None and fault.delay and number == 1:
            await asyncio.sleep(fault.delay)
        if fault is not None and fault.ending and (last or number > fault.after):
            await self._spoil(number)
            return
        self.said, self.ended = number, last
        if last:
            self.socket.finish("ok")
        status = 2 if last else min(number - 1, 1)
        await self.socket.say(self._frame(number, self.results[number - 1], status))

    async def _spoil(self, number: int) -> None:
        assert self.socket.fault is not None and self.socket.fault.ending is not None
        try:
            await spoil(self.socket.fault.ending)
        except Broken as broken:
            raise Rejected(10700, "engine access timeout", "error_mid_stream") from broken
        self.ended = True
        self.socket.finish("content_filter")
        await self.socket.say(self._frame(number, Result((Heard(""),)), 2))

    def _count(self, audio: bytes) -> None:
        self.received["frames"] += 1
        self.received["bytes"] += len(audio)
        self._chunk = audio
        if self.settings.raw:
            most = LONGEST_SECONDS * 2 * self.settings.rate
            if self.received["bytes"] > most:
                raise Rejected(10114, "session timeout")

    def _quiet_milliseconds(self) -> float:
        return self.quiet_bytes * 1000 / (2 * self.settings.rate)

    def _frame(self, number: int, result: Result, status: int) -> dict[str, Any]:
        place = self._place()
        told: dict[str, Any] = {"sn": number, "ls": status == 2, "bg": 0, "ed": 0}
        if self.settings.corrects:
            told["pgs"] = "apd" if result.drops is None else "rpl"
            if result.drops is not None:
                told["rg"] = list(result.drops)
        if self.settings.timed:
            told["vad"] = {"ws": [{"bg": 0, "ed": place, "eg": 63.5}]}
        told["ws"] = [
            {"bg": 0 if self.settings.corrects else place, "cw": self._candidates(number, word)}
            for word in result.words
        ]
        data = {"result": told, "status": status}
        return {"code": 0, "message": "success", "sid": self.socket.sid, "data": data}

    def _candidates(self, number: int, word: Heard) -> list[dict[str, Any]]:
        # The document warns that `sc` is an integer in one result and not in another.
        score = 0 if number % 2 else 0.5
        texts = [word.text, word.alike][: self.settings.candidates]
        return [{"sc": score, "w": text} for n, text in enumerate(texts) if text or n == 0]

    def _place(self) -> int:
        if self.settings.raw:
            return self.received["bytes"] * 100 // (2 * self.settings.rate)
        return self.received["frames"] * FRAME_LENGTH
