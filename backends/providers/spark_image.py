"""iFlytek image understanding: Spark's socket, with a picture before the first question.

Source: https://www.xfyun.cn/doc/spark/ImageUnderstanding.html and
https://github.com/iFLYTEK-OP/websdk-java (doc/spark/imgunderstandapi.md)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from backends import errors
from backends.errors import ErrorRow, row
from backends.iflytek import KEYS, signed
from backends.line import Line
from backends.provider import Access, Closed, Written, base64_text, placeholder
from backends.providers.spark import answered, question
from backends.providers.spark_errors import ERRORS as CHAT_ERRORS
from backends.providers.spark_models import SAMPLING, max_tokens
from backends.types import (
    ChatRequest,
    Delta,
    ModelSpec,
    PictureLimits,
    WireRequest,
    Words,
)
from backends.wire import frames

DOC = "https://www.xfyun.cn/doc/spark/ImageUnderstanding.html"
BASE = "SPARK_IMAGE_BASE_URL"
PATH = "/v2.1/image"

PICTURES = PictureLimits(
    max_bytes=4 << 20, max_side=12800, min_pixels=50 * 50, max_pixels=6000 * 6000, first_only=True
)
_PARAMS = tuple(spec.but(source=DOC) for spec in (*SAMPLING, max_tokens(8192, 2048, DOC)))


def _model(domain: str, label: str) -> ModelSpec:
    return ModelSpec(
        domain,
        label,
        _PARAMS,
        endpoint=PATH,
        max_input_tokens=8192,
        takes_system=False,
        inputs=frozenset({"text", "image"}),
        pictures=PICTURES,
        source=DOC,
    )


MODELS = (
    _model("imagev3", "Spark Image (imagev3)"),
    _model("general", "Spark Image basic (general)"),
)

_OTHER = Words("请换一张图片。", "Choose another picture.")
_SCALE = Words("请缩放图片后再发送。", "Scale the picture, then send again.")

ERRORS: Mapping[str, ErrorRow] = {
    **{
        code: CHAT_ERRORS[code]
        for code in (
            "10003", "10004", "10005", "10006", "10007", "10008", "10012", "10013", "10014",
            "10016", "10907", "11200", "11201", "11202", "11203",
        )
    },
    "10022": row(errors.ContentFilter, "图片未通过安全审核。",
                 "The picture did not pass the safety review.", _OTHER),
    "10029": row(errors.InvalidRequest, "图片边长超过 12,800 像素。",
                 "A side of the picture has more than 12,800 pixels.", _SCALE),
    "10041": row(errors.InvalidRequest, "图片总像素不在 50×50 与 6,000×6,000 之间。",
                 "The picture's pixels are not between 50×50 and 6,000×6,000.", _SCALE),
}  # fmt: skip


class SparkImage(Closed):
    """One picture a conversation; it stands before the first question in every request."""

    name = "spark-image"
    label = Words("讯飞图片理解", "iFlytek image understanding")
    base_urls: Mapping[str, str] = {BASE: "wss://spark-api.cn-huabei-1.xf-yun.com"}
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
        url = access.url(BASE) + PATH
        shown = question(model, params, _turns(request, placeholder), f"${KEYS[0]}")
        asked = question(model, params, _turns(request, base64_text), access.key(KEYS[0]))
        answer = frames(
            line, signed(url, access), asked, WireRequest("GET", url, {}, shown, "spark")
        )
        yield from answered(answer, ERRORS, streaming=request.stream)


def _turns(request: ChatRequest, written: Written) -> list[dict[str, Any]]:
    turns: list[dict[str, Any]] = []
    for message in request.messages:
        turns += [
            {"role": message.role, "content": written(picture), "content_type": "image"}
            for picture in message.attachments
        ]
        turns.append({"role": message.role, "content": message.content, "content_type": "text"})
    return turns


SPARK_IMAGE = SparkImage()
