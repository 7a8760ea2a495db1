"""Starting and stopping: one server per service, all on one loop in one daemon thread."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Final, Self

import uvicorn
from starlette.applications import Starlette

from . import services
from .answers import Answer, Writer
from .bare import Http
from .limits import Limits, Windows
from .qianfan.access import Tokens
from .script import read_script
from .stage import Stage

HOST: Final = "127.0.0.1"
LOGGERS: Final = ("uvicorn.error", "uvicorn.access", "uvicorn.asgi")


class Emulators:
    """Running emulators; close them or use them in a `with` statement.

    `urls` has one base URL per service, `environment` the variables that point a client at them,
    `keys` the credentials they accept.
    """

    def __init__(self, stage: Stage, tokens: Tokens, sockets: dict[str, socket.socket]) -> None:
        self.urls: dict[str, str] = {}
        self.environment: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        for name, taken in sockets.items():
            service, port = services.BY_NAME[name], taken.getsockname()[1]
            self.urls[name] = service.url(port)
            self.environment |= service.environment(port)
            self.keys |= service.keys
        self._stage = stage
        self._tokens = tokens
        self._servers = _servers(stage, tokens, sockets)
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="tunedesk-emulators", daemon=True)
        self._thread.start()
        self._ready.wait()

    @property
    def fault(self) -> str | None:
        """What goes wrong from now on, for requests that arrive afterwards; None for nothing.

        A name, or a script of names: see `script.read_script`.
        """
        return self._stage.script.text

    @fault.setter
    def fault(self, name: str | None) -> None:
        self._stage.script = read_script(name)

    def expire_tokens(self) -> None:
        """Ends every access token and short-lived Bearer key issued so far."""
        self._tokens.expire_all()

    def close(self) -> None:
        """Stops within a second, also with open streams; a second call does nothing."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(timeout=5)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _run(self) -> None:
        quiet = _Quiet(threading.get_ident())
        for name in LOGGERS:
            logging.getLogger(name).addFilter(quiet)
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._serve())
        finally:
            self._ready.set()
            for name in LOGGERS:
                logging.getLogger(name).removeFilter(quiet)

    async def _serve(self) -> None:
        running = [
            asyncio.ensure_future(server.serve(sockets=[taken])) for server, taken in self._servers
        ]
        self._loop.call_soon(self._ready.set)
        await self._stop.wait()
        for server, _ in self._servers:
            server.should_exit = True
        await self._stage.stop()
        await asyncio.wait(running, timeout=0.4)
        for server, _ in self._servers:
            server.force_exit = True
            # A client that does not read would keep its connection open for ever.
            for connection in tuple(server.server_state.connections):
                connection.transport.abort()
        await asyncio.gather(*running)


class _Quiet(logging.Filter):
    """Keeps uvicorn's remarks about our connections out of the host's log, errors excepted.

    Its access lines hold whole URLs, and those hold tokens. Loggers are shared by every uvicorn
    of the process, so only records of our own thread are dropped.
    """

    def __init__(self, thread: int) -> None:
        super().__init__()
        self.thread = thread

    def filter(self, record: logging.LogRecord) -> bool:
        return record.thread != self.thread or record.exc_info is not None


def start(
    only: Sequence[str] | None = None,
    *,
    port: int = 0,
    tokens_per_second: float = 40.0,
    log: Callable[[dict[str, Any]], None] | None = None,
    answer: Answer | None = None,
    limits: Limits | None = None,
    fault: str | None = None,
) -> Emulators:
    """Starts the services in `only` (all by default) on loopback and returns at once.

    `port` is that of the first, the others follow; 0 takes free ones. `log` is called on the
    servers' thread with one row per request. `answer` takes the place of the handbook.
    Raises OSError, and serves nothing, when a port is taken; ValueError for an unknown service
    or fault.
    """
    names = list(services.BY_NAME if only is None else dict.fromkeys(only))
    unknown = [name for name in names if name not in services.BY_NAME]
    if unknown or not names:
        raise ValueError(f"unknown service {unknown}; known: {', '.join(services.BY_NAME)}")
    if not tokens_per_second > 0:
        raise ValueError("tokens_per_second must be greater than 0")
    writer = Writer(answer, tokens_per_second)
    keys = {key: value for name in names for key, value in services.BY_NAME[name].keys.items()}
    stage = Stage(writer, Windows(limits or Limits()), keys, log, read_script(fault))
    return Emulators(stage, Tokens(), _bind(names, port))


def _bind(names: list[str], port: int) -> dict[str, socket.socket]:
    taken: dict[str, socket.socket] = {}
    for place, name in enumerate(names):
        number = port + place if port else 0
        # With the protocol named, asyncio switches Nagle's delay off on what it accepts.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        taken[name] = listener
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, number))
            listener.listen(2048)
        except OSError as error:
            for other in taken.values():
                other.close()
            raise OSError(error.errno, f"port {number} on {HOST} cannot be used for {name}; is "
                          "another program using it?") from error  # fmt: skip
    return taken


def _servers(
    stage: Stage, tokens: Tokens, sockets: dict[str, socket.socket]
) -> list[tuple[uvicorn.Server, socket.socket]]:
    return [
        (_server(services.BY_NAME[name].app(stage, tokens)), taken)
        for name, taken in sockets.items()
    ]


def _server(app: Starlette) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        # h11 keeps the letters of header names as they were given.
        http=Http,
        # The implementation that can fail a handshake with a status and a body.
        ws="websockets-sansio",
        ws_ping_interval=None,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)
