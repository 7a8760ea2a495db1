"""Connections that wait for the next call to the same service."""

from __future__ import annotations

import socket
import threading
from collections import OrderedDict
from typing import Final, NamedTuple

from urllib3.util import wait_for_read

from backends.route import Proxy
from backends.wire.dial import Origin, beneath

_MOST_KEPT: Final = 128  # of one service
_MOST_SERVICES: Final = 32


class Way(NamedTuple):
    """Whom a connection leads to, and by whom."""

    origin: Origin
    proxy: Proxy | None


class Idle:
    """The kept connections, which carry nothing from one call to the next."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Way, list[socket.socket]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, way: Way) -> socket.socket | None:
        """The one used last that is still silent; one that has something to say has ended, or says
        what nobody asked for."""
        while True:
            with self._lock:
                kept = self._kept.get(way)
                connection = kept.pop() if kept else None
            if connection is None or not wait_for_read(beneath(connection), 0.0):
                return connection
            connection.close()

    def put(self, way: Way, connection: socket.socket) -> None:
        """Keep a connection whose answer was read to its end. Of too many services the one that
        was called longest ago is let go."""
        surplus: list[socket.socket] = []
        with self._lock:
            kept = self._kept.setdefault(way, [])
            self._kept.move_to_end(way)
            (kept if len(kept) < _MOST_KEPT else surplus).append(connection)
            if len(self._kept) > _MOST_SERVICES:
                surplus += self._kept.popitem(last=False)[1]
        for one in surplus:
            one.close()

    def clear(self) -> None:
        """Close all of them."""
        with self._lock:
            kept = [connection for one in self._kept.values() for connection in one]
            self._kept.clear()
        for connection in kept:
            connection.close()


idle = Idle()
