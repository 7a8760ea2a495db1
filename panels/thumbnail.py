"""A picture made small, to be shown beside its question."""

from __future__ import annotations

import io

_SIDE = 192
# Decoding takes three bytes a pixel, and a small file can claim many.
_MOST_PIXELS = 50_000_000
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")


def thumbnail(data: bytes) -> bytes | None:
    """A PNG of at most 192 pixels a side; None where the file is no picture, or a huge one."""
    # Loaded here: a page without pictures must stay light.
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                return None
            opened.draft("RGB", (_SIDE, _SIDE))
            opened.thumbnail((_SIDE, _SIDE))
            out = io.BytesIO()
            opened.convert("RGBA").save(out, "PNG")
            return out.getvalue()
    except (OSError, ValueError, SyntaxError, OverflowError, AttributeError, RuntimeError):
        # Whatever a damaged file makes the reader raise.
        return None
    except Image.DecompressionBombError:
        return None
