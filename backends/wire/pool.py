"""The kept connections to HTTP services: where an address leads, and who is using which."""

from __future__ import annotations

import functools
import socket
import threading
from typing import Any, cast

import requests
import urllib3
import urllib3.connection
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from backends.line import Line
from backends.route import Proxy

# `line` is that of the call which this thread is making.
current = threading.local()


class _HTTPConnection(urllib3.connection.HTTPConnection):
    """Tells the calling thread's line which socket is in use, and how far the call came."""

    line: Line | None = None

    def _new_conn(self) -> socket.socket:
        current.line.reached("connect")
        dialled = super()._new_conn()
        # Held before a TLS handshake, so that Stop also ends a peer that is silent in it.
        current.line.hold(dialled)
        return dialled

    def request(self, *args: Any, **kwargs: Any) -> None:
        line = self.line = cast(Line, current.line)
        kept = self.sock is not None
        if self.sock is None:
            self.connect()
        line.hold(self.sock)
        line.reached("send")
        try:
            super().request(*args, **kwargs)
        except OSError:
            # The service had closed a kept connection: it never had the whole question.
            line.stale = kept
            raise
        line.reached("headers")


class _HTTPSConnection(_HTTPConnection, urllib3.connection.HTTPSConnection):
    pass


class _HTTPPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _HTTPConnection

    def _put_conn(self, conn: Any) -> None:
        if conn is not None and conn.line is not None:
            # From here on the socket may serve another call: a late Stop must not reach it.
            conn.line.let_go()
        super()._put_conn(conn)


class _HTTPSPool(_HTTPPool, urllib3.HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection


@functools.lru_cache(256)
def place(url: str, proxy: Proxy | None) -> tuple[urllib3.HTTPConnectionPool, str]:
    """Where an address leads, and what to ask for there; written as requests writes it.

    Raises:
        requests.RequestException: it is no address.
    """
    request = requests.PreparedRequest()
    request.prepare_url(url, None)
    there = urllib3.util.parse_url(request.url or "")
    if proxy is not None:
        # Without a tunnel a proxy is told the whole address.
        path = str(request.url) if there.scheme == "http" else request.path_url
        return _through(proxy).connection_from_url(there.url), path
    return _pool(there.scheme, there.host, there.port), request.path_url


@functools.lru_cache(2)
def _through(proxy: Proxy) -> urllib3.ProxyManager:
    """The kept connections by way of a proxy."""
    made = urllib3.ProxyManager(
        proxy.url,
        proxy_headers=proxy.headers,
        maxsize=128,
        cert_reqs="CERT_REQUIRED",
        ca_certs=DEFAULT_CA_BUNDLE_PATH,
    )
    made.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
    return made


@functools.lru_cache(32)
def _pool(scheme: str | None, host: str | None, port: int | None) -> urllib3.HTTPConnectionPool:
    """The kept connections to one service, which carry nothing from one call to the next."""
    if scheme == "https":
        return _HTTPSPool(
            host or "",
            port,
            maxsize=128,
            cert_reqs="CERT_REQUIRED",
            ca_certs=DEFAULT_CA_BUNDLE_PATH,
        )
    return _HTTPPool(host or "", port, maxsize=128)
