"""Loaded by every Python the browser tests start: nothing may leave this machine.

A look-up or connection to anywhere but loopback fails, and is written to the file that
TUNEDESK_GUARD_LOG names, which the tests read at their end.
"""

from __future__ import annotations

import os
import socket
from typing import Any

_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")
_look_up = socket.getaddrinfo
_connect = socket.socket.connect


def _watched_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
    _check(host)
    return _look_up(host, *args, **kwargs)


def _watched_connect(self: socket.socket, address: Any) -> None:
    if isinstance(address, tuple):
        _check(address[0])
    _connect(self, address)


def _check(host: Any) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name and not str(name).startswith(_LOOPBACK):
        with open(os.environ["TUNEDESK_GUARD_LOG"], "a", encoding="utf-8") as log:
            log.write(f"{name}\n")
        raise OSError(f"the tests allow no connection to {name}")


socket.getaddrinfo = _watched_look_up
setattr(socket.socket, "connect", _watched_connect)  # noqa: B010 - a patch, typed as one
