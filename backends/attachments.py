"""Whether a picture or a recording may go with a question. Checked before anything is sent."""

from __future__ import annotations

import io
import mimetypes
import pathlib

from backends.errors import InvalidRequest
from backends.types import Attachment, ChatRequest, Input, ModelSpec, PictureLimits, Words

_NAMES: dict[Input, Words] = {
    "text": Words("文字", "text"),
    "image": Words("图片", "pictures"),
    "audio": Words("录音", "recordings"),
}
_UNREADABLE = Words(
    "无法读取这张图片，文件可能已损坏。请换一张 JPG 或 PNG 图片。",
    "The picture cannot be read; the file may be damaged. Choose another JPG or PNG.",
)


# What the standard table of media types does not know, or names otherwise on some machines.
_BY_ENDING = {
    ".pcm": "audio/pcm",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    ".bmp": "image/bmp",
}


def attachment_of(data: bytes, name: str, media_type: str | None = None) -> Attachment:
    """A file as an attachment; without a media type, what its name's ending says.

    A file that is neither a picture nor a recording counts as a picture, and is then refused for
    what it is.
    """
    ending = pathlib.PurePath(name).suffix.lower()
    guessed = _BY_ENDING.get(ending) or mimetypes.guess_type(name)[0]
    return Attachment(data, media_type or guessed or "application/octet-stream", name)


def check_attachments(request: ChatRequest, model: ModelSpec) -> None:
    """Refuse pictures and recordings that the model does not take, or that pass its limits.

    Raises:
        InvalidRequest: naming the limit and the figure that passes it.
    """
    everything = [item for message in request.messages for item in message.attachments]
    for attachment in everything:
        if attachment.kind not in model.inputs:
            raise InvalidRequest(_not_taken(attachment.kind, model), code="input")
        if attachment.kind == "image" and model.pictures is not None:
            _check_picture(attachment, model.pictures)
    needed = _needed(model)
    if needed is not None and not any(item.kind == needed for item in everything):
        raise InvalidRequest(_missing(needed, model), code="input")
    if model.pictures is not None and model.pictures.first_only:
        _check_first_only(request, model, len(everything))


def _needed(model: ModelSpec) -> Input | None:
    """What a question to the model must hold besides text."""
    if "text" not in model.inputs:
        return next(iter(model.inputs))
    return "image" if model.pictures is not None and model.pictures.first_only else None


def _check_first_only(request: ChatRequest, model: ModelSpec, count: int) -> None:
    if count != 1 or not request.messages[0].attachments:
        raise InvalidRequest(
            Words(
                f"{model.label} 每段对话只接受一张图片，并且要放在第一个问题里。"
                "请开始新对话再换图片。",
                f"{model.label} takes one picture a conversation, with the first question. "
                "Start a new chat for another picture.",
            ),
            code="input",
        )


def _check_picture(picture: Attachment, limits: PictureLimits) -> None:
    size = len(picture.data)
    if limits.max_bytes is not None and size > limits.max_bytes:
        most, has = f"{limits.max_bytes / 2**20:.0f} MB", f"{size / 2**20:.1f} MB"
        raise InvalidRequest(
            Words(
                f"图片有 {has}，最多 {most}。请压缩后再发送。",
                f"The picture has {has}; the limit is {most}. Make it smaller, then send again.",
            ),
            code="picture size",
        )
    media_type, width, height = _measure(picture.data)
    if media_type not in limits.media_types:
        kinds = ", ".join(kind.removeprefix("image/") for kind in limits.media_types)
        raise InvalidRequest(
            Words(
                f"这不是 {kinds} 图片。请转换格式后再发送。",
                f"The picture is none of {kinds}. Convert it, then send again.",
            ),
            code="picture format",
        )
    _check_pixels(width, height, limits)


def _check_pixels(width: int, height: int, limits: PictureLimits) -> None:
    pixels = width * height
    side = limits.max_side
    if side is not None and max(width, height) > side:
        raise InvalidRequest(
            Words(
                f"图片为 {width}×{height}，边长最多 {side} 像素。请缩小后再发送。",
                f"The picture is {width}×{height}; a side may have {side} pixels. Scale it down.",
            ),
            code="picture pixels",
        )
    low, high = limits.min_pixels, limits.max_pixels
    if (low is not None and pixels <= low) or (high is not None and pixels >= high):
        raise InvalidRequest(
            Words(
                f"图片为 {width}×{height}，总像素须在 {low} 与 {high} 之间。请缩放后再发送。",
                f"The picture is {width}×{height}; its pixels must lie between {low} and {high}. "
                "Scale it, then send again.",
            ),
            code="picture pixels",
        )


def _measure(data: bytes) -> tuple[str, int, int]:
    # Loaded here: importing the room must stay light.
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as opened:
            return Image.MIME.get(opened.format or "", ""), opened.width, opened.height
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise InvalidRequest(_UNREADABLE, code="picture format") from None


def _not_taken(kind: Input, model: ModelSpec) -> Words:
    name = _NAMES[kind]
    return Words(
        f"{model.label} 不接受{name.zh}。请去掉{name.zh}，或换一个接受它的模型。",
        f"{model.label} takes no {name.en}. Remove it, or choose a model that takes {name.en}.",
    )


def _missing(kind: Input, model: ModelSpec) -> Words:
    name = _NAMES[kind]
    return Words(
        f"{model.label} 需要{name.zh}。请先添加{name.zh}再发送。",
        f"{model.label} needs {name.en}. Add one, then send.",
    )
