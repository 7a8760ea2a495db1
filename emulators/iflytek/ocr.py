"""iFlytek's reading of pictures: one signed request, one answer.

https://www.xfyun.cn/doc/words/universal-character-recognition/API.html. A refused signature is an
HTTP error; whatever else is wrong is HTTP 200 with a code in the header.
"""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable
from typing import Final

from ..answers import spoil
from ..checks import dump
from ..exchange import Exchange, Refused
from ..limits import Exceeded
from .ocr_picture import text_in
from .ocr_rules import SERVICE, error, read
from .spark_auth import BAD_DATE, Denied, verify
from .spark_socket import new_sid

PATH: Final = f"/v1/private/{SERVICE}"
REFUSALS: Final[dict[str, Callable[[], Refused]]] = {
    "unavailable": lambda: error(10223, "RemoteLB: can't find valued addr"),
    "rate_limited": lambda: error(11202, "auth no enough license"),
    "quota": lambda: error(11201, "auth no enough license"),
    "expired_token": lambda: Refused(403, {"message": BAD_DATE}),
}


class Reading:
    """`POST /v1/private/hh_ocr_recognize_doc`."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock

    async def __call__(self, exchange: Exchange) -> None:
        if exchange.scope["method"] != "POST":
            raise Refused(404, {"message": "no Route matched with those values"})
        self._authorize(exchange)
        app_id = exchange.stage.keys["SPARKAI_APP_ID"]
        text = text_in(read(exchange.json, app_id))
        try:
            exchange.stage.windows.tick(app_id)
        except Exceeded as exceeded:
            raise REFUSALS["rate_limited"]() from exceeded
        outcome = await self._spoil(exchange)
        await exchange.reply(200, _answer(text if outcome == "ok" else ""), outcome=outcome)

    def _authorize(self, exchange: Exchange) -> None:
        keys = {exchange.stage.keys["SPARKAI_API_KEY"]: exchange.stage.keys["SPARKAI_API_SECRET"]}
        query = exchange.scope["query_string"].decode("latin-1")
        path = exchange.scope["raw_path"].decode("latin-1")
        try:
            verify(query, path, keys, self.clock(), "POST")
        except Denied as denied:
            raise Refused(denied.status, {"message": denied.message}) from denied

    async def _spoil(self, exchange: Exchange) -> str:
        fault = exchange.fault
        if fault is not None and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault is None or fault.ending is None:
            return "ok"
        return (await spoil(fault.ending)).finish_reason or "ok"


def _answer(text: str) -> bytes:
    lines = [
        {"text": line, "position": [0, 20 * n, 20 * len(line), 20 * n,
                                    20 * len(line), 20 * n + 20, 0, 20 * n + 20]}
        for n, line in enumerate(text.splitlines())
    ]  # fmt: skip
    found = base64.b64encode(dump({"whole_text": text, "lines": lines})).decode("ascii")
    result = {"encoding": "utf8", "compress": "raw", "format": "json", "text": found}
    header = {"code": 0, "message": "success", "sid": new_sid("ase")}
    return dump({"header": header, "payload": {"recognizeDocumentRes": result}})
