"""Kind and size of a picture, from its first bytes.

PNG: https://www.w3.org/TR/png-3/#11IHDR; JPEG: https://www.w3.org/Graphics/JPEG/itu-t81.pdf B.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PNG: Final = b"\x89PNG\r\n\x1a\n"
JPEG: Final = b"\xff\xd8\xff"
# Frame headers are C0 to CF without these three, which are tables and a reservation.
NO_FRAME: Final = (0xC4, 0xC8, 0xCC)


@dataclass(frozen=True, slots=True)
class Picture:
    """What the first bytes say."""

    kind: str
    width: int
    height: int


def look(data: bytes) -> Picture | None:
    """The picture in `data`, None when it is not a PNG or JPEG whose size can be read."""
    if data.startswith(PNG):
        return _png(data)
    return _jpeg(data) if data.startswith(JPEG) else None


def _png(data: bytes) -> Picture | None:
    if data[12:16] != b"IHDR" or len(data) < 24:
        return None
    return Picture("PNG", _number(data[16:20]), _number(data[20:24]))


def _jpeg(data: bytes) -> Picture | None:
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:
            # Markers may be preceded by fill bytes.
            place += 1
        elif 0xC0 <= marker <= 0xCF and marker not in NO_FRAME:
            height, width = (
                _number(data[place + 5 : place + 7]),
                _number(data[place + 7 : place + 9]),
            )
            return Picture("JPEG", width, height)
        else:
            place += 2 + _number(data[place + 2 : place + 4])
    return None


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")
