"""Bodies that come packed."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

# Either header of zlib's: gzip's or its own.
_GZIP = b"\x1f"
_ANY_HEADER = 32 + zlib.MAX_WBITS
_MOST = 1 << 16


def unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Packed bytes unpacked, never many at once however small they were packed.

    Raises:
        ValueError: they are not gzip or deflate. EOFError: they end too early.
    """
    unpacking = None
    try:
        for piece in pieces:
            while piece:
                if unpacking is None or unpacking.eof:
                    unpacking = _unpacker(piece)
                if plain := unpacking.decompress(piece, _MOST):
                    yield plain
                piece = unpacking.unconsumed_tail
                if unpacking.unused_data.startswith(_GZIP):  # one after the other
                    piece = unpacking.unused_data
            # It may hold more than it gave at once.
            while unpacking and not unpacking.eof and (plain := unpacking.decompress(b"", _MOST)):
                yield plain
    except zlib.error:
        raise ValueError("it does not unpack") from None
    if unpacking is not None and not unpacking.eof:
        raise EOFError


def _unpacker(begin: bytes) -> Any:
    headed = begin[0] & 0x0F == zlib.DEFLATED or begin.startswith(_GZIP)
    # Without a header, as some understand "deflate".
    return zlib.decompressobj(_ANY_HEADER if headed else -zlib.MAX_WBITS)
