"""A real server around an ASGI app, for as long as a test needs it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp


@contextmanager
def served(app: ASGIApp, address: str = "127.0.0.1") -> Iterator[str]:
    """Serve on a free port of loopback and yield the address."""
    with socket.create_server((address, 0)) as bound:
        config = uvicorn.Config(
            app, log_level="critical", proxy_headers=False, timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        up = threading.Event()

        async def serve() -> None:
            running = asyncio.create_task(server.serve(sockets=[bound]))
            while not server.started and not running.done():
                await asyncio.sleep(0.01)  # uvicorn tells nobody that it has started
            up.set()
            await running

        thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        thread.start()
        assert up.wait(60)
        try:
            yield f"http://{address}:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)
