"""iFlytek dictation: a recording in, its text out, corrected while it comes.

Source: https://www.xfyun.cn/doc/asr/voicedictation/API.html
"""

from __future__ import annotations

import base64
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from backends import params
from backends.audio import pcm
from backends.caps import whole
from backends.frames import Reader
from backends.iflytek import KEYS, answers, check_code, signed
from backends.line import Line
from backends.provider import Access, Closed, id_of, shaped, text_of
from backends.providers.iat_errors import ERRORS
from backends.types import Attachment, ChatRequest, Delta, ModelSpec, ParamSpec, WireRequest, Words
from backends.wire import frames

DOC = "https://www.xfyun.cn/doc/asr/voicedictation/API.html"
BASE = "IAT_BASE_URL"
PATH = "/v2/iat"
MAX_SECONDS = 60

# The document asks for this pace, which is that of speech at 16 kHz.
CHUNK_BYTES = 1280
CHUNK_SECONDS = 0.04

_COMMON = (
    params.SILENCE_TIMEOUT.but(
        wire_name="business.eos", minimum=0, maximum=10000, default=2000, source=DOC
    ),
    params.PUNCTUATION.but(wire_name="business.ptt", minimum=0, maximum=1, default=1, source=DOC),
    params.NUMERALS.but(wire_name="business.nunum", minimum=0, maximum=1, default=1, source=DOC),
)
_CHINESE = (
    *_COMMON,
    params.DYNAMIC_CORRECTION.but(wire_name="business.dwa", source=DOC),
    params.SCRIPT.but(wire_name="business.rlang", default="zh-cn", source=DOC),
)


def _model(name: str, label: str, own: tuple[ParamSpec, ...]) -> ModelSpec:
    return ModelSpec(
        name,
        label,
        own,
        endpoint=PATH,
        takes_system=False,
        inputs=frozenset({"audio"}),
        source=DOC,
    )


MODELS = (
    _model("zh_cn", "Dictation, Mandarin 普通话", _CHINESE),
    _model("en_us", "Dictation, English", _COMMON),
)


@dataclass(slots=True)
class _Sent:
    """How many chunks of a recording have left; the first goes with the question."""

    of: int
    chunks: int = 1

    def report(self) -> dict[str, float]:
        """Seconds of sound that have left, and of the whole recording."""
        return {
            "seconds_sent": round(self.chunks * CHUNK_SECONDS, 2),
            "seconds": round(self.of * CHUNK_SECONDS, 2),
        }


class Dictation(Closed):
    """One connection per recording; results come while it is still being sent."""

    name = "iat"
    label = Words("讯飞语音听写", "iFlytek dictation")
    base_urls: Mapping[str, str] = {BASE: "wss://iat-api.xfyun.cn"}
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
        """As `Provider.stream`. Takes as long as the recording lasts."""
        recording = request.messages[-1].attachments[0]
        samples = pcm(recording, MAX_SECONDS)
        url = access.url(BASE) + PATH
        chunks = [samples[at : at + CHUNK_BYTES] for at in range(0, len(samples), CHUNK_BYTES)]
        sent = _Sent(len(chunks))
        answer = frames(
            line,
            signed(url, access),
            _first(model, params, access.key(KEYS[0]), _audio(0, chunks[0])),
            WireRequest("GET", url, {}, _shown(model, params, recording), "spark"),
            _rest(line, chunks[1:], sent),
        )
        deltas = _deltas(answer, sent)
        yield from deltas if request.stream else whole(deltas)


def _first(
    model: ModelSpec, params: Mapping[str, Any], app_id: str, data: Mapping[str, Any]
) -> dict[str, Any]:
    fixed = {"language": model.name, "domain": "iat", "accent": "mandarin"}
    return {
        "common": {"app_id": app_id},
        "business": {**fixed, **params.get("business", {})},
        "data": data,
    }


def _shown(model: ModelSpec, params: Mapping[str, Any], recording: Attachment) -> dict[str, Any]:
    """The first frame as it stands on record, with the whole recording in place of its part."""
    data = {**_audio(0, b""), "audio": recording.placeholder}
    return _first(model, params, f"${KEYS[0]}", data)


def _audio(status: int, chunk: bytes) -> dict[str, Any]:
    return {
        "status": status,
        "format": "audio/L16;rate=16000",
        "encoding": "raw",
        "audio": base64.b64encode(chunk).decode(),
    }


def _rest(line: Line, chunks: list[bytes], sent: _Sent) -> Iterator[dict[str, Any]]:
    for chunk in chunks:
        line.pause(CHUNK_SECONDS)
        yield {"data": _audio(1, chunk)}
        sent.chunks += 1
    yield {"data": {"status": 2}}


def _deltas(frames: Generator[str, None, str], sent: _Sent) -> Iterator[Delta]:
    heard: dict[int, str] = {}
    reader = Reader()
    for frame in answers(frames, ERRORS, reader):
        check_code(frame, ERRORS)
        delta = reader.read(shaped, _delta, frame, heard)
        if delta is None:
            continue
        # At a long pause the service ends although more was to come, so it is told how far it got.
        yield replace(delta, extras=sent.report())
        if delta.finish_reason:
            reader.check()
            return


def _delta(frame: Mapping[str, Any], heard: dict[int, str]) -> Delta:
    """One result; `heard` holds the pieces by their number, which later ones may replace."""
    data = frame.get("data") or {}
    ended = str(data.get("status")) == "2"
    result = data.get("result") or {}
    before = _joined(heard)
    if result:
        if result.get("pgs") == "rpl":
            first, last = result["rg"]
            for number in [number for number in heard if int(first) <= number <= int(last)]:
                del heard[number]
        # Of several candidates only the first counts.
        heard[int(result["sn"])] = "".join(
            text_of(word["cw"][0].get("w")) for word in result.get("ws") or () if word.get("cw")
        )
    text = _joined(heard)
    adds = text.startswith(before)
    return Delta(
        text=text[len(before) :] if adds else text,
        replaces=not adds,
        finish_reason="stop" if ended else None,
        request_id=id_of(frame.get("sid")),
    )


def _joined(heard: Mapping[int, str]) -> str:
    return "".join(heard[number] for number in sorted(heard))


IAT = Dictation()
