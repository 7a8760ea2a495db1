"""Whoever has a seat has a thread: a store that answers late keeps nobody else waiting."""

from __future__ import annotations

import asyncio
import threading

from panels.gradio_aside import _THREADS, aside
from panels.gradio_seats import Hall


def test_work_that_hangs_keeps_nobody_waiting() -> None:
    together = threading.Barrier(100, timeout=30)

    async def all_at_once() -> list[int]:
        return await asyncio.gather(*(aside(together.wait) for _ in range(100)))

    assert sorted(asyncio.run(all_at_once())) == list(range(100))


def test_there_is_a_thread_for_each_seat() -> None:
    hall = Hall()
    assert hall.asking.most + hall.watching.most <= _THREADS
