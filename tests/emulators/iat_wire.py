"""What the tests of dictation speak with."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Sequence
from typing import Any

import websocket

from emulators import Emulators, Limits, start
from emulators.answers import Writer
from emulators.iflytek.iat import Dictation
from emulators.keys import SPARK_KEYS
from emulators.limits import Windows
from emulators.stage import Stage
from tests.emulators.wire import connect, spark_url

FORMAT = {"format": "audio/L16;rate=16000", "encoding": "raw"}
BUSINESS = {"language": "zh_cn", "domain": "iat", "accent": "mandarin"}
# 1.28 s of something that is not silence, in 32 frames.
SPEECH = bytes(range(1, 256)) * 160 + b"\1" * 160
CHUNK = 1280


def audio(chunk: bytes | str, status: int = 1, **changes: object) -> dict[str, Any]:
    text = base64.b64encode(chunk).decode() if isinstance(chunk, bytes) else chunk
    return {"data": {"status": status, **FORMAT, "audio": text, **changes}}


def first(chunk: bytes | str, business: object = None, **changes: object) -> dict[str, Any]:
    told = BUSINESS if business is None else business
    return {"common": {"app_id": "fakeapp0"}, "business": told, **audio(chunk, 0, **changes)}


def recording(speech: bytes, chunk: int = CHUNK, **business: Any) -> list[dict[str, Any]]:
    """The frames for a recording: the first, the others, the end without audio."""
    chunks = [speech[at : at + chunk] for at in range(0, len(speech), chunk)]
    head = first(chunks[0], BUSINESS | business)
    return [head, *map(audio, chunks[1:]), {"data": {"status": 2}}]


def open_session(running: Emulators) -> websocket.WebSocket:
    return connect(spark_url(running, "/v2/iat", service="iat"))


def dictate(running: Emulators, frames: Sequence[object]) -> list[Any]:
    """All results for these frames; the connection must be closed as after any session."""
    connection = open_session(running)
    for frame in frames:
        connection.send(frame if isinstance(frame, str) else json.dumps(frame))
    found: list[Any] = []
    while True:
        code, data = connection.recv_data()
        if code == websocket.ABNF.OPCODE_CLOSE:
            assert data[:2] == b"\x03\xe8"
            connection.close()
            return found
        found.append(json.loads(data))


def unanswered_session(patience: float) -> list[dict[str, Any]]:
    """What the application sends to a client that says nothing after its handshake."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    async def send(message: Any) -> None:
        sent.append(message)

    app = Dictation(Stage(Writer(None, 1), Windows(Limits()), SPARK_KEYS), patience=patience)
    with start(["iat"]) as running:
        query = spark_url(running, "/v2/iat", service="iat").partition("?")[2]
    scope = {"path": "/v2/iat", "raw_path": b"/v2/iat", "query_string": query.encode()}
    asyncio.run(app(scope, receive, send))
    return sent


def code_of(running: Emulators, frames: Sequence[object]) -> int:
    code: int = dictate(running, frames)[-1]["code"]
    return code


def words(result: dict[str, Any]) -> str:
    return "".join(word["cw"][0]["w"] for word in result["data"]["result"]["ws"])


def appended(results: list[Any]) -> str:
    """What a client shows that knows nothing of replacing."""
    return "".join(map(words, results))


def final(results: list[Any]) -> str:
    """The text as the document tells to put it together."""
    heard: dict[int, str] = {}
    for result in results:
        told = result["data"]["result"]
        if told.get("pgs") == "rpl":
            first, last = told["rg"]
            heard = {n: text for n, text in heard.items() if not first <= n <= last}
        heard[told["sn"]] = words(result)
    return "".join(heard[number] for number in sorted(heard))
