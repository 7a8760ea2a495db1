"""A picture made small, to be shown beside its question."""

from __future__ import annotations

import io

_SIDE = 192


def thumbnail(data: bytes) -> bytes | None:
    """A PNG of at most 192 pixels a side; None where the file is no picture that can be read."""
    # Loaded here: a page without pictures must stay light.
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as opened:
            opened.draft("RGB", (_SIDE, _SIDE))
            opened.thumbnail((_SIDE, _SIDE))
            out = io.BytesIO()
            opened.convert("RGBA").save(out, "PNG")
            return out.getvalue()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
