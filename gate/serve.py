"""Serving a gate on a port, until told to stop."""

from __future__ import annotations

import socket

import uvicorn

from gate.asgi import Gate

# Seconds that open pages have to let go when the server stops; some would hold it for ever.
_PATIENCE = 1


def serve(gate: Gate, address: str, port: int) -> None:
    """Serve until Ctrl-C or SIGTERM; how those end the process is left to their handlers.

    Raises:
        OSError: the address is not this machine's, or the port is taken.
    """
    config = uvicorn.Config(
        gate,
        # The root's handlers remove secrets, and uvicorn's own would not.
        log_config=None,
        access_log=False,
        server_header=False,
        # What a proxy says of its client is the gate's to judge.
        proxy_headers=False,
        timeout_graceful_shutdown=_PATIENCE,
    )
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, port), family=family, backlog=config.backlog) as bound:
        uvicorn.Server(config).run(sockets=[bound])
