"""What is written in a picture: the Description that a PNG carries, else a sentence about it.

PNG's text chunks: https://www.w3.org/TR/png-3/#11textinfo; BMP's header:
https://learn.microsoft.com/windows/win32/api/wingdi/ns-wingdi-bitmapinfoheader.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .ocr_rules import error
from .pictures import PNG, Picture, look

KEYWORD: Final = b"Description"


def text_in(data: bytes) -> str:
    """The text, or Refused for what is no JPEG, PNG or BMP."""
    picture = look(data) or _bmp(data)
    if picture is None:
        raise error(10009, "input invalid data")
    written = _description(data) if picture.kind == "PNG" else None
    size = f"{picture.width}×{picture.height}"
    return f"这是一张 {size} 的 {picture.kind} 图片。" if written is None else written


def _description(data: bytes) -> str | None:
    for kind, chunk in _chunks(data):
        keyword, _, rest = chunk.partition(b"\0")
        if keyword != KEYWORD:
            continue
        if kind == b"tEXt":
            return rest.decode("latin-1")
        # Two bytes about compression, a language and a translated keyword come before the text.
        if kind == b"iTXt" and rest[:1] == b"\0":
            return rest[2:].split(b"\0", 2)[-1].decode("utf-8", "replace")
    return None


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(PNG)
    while place + 8 <= len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        yield data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        place += 12 + length


def _bmp(data: bytes) -> Picture | None:
    if not data.startswith(b"BM") or len(data) < 26:
        return None
    width, height = (int.from_bytes(data[at : at + 4], "little", signed=True) for at in (18, 22))
    # Rows that run from the top down are told by a negative height.
    return Picture("BMP", width, abs(height))
