"""The line of one call: it can be cut from any thread, and knows how far the call came."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

from backends.errors import Cancelled, Timeout, Transport
from backends.headers import Headers
from backends.route import Route
from backends.types import WireRequest, Words
from backends.watchdog import Deadlines, watchdog

_SILENT = Words(
    "服务商 {seconds:g} 秒没有新内容，这次请求可能已计费。可以重试。",
    "The provider sent nothing new for {seconds:g} s; the request may have been billed. "
    "You can retry.",
)
_ENDLESS = Words(
    "回答超过 {seconds:g} 秒仍未结束，已停止，可能已计费。可以减少最大输出后重试。",
    "The answer had not ended after {seconds:g} s and was stopped; it may have been billed. "
    "Lower the maximum output, then retry.",
)


_USUAL, _STRAIGHT = Deadlines(), Route()


class Line:
    """Holds the socket in use, the deadlines, and the public half of what was sent.

    `phase` is how far the call came: checked, credential, connect, send, headers, first token,
    mid, end. Until `request` is set the question itself cannot have left; with `stale` it did not
    leave as a whole. `headers` are those of its answer, once they are in. `proxied`: the connection
    that was last asked for goes by a proxy.
    """

    def __init__(self, deadlines: Deadlines | None = None, route: Route | None = None) -> None:
        self.deadlines = deadlines or _USUAL
        self.route = route or _STRAIGHT
        self.phase = "checked"
        self.request: WireRequest | None = None
        self.headers = Headers()
        self.began: float | None = None
        self.stale = False
        self.proxied = False
        self._stage = "checked"
        self._cancelled = False
        self._overdue: Words | None = None
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._is_cut = False
        # Made by who really waits.
        self._stop: threading.Event | None = None
        self._started = self._last = 0.0
        self._has_content = False
        self._empty = 0

    @property
    def connecting(self) -> bool:
        """Whether a connection is being made, for the question or for a token."""
        return self._stage == "connect"

    @property
    def sent(self) -> bool:
        """Whether the question may have left this machine."""
        return self.request is not None and self._stage != "connect" and not self.stale

    def start(self) -> None:
        """A provider is about to be asked something: from here on deadlines count."""
        self._started = self._last = time.monotonic()
        watchdog().watch(self)

    def record(self, request: WireRequest) -> None:
        """The question itself goes out next; `request` is its public half."""
        self.request = request
        self.began = time.perf_counter()
        self.reached("connect")

    def reached(self, stage: str) -> None:
        """The connection came as far as this; it counts as the call's phase once it is its own."""
        self._stage = stage
        if self.request is not None:
            self.phase = stage

    def touch(self) -> None:
        """Content arrived: the gap deadline starts anew."""
        self.phase = "mid" if self._has_content else "first token"
        self._has_content = True
        self._last = time.monotonic()
        self._empty = 0

    def heard(self) -> int:
        """One more event of the answer is here; returns how many have come since content did."""
        self._empty += 1
        return self._empty

    def cancel(self) -> None:
        """Stop at once, from any thread: whoever is reading or waiting gets `Cancelled`."""
        self._cancelled = True
        self._cut()

    def pause(self, seconds: float) -> None:
        """Wait, unless the line is cut meanwhile.

        Raises:
            Cancelled, Timeout: it was.
        """
        if seconds > 0:
            with self._lock:
                stop = self._stop = self._stop or threading.Event()
            if not self._is_cut:
                stop.wait(seconds)
        if self._is_cut:
            raise self.reason() or Cancelled()

    def reason(self) -> Transport | None:
        """Why the line was cut; None while it was not."""
        if self._cancelled:
            return Cancelled()
        return Timeout(self._overdue) if self._overdue else None

    def hold(self, connection: socket.socket) -> None:
        """Remember the connection in use, so that `cancel` can shut it down. One before it that was
        not let go is closed: its answer was not read to the end."""
        with self._lock:
            before, self._socket = self._socket, connection
            if before is not None and before is not connection:
                before.close()
        if self._is_cut:
            self._cut()

    def let_go(self) -> None:
        """The answer was read to its end: the connection is no longer this line's."""
        with self._lock:
            self._socket = None

    def close(self) -> None:
        """End of the call, for the thread that reads. A connection whose answer was not read to
        the end is closed: a provider in the middle of sending would not notice a mere shutdown."""
        watchdog().forget(self)
        self._cut()
        with self._lock:
            if self._socket is not None:
                self._socket.close()
            self._socket = None

    def check_deadlines(self, now: float) -> None:
        """Cut the line when a deadline has passed. Called by the watchdog."""
        limit = self.deadlines.gap if self._has_content else self.deadlines.first
        if now - self._started > self.deadlines.total:
            self._expire(_ENDLESS, self.deadlines.total)
        elif now - self._last > limit:
            self._expire(_SILENT, limit)

    def _expire(self, sentence: Words, seconds: float) -> None:
        self._overdue = sentence.format(seconds=seconds)
        self._cut()

    def _cut(self) -> None:
        with self._lock:
            self._is_cut = True
            if self._stop is not None:
                self._stop.set()
            if self._socket is not None:
                # close() would leave a blocked reader waiting; shutdown() wakes it at once. That of
                # TLS would first take away what the reader is using.
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
