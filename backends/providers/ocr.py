"""iFlytek's reading of documents: a picture in, its text out. One signed HTTP request.

Source: https://www.xfyun.cn/doc/words/universal-character-recognition/API.html.
It is the "picture to text" of https://github.com/thetheorange/AiProject.
"""

from __future__ import annotations

import base64
import binascii
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any

from backends import errors
from backends.iflytek import KEYS, check_code, refused_signature, signed
from backends.line import Line
from backends.provider import (
    Access,
    Closed,
    Written,
    base64_text,
    id_of,
    no_page,
    placeholder,
    shaped,
    text_of,
)
from backends.providers.ocr_errors import ERRORS
from backends.reading import as_json, words
from backends.types import Attachment, ChatRequest, Delta, ModelSpec, PictureLimits, Words
from backends.wire import Reply, post

DOC = "https://www.xfyun.cn/doc/words/universal-character-recognition/API.html"
BASE = "OCR_BASE_URL"
SERVICE = "hh_ocr_recognize_doc"
PATH = f"/v1/private/{SERVICE}"
_ENCODINGS = {"image/jpeg": "jpg", "image/png": "png", "image/bmp": "bmp"}
# 4 MiB as base64.
_MAX_BYTES = 3 << 20

MODELS = (
    ModelSpec(
        SERVICE,
        "OCR hh_ocr_recognize_doc",
        (),
        endpoint=PATH,
        takes_system=False,
        inputs=frozenset({"image"}),
        pictures=PictureLimits(media_types=tuple(_ENCODINGS), max_bytes=_MAX_BYTES),
        source=DOC,
    ),
)


class OCR(Closed):
    """It answers at once, so a stream is the same answer."""

    name = "ocr"
    label = Words("讯飞文字识别", "iFlytek OCR")
    base_urls: Mapping[str, str] = {BASE: "https://api.xf-yun.com"}
    credentials = (KEYS,)
    models = MODELS
    errors = ERRORS

    def stream(
        self,
        request: ChatRequest,
        model: ModelSpec,
        params: Mapping[str, Any],
        access: Access,
        line: Line,
    ) -> Iterator[Delta]:
        """As `Provider.stream`."""
        picture = request.messages[-1].attachments[0]
        url = access.url(BASE) + PATH
        query = urllib.parse.urlsplit(signed(url, access, "POST")).query
        reply = post(
            line,
            url,
            _body(picture, access.key(KEYS[0]), base64_text),
            auth="spark",
            shown_body=_body(picture, f"${KEYS[0]}", placeholder),
            secret_query=dict(urllib.parse.parse_qsl(query)),
        )
        yield _read(no_page(reply), urllib.parse.urlsplit(url).netloc)


def _body(picture: Attachment, app_id: str, written: Written) -> dict[str, Any]:
    result = {"encoding": "utf8", "compress": "raw", "format": "json"}
    encoding = _ENCODINGS.get(picture.media_type, "jpg")
    image = {"encoding": encoding, "image": written(picture), "status": 3}
    return {
        "header": {"app_id": app_id, "status": 3},
        "parameter": {SERVICE: {"recognizeDocumentRes": result}},
        "payload": {"image": image},
    }


def _read(reply: Reply, host: str) -> Delta:
    body = reply.read()
    answer = as_json(body)
    header = answer.get("header") if isinstance(answer, dict) else None
    if not isinstance(header, dict):
        if reply.status != 200:
            raise refused_signature(reply.status, body, reply.headers.get("date"), ERRORS, host)
        raise errors.Protocol(said=words(body))
    check_code(header, ERRORS, reply.status)
    return Delta(
        text=shaped(_text, answer),
        finish_reason="stop",
        request_id=id_of(header.get("sid")),
    )


def _text(answer: Mapping[str, Any]) -> str:
    packed = answer["payload"]["recognizeDocumentRes"]["text"]
    try:
        read = as_json(base64.b64decode(packed, validate=True))
    except binascii.Error as exc:
        raise ValueError("no base64") from exc
    return text_of(read["whole_text"])


OCR_READER = OCR()
