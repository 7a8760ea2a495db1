"""What iFlytek's dictation refuses.

https://www.xfyun.cn/doc/asr/voicedictation/API.html. It prints codes; the texts are those that
other documents of the provider print for the same codes, as far as there are any.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Final

from ..checks import Range, outside
from .spark_schema import Rejected

LONGEST_AUDIO: Final = 13_000
RATES: Final = {"audio/L16;rate=16000": 16_000, "audio/L16;rate=8000": 8_000}
ENCODINGS: Final = ("raw", "speex", "speex-wb", "lame")
# What the account behind the fake keys has; everything else must be bought.
LICENSED: Final = {
    "language": ("zh_cn", "en_us"),
    "domain": ("iat",),
    "accent": ("mandarin",),
}
_SWITCH: Final = Range(0, 1, whole=True)
RANGES: Final = {
    "eos": Range(0, 10_000, whole=True),
    "vad_eos": Range(0, 10_000, whole=True),
    "ptt": _SWITCH,
    "pcm": _SWITCH,
    "vinfo": _SWITCH,
    "nunum": _SWITCH,
    "ltc": Range(1, 3, whole=True),
    "nbest": Range(1, 5, whole=True),
    "wbest": Range(1, 5, whole=True),
    "speex_size": Range(1, 107, whole=True),
}
WORDS: Final = {"dwa": ("wpgs",), "rlang": ("zh-cn", "zh-hk")}
DEFAULT_SILENCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Settings:
    """What the first frame asks for; `silence` in milliseconds ends the dictation.

    `corrects` is dwa, `timed` vinfo, `candidates` the larger of nbest and wbest.
    """

    chinese: bool
    rate: int
    raw: bool
    silence: int
    corrects: bool
    timed: bool
    punctuated: bool
    traditional: bool
    digits: bool
    candidates: int


def first(frame: dict[str, Any], app_id: str) -> Settings:
    """What the first frame asks for, or Rejected."""
    data = _object(frame, "data")
    status_of(data, (0,))
    common = frame.get("common")
    given = common.get("app_id") if isinstance(common, dict) else None
    if not isinstance(given, str) or not given:
        raise Rejected(10313, "app_id cannot be empty")
    if given != app_id:
        raise Rejected(10005, "invalid appid")
    business = _object(frame, "business")
    _check_business(business)
    return _settings(business, data)


def status_of(data: dict[str, Any], expected: tuple[int, ...]) -> int:
    """The status of a frame, or Rejected unless it is one of these."""
    status = data.get("status")
    if isinstance(status, bool) or not isinstance(status, int) or status not in expected:
        raise Rejected(10165, "invalid handle")
    return status


def later(frame: dict[str, Any]) -> tuple[int, bytes]:
    """Status and audio of any frame but the first, or Rejected."""
    data = _object(frame, "data")
    status = status_of(data, (1, 2))
    return status, audio_of(data, needed=status == 1)


def audio_of(data: dict[str, Any], *, needed: bool = True) -> bytes:
    """The audio of a frame, or Rejected; the last frame may come without any."""
    audio = data.get("audio")
    if audio is None and not needed:
        return b""
    _rate(data)
    if data.get("encoding") is None:
        raise _required("data", "encoding")
    if data["encoding"] not in ENCODINGS:
        raise _invalid(f"encoding must be one of {', '.join(ENCODINGS)}")
    if not isinstance(audio, str):
        raise _required("data", "audio")
    if len(audio) > LONGEST_AUDIO:
        raise _invalid(f"length of $.data.audio must be between 0,{LONGEST_AUDIO}")
    try:
        return base64.b64decode(audio, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Rejected(10161, "parse base64 string error") from error


def _settings(business: dict[str, Any], data: dict[str, Any]) -> Settings:
    chinese = business["language"] == "zh_cn"
    corrects = chinese and business.get("dwa") == "wpgs"
    return Settings(
        chinese=chinese,
        rate=_rate(data),
        raw=data.get("encoding") == "raw",
        silence=_number(business, "eos", _number(business, "vad_eos", DEFAULT_SILENCE)),
        corrects=corrects,
        timed=_number(business, "vinfo", 0) == 1 and not corrects,
        punctuated=not chinese or _number(business, "ptt", 1) == 1,
        traditional=chinese and business.get("rlang") == "zh-hk",
        digits=_number(business, "nunum", 1) == 1,
        candidates=max(_number(business, "nbest", 1), _number(business, "wbest", 1)),
    )


def _check_business(business: dict[str, Any]) -> None:
    for name, licensed in LICENSED.items():
        value = business.get(name)
        if not isinstance(value, str) or not value:
            raise _required("business", name)
        if value not in licensed:
            raise Rejected(11200, f"auth no license: {name} {value}")
    problem = outside(business, RANGES)
    for name, allowed in WORDS.items():
        if business.get(name) is not None and business[name] not in allowed:
            problem = problem or f"{name} must be one of {', '.join(allowed)}"
    if problem is not None:
        raise _invalid(problem)


def _rate(data: dict[str, Any]) -> int:
    given = data.get("format")
    if given is None:
        raise Rejected(10006, "sample rate is missing: $.data.format")
    if not isinstance(given, str) or given not in RATES:
        raise Rejected(10007, "invalid sample rate: $.data.format")
    return RATES[given]


def _number(business: dict[str, Any], name: str, default: int) -> int:
    value = business.get(name)
    return default if value is None else int(value)


def _object(frame: dict[str, Any], name: str) -> dict[str, Any]:
    value = frame.get(name)
    if not isinstance(value, dict):
        raise _required("", name)
    return value


def _required(where: str, name: str) -> Rejected:
    return _invalid(f"/{where} '{name}' param is required")


def _invalid(problem: str) -> Rejected:
    return Rejected(10163, f"param validate error:{problem}")
