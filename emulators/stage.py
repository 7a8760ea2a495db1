"""What the servers of one `start()` share, and the race between a request and its client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from typing import Any

from .answers import Order, Piece, Writer
from .faults import Fault
from .limits import Windows
from .record import Log, Record
from .script import Script


@dataclass(slots=True)
class Stage:
    """Everything that outlives a request. `script` is asked once, when a request arrives."""

    writer: Writer
    windows: Windows
    keys: dict[str, str]
    log: Log | None = None
    script: Script = field(default_factory=Script)
    work: set[asyncio.Future[None]] = field(default_factory=set)

    async def write(
        self, record: Record, fault: Fault | None, order: Order
    ) -> AsyncIterator[Piece]:
        """The pieces of an answer; `record` keeps count of what is billed."""
        async for piece in self.writer.write(order, fault):
            record.output_tokens = order.meter.total
            yield piece

    async def race(
        self, record: Record, work: Coroutine[Any, Any, None], gone: Coroutine[Any, Any, None]
    ) -> None:
        """Runs `work` until it is done or the client is `gone`, which ends it at once.

        The record is closed as "client gone" or, when the servers stop, as "server closed".
        Errors of `work` are raised, after closing the record as "server error".
        """
        working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(gone)
        self.work.add(working)
        try:
            await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if leaving.done() and not working.done():
                working.cancel()
                await asyncio.wait({working})
                record.close("client gone")
            await asyncio.wait({working})
        finally:
            self.work.discard(working)
            working.cancel()
            leaving.cancel()
        if working.cancelled():
            record.close("server closed")
            return
        if working.exception() is not None:
            record.close("server error")
        working.result()

    async def stop(self) -> None:
        """Ends every request that is still being answered."""
        for work in tuple(self.work):
            work.cancel()
        if self.work:
            await asyncio.wait(tuple(self.work), timeout=0.2)
