"""Whether a picture or a recording may go with a question. Checked before anything is sent."""

from __future__ import annotations

import io
import mimetypes
import pathlib
import warnings

from backends.brief import brief
from backends.errors import InvalidRequest
from backends.types import Attachment, ChatRequest, Input, ModelSpec, PictureLimits, Words

_NAMES: dict[Input, Words] = {
    "text": Words("文字", "text"),
    "image": Words("图片", "pictures"),
    "audio": Words("录音", "recordings"),
}
_UNREADABLE = Words(
    "无法读取这张图片：文件已损坏、过大，或不是图片。请换一张 JPG 或 PNG 图片。",
    "The picture cannot be read: it is damaged, too large, or none. Choose another JPG or PNG.",
)
_OTHER_FORMAT = Words(
    "这不是 {kinds} 图片，或与所称格式不符。请转换格式后再发送。",
    "The picture is none of {kinds}, or not what it claims to be. Convert it, then send again.",
)
_EMPTY_FILE = Words("文件 {name} 是空的。请换一个。", "The file {name} is empty. Choose another.")
_TOO_BIG = Words(
    "文件有 {size} MB，最多 {limit} MB。请压缩后再发送。",
    "The file has {size} MB; the limit is {limit} MB. Make it smaller, then send again.",
)
_ONE_PICTURE = Words(
    "{model} 每段对话只接受一张图片，并且要放在第一个问题里。请开始新对话再换图片。",
    "{model} takes one picture a conversation, with the first question. "
    "Start a new chat for another picture.",
)
_ONE_FILE = Words(
    "{model} 一次只识别一个文件。请分开发送。",
    "{model} recognises one file at a time. Send them one by one.",
)
# What a picture may be where the model's document does not say, with Pillow's names.
_READABLE = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/bmp": "BMP",
}
# Our own limit, where no document states one.
MAX_BYTES = 20 << 20
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
    """A file as an attachment: a picture by its bytes, a recording by `media_type` or its name.

    A file that is neither a picture nor a recording counts as a picture, and is then refused for
    what it is.
    """
    ending = pathlib.PurePath(name).suffix.lower()
    guessed = media_type or _BY_ENDING.get(ending) or mimetypes.guess_type(name)[0] or ""
    if not guessed.startswith("audio/"):
        # What a picture is, its first bytes say; its name may be wrong.
        measured = _measure(data)
        guessed = measured[0] if measured else guessed
    return Attachment(data, guessed or "application/octet-stream", name)


def check_attachments(request: ChatRequest, model: ModelSpec) -> None:
    """Refuse pictures and recordings that the model does not take, or that pass its limits.

    Raises:
        InvalidRequest: naming the limit and the figure that passes it.
    """
    everything = [item for message in request.messages for item in message.attachments]
    for attachment in everything:
        if attachment.kind not in model.inputs:
            raise InvalidRequest(_not_taken(attachment.kind, model), code="input")
        _check_size(attachment, model.pictures)
        if attachment.kind == "image":
            _check_picture(attachment, model.pictures or PictureLimits(tuple(_READABLE)))
    needed = _needed(model)
    if needed is not None and not any(item.kind == needed for item in everything):
        raise InvalidRequest(_missing(needed, model), code="input")
    alone = "text" not in model.inputs
    first_only = model.pictures is not None and model.pictures.first_only
    if (alone or first_only) and not only_first(request):
        raise InvalidRequest((_ONE_FILE if alone else _ONE_PICTURE).format(model=model.label),
                             code="input")  # fmt: skip


def only_first(request: ChatRequest) -> bool:
    """Whether there is one attachment, and it goes with the first question."""
    counts = [len(message.attachments) for message in request.messages]
    return sum(counts) == 1 and counts[0] == 1


def _needed(model: ModelSpec) -> Input | None:
    """What a question to the model must hold besides text."""
    if "text" not in model.inputs:
        return next(iter(model.inputs))
    return "image" if model.pictures is not None and model.pictures.first_only else None


def _check_size(attachment: Attachment, limits: PictureLimits | None) -> None:
    documented = limits.max_bytes if limits is not None and attachment.kind == "image" else None
    most = documented or MAX_BYTES
    if attachment.size == 0:
        raise InvalidRequest(_EMPTY_FILE.format(name=attachment.name or attachment.media_type))
    if attachment.size > most:
        raise InvalidRequest(
            _TOO_BIG.format(size=f"{attachment.size / 2**20:.1f}", limit=f"{most / 2**20:.0f}"),
            code="size",
        )


def _check_picture(picture: Attachment, limits: PictureLimits) -> None:
    measured = _measure(picture.data)
    if measured is None:
        raise InvalidRequest(_UNREADABLE, code="picture format")
    media_type, width, height = measured
    if media_type not in limits.media_types or media_type != picture.media_type:
        kinds = ", ".join(kind.removeprefix("image/") for kind in limits.media_types)
        raise InvalidRequest(_OTHER_FORMAT.format(kinds=kinds), code="picture format")
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


def _measure(data: bytes) -> tuple[str, int, int] | None:
    """Media type, width and height by the file's head; None where it is no readable picture."""
    # Loaded here: importing the room must stay light.
    from PIL import Image

    kinds = tuple(_READABLE.values())
    try:
        with warnings.catch_warnings():
            # So many pixels that decoding them would be an attack; nothing is decoded here.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=kinds) as opened:
                return Image.MIME.get(opened.format or "", ""), opened.width, opened.height
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    except (OSError, ValueError, SyntaxError, OverflowError, AttributeError, RuntimeError):
        # Whatever a damaged file makes the reader raise.
        return None


def _not_taken(kind: Input, model: ModelSpec) -> Words:
    name = _NAMES[kind]
    label = brief(model.label)
    return Words(
        f"{label} 不接受{name.zh}。请去掉{name.zh}或开始新对话，或换一个接受它的模型。",
        f"{label} takes no {name.en}. Remove it or start a new chat, or choose a model that "
        f"takes {name.en}.",
    )


def _missing(kind: Input, model: ModelSpec) -> Words:
    name = _NAMES[kind]
    label = brief(model.label)
    return Words(
        f"{label} 需要{name.zh}。请先添加{name.zh}再发送。",
        f"{label} needs {name.en}. Add one, then send.",
    )
