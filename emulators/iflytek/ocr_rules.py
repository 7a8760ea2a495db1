"""What iFlytek's reading of pictures refuses.

https://www.xfyun.cn/doc/words/universal-character-recognition/API.html. Codes and texts are those
of the provider's gateway, which its other documents print; which code belongs to a picture that
is too large or unreadable is our choice.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from ..exchange import Refused
from .spark_socket import new_sid

SERVICE: Final = "hh_ocr_recognize_doc"
LONGEST_PICTURE: Final = 4 * 1024 * 1024
ENCODINGS: Final = ("jpg", "jpeg", "png", "bmp")
RESULT: Final = {"encoding": "utf8", "compress": "raw", "format": "json"}


def error(code: int, message: str) -> Refused:
    """An error after the signature was accepted."""
    header = {"code": code, "message": message, "sid": new_sid("ase")}
    return Refused(200, {"header": header}, code)


def read(body: dict[str, Any] | None, app_id: str) -> bytes:
    """The picture in a request, or Refused with the first thing that is wrong with it."""
    if body is None:
        raise error(10160, "parse request json error")
    _check_header(body, app_id)
    result = _object(_object(_object(body, "parameter"), SERVICE), "recognizeDocumentRes")
    for name, value in RESULT.items():
        if result.get(name, value) != value:
            raise _invalid(f"{name} must be {value}")
    image = _object(_object(body, "payload"), "image")
    # Real clients leave encoding and status out.
    if image.get("encoding", "jpg") not in ENCODINGS:
        raise _invalid(f"encoding must be one of {', '.join(ENCODINGS)}")
    if image.get("status", 3) != 3:
        raise _invalid("status must be 3")
    return _decoded(image.get("image"))


def _check_header(body: dict[str, Any], app_id: str) -> None:
    header = _object(body, "header")
    given = header.get("app_id")
    if not isinstance(given, str) or not given:
        raise _required("app_id")
    if given != app_id:
        raise error(10313, "invalid appid")
    if header.get("status") != 3:
        raise _invalid("status must be 3")


def _decoded(image: object) -> bytes:
    if not isinstance(image, str) or not image:
        raise _required("image")
    if len(image) > LONGEST_PICTURE:
        raise _invalid(f"length of $.payload.image.image must be between 0,{LONGEST_PICTURE}")
    try:
        return base64.b64decode(image, validate=True)
    except (binascii.Error, ValueError) as failed:
        raise error(10161, "parse base64 string error") from failed


def _object(place: dict[str, Any], name: str) -> dict[str, Any]:
    value = place.get(name)
    if not isinstance(value, dict):
        raise _required(name)
    return value


def _required(name: str) -> Refused:
    return _invalid(f"'{name}' param is required")


def _invalid(problem: str) -> Refused:
    return error(10163, f"param validate error:{problem}")
