"""An HTTP proxy on this machine, and far ends that only it finds."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# The name of a host tells where on this machine it really is.
FAR = re.compile(r"p(\d+)\.example")


class LocalProxy:
    """An HTTP proxy that alone finds the hosts of these tests; `heads` are what it read.

    With a `login` it serves only who brings it. `instead` answers a request in place of all else.
    With a certificate it is spoken to by TLS. What it reads of a request is all up to `end`.
    """

    def __init__(
        self,
        login: str = "",
        instead: Callable[[socket.socket], object] | None = None,
        pair: tuple[Path, Path] | None = None,
        end: bytes = b"\r\n\r\n",
    ) -> None:
        self.heads: list[str] = []
        self._login, self._instead, self._end = login, instead, end
        self._context = None if pair is None else served_with(pair)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        with plain, contextlib.suppress(OSError):
            near = plain
            if self._context is not None:
                near = self._context.wrap_socket(plain, server_side=True)
            head = b""
            while self._end not in head:
                head += near.recv(65536) or self._end
            text = head.decode("latin-1")
            self.heads.append(text)
            if self._instead is not None:
                self._instead(near)
                return
            if self._login and self._login not in text:
                answer = b"HTTP/1.1 407 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                near.sendall(answer)
                return
            found = FAR.search(text)
            assert found is not None
            with near, socket.create_connection(("127.0.0.1", int(found[1]))) as far:
                if text.startswith("CONNECT "):
                    near.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                else:
                    # The next request on this connection could be for another host.
                    head = head.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
                    head = re.sub(rb"(?i)proxy-authorization: .*\r\n", b"", head)
                    far.sendall(re.sub(rb"http://[^/]+", b"", head, count=1))
                back = threading.Thread(target=pipe, args=(far, near), daemon=True)
                back.start()
                pipe(near, far)
                back.join(5)


def pipe(
    source: socket.socket, target: socket.socket, heard: Callable[[bytes], object] = bool
) -> None:
    """Pass on what comes until it ends, telling `heard` of it."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            heard(data)
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def served_with(pair: tuple[Path, Path]) -> ssl.SSLContext:
    """What a server with this certificate and key makes its connections with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*map(str, pair))
    return context


class FarEnd:
    """A server with a certificate in front of one that speaks in clear.

    `names` are the hosts that clients asked for in their handshakes, `heard` is what they sent.
    """

    def __init__(self, behind: int, listener: socket.socket, pair: tuple[Path, Path]) -> None:
        self.port = int(listener.getsockname()[1])
        self.names: list[str | None] = []
        self._parts: list[bytes] = []
        self._behind, self._listener = behind, listener
        self._context = served_with(pair)
        self._context.sni_callback = lambda _, name, __: self.names.append(name)

    @property
    def heard(self) -> bytes:
        return b"".join(self._parts)

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                plain, _ = self._listener.accept()
                threading.Thread(target=self._relay, args=(plain,), daemon=True).start()

    def _relay(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError), plain:
            near = self._context.wrap_socket(plain, server_side=True)
            with near, socket.create_connection(("127.0.0.1", self._behind)) as far:
                back = threading.Thread(target=pipe, args=(far, near), daemon=True)
                back.start()
                pipe(near, far, self._parts.append)
                back.join(5)


@contextmanager
def far_end(behind: int, issue: Callable[[int], tuple[Path, Path]]) -> Iterator[FarEnd]:
    """One in front of the server at port `behind`; `issue` gives the certificate for its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = FarEnd(behind, listener, issue(int(listener.getsockname()[1])))
        threading.Thread(target=made.serve, daemon=True).start()
        yield made
        listener.shutdown(socket.SHUT_RDWR)
