"""Memory that comes in bursts, and is given back after them."""

from __future__ import annotations

import ctypes
import sys

# Parameters of mallopt: https://man7.org/linux/man-pages/man3/mallopt.3.html
_TRIM_THRESHOLD, _ARENA_MAX = -1, -8


def give_back() -> None:
    """Have the C library keep one pool of memory for all threads, and give back what is free.

    By default glibc has a pool for each of many threads, and each keeps what a burst once took.
    Threads of ours wait for one another anyway. Other C libraries are left as they are.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)
        mallopt(_TRIM_THRESHOLD, 1_000_000)
