"""What the tests of reading pictures speak with."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import time
from email.utils import formatdate
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from emulators import Emulators
from tests.emulators.wire import Http

PATH = "/v1/private/hh_ocr_recognize_doc"
RESULT = {"encoding": "utf8", "compress": "raw", "format": "json"}


def picture(kind: str = "PNG", size: tuple[int, int] = (640, 480), **saved: Any) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "white").save(file, kind, **saved)
    return file.getvalue()


def described(text: str) -> bytes:
    """A PNG that says what it shows; Pillow takes iTXt for what is not Latin-1."""
    info = PngInfo()
    info.add_text("Comment", "not this one")
    info.add_text("Description", text)
    return picture(pnginfo=info)


PNG = picture()


def body_of(data: bytes | str, encoding: str = "png") -> dict[str, Any]:
    text = base64.b64encode(data).decode() if isinstance(data, bytes) else data
    return {
        "header": {"app_id": "fakeapp0", "status": 3},
        "parameter": {"hh_ocr_recognize_doc": {"recognizeDocumentRes": RESULT}},
        "payload": {"image": {"encoding": encoding, "image": text, "status": 3}},
    }


def changed(*path: str, to: object = None) -> dict[str, Any]:
    """A good body with one place in it changed, or with None taken away."""
    body: dict[str, Any] = json.loads(json.dumps(body_of(PNG)))
    place = body
    for name in path[:-1]:
        place = place[name]
    place.pop(path[-1])
    if to is not None:
        place[path[-1]] = to
    return body


def query(running: Emulators, verb: str = "POST", secret: str = "", now: float = 0) -> str:
    host = urlsplit(running.urls["ocr"]).netloc
    date = formatdate(now or time.time(), usegmt=True)
    text = f"host: {host}\ndate: {date}\n{verb} {PATH} HTTP/1.1"
    key = (secret or running.keys["SPARKAI_API_SECRET"]).encode()
    signed = base64.b64encode(hmac.digest(key, text.encode(), hashlib.sha256)).decode()
    told = f'api_key="{running.keys["SPARKAI_API_KEY"]}", algorithm="hmac-sha256", '
    told += f'headers="host date request-line", signature="{signed}"'
    encoded = base64.b64encode(told.encode()).decode()
    return urlencode({"authorization": encoded, "date": date, "host": host})


def post(running: Emulators, body: object, signed: str | None = None) -> requests.Response:
    data = body if isinstance(body, str) else json.dumps(body)
    url = f"{running.urls['ocr']}{PATH}?{query(running) if signed is None else signed}"
    return Http(running).session.post(url, data=data)


def read(running: Emulators, data: bytes, encoding: str = "png") -> Any:
    answer = post(running, body_of(data, encoding)).json()
    assert answer["header"]["code"] == 0, answer
    return json.loads(base64.b64decode(answer["payload"]["recognizeDocumentRes"]["text"]))


def code_of(running: Emulators, body: object) -> int:
    answer = post(running, body)
    header = answer.json()["header"]
    assert answer.status_code == 200 and ("payload" in answer.json()) is (header["code"] == 0)
    code: int = header["code"]
    return code
