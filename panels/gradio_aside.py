"""Work beside Gradio's event loop, for those who have a seat.

asyncio's own pool has six threads on a machine of two processors: six who read a store that is
locked would keep everybody else waiting without a word.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

# As many as there are seats (`gradio_seats.Hall`), so that nobody waits for one.
_THREADS = 900
_pool = ThreadPoolExecutor(_THREADS, "tunedesk-aside")


async def aside(work: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
    """What the work returns, done on a thread."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_pool, functools.partial(work, *args, **more))
