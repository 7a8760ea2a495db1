"""Encrypted calls by way of a proxy: who is verified, who is told what, and whose trouble it is."""

from __future__ import annotations

import base64
import socket
import struct
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backends import (
    PROVIDERS,
    Access,
    CallInFlight,
    Catalogue,
    Client,
    Deadlines,
    Provider,
    clock_skew,
    route,
)
from backends.wire import trust
from backends.wire.idle import idle
from tests.certificates import OVER, VALID, Authority
from tests.conftest import ListLedger, Rig, ask
from tests.proxies import FarEnd, LocalProxy, far_end

MODELS = {"deepseek/deepseek-chat": "https", "spark/generalv3.5": "wss"}
Issue = Callable[[int], tuple[Path, Path]]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The tests' authority in the place of the world's."""
    monkeypatch.setattr(trust, "tls", authority.context)
    # Those of another test could lead to a server that is gone.
    idle.clear()
    return authority


class Caller:
    """Calls by a proxy to an encrypted far end in front of the emulators."""

    def __init__(
        self, rig: Rig, model: str, far: FarEnd, proxy: LocalProxy, login: str, scheme: str
    ) -> None:
        self.far, self.ledger = far, ListLedger()
        self._rig, self._model = rig, model
        self._url = f"{MODELS[model]}://p{far.port}.example"
        self._route = route(f"{scheme}://{login}127.0.0.1:{proxy.port}", None)
        self._client = Client(
            Catalogue(PROVIDERS),
            self._access,
            self.ledger,
            deadlines=Deadlines(connect=2, first=20),
            route=self._route,
        )

    def skew(self) -> float | None:
        return clock_skew(self._url, self._route)

    def start(self, *, stream: bool = True) -> CallInFlight:
        return self._client.start(ask(self._model, stream=stream))

    def told(self, *, stream: bool = True) -> tuple[str, str, str | None, int]:
        """How a call ended, whether it was billed, the code of its error, and its attempts."""
        self.ledger.closed.clear()
        call = self.start(stream=stream).result(30)
        code = call.error.code if call.error else None
        return call.state, call.billed, code, len(self.ledger.closed)

    def _access(self, provider: Provider) -> Access:
        known = self._rig.access(provider)
        paths = {name: urllib.parse.urlsplit(url).path for name, url in known.urls.items()}
        return Access({name: self._url + path for name, path in paths.items()}, known.keys)


@contextmanager
def calling(
    rig: Rig,
    model: str,
    proxy: LocalProxy,
    issue: Issue,
    login: str = "",
    scheme: str = "http",
) -> Iterator[Caller]:
    """The far end has the certificate that `issue` gives for its port."""
    name = next(iter(rig.client.catalogue.find(model)[0].base_urls))
    behind = urllib.parse.urlsplit(rig.running.environment[name]).port
    assert behind is not None
    with far_end(behind, issue) as far:
        yield Caller(rig, model, far, proxy, login, scheme)
    proxy.close()


def named(authority: Authority) -> Issue:
    return lambda port: authority.issue(f"DNS:p{port}.example")


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("model", MODELS)
def test_the_tunnel_shows_the_proxy_where_to_and_nothing_else(
    trusted: Authority, rig: Rig, model: str, scheme: str
) -> None:
    login = "Basic " + base64.b64encode(b"someone:fake-proxy-password").decode()
    proxy = LocalProxy(login, pair=trusted.issue("IP:127.0.0.1") if scheme == "https" else None)
    own = "someone:fake-proxy-password@"
    with calling(rig, model, proxy, named(trusted), own, scheme) as caller:
        for stream in (False, True):
            assert caller.told(stream=stream) == ("ok", "yes", None, 1)
        host = f"p{caller.far.port}.example"
        assert set(caller.far.names) == {host}
        heard = caller.far.heard
    for head in proxy.heads:
        lines = head.split("\r\n")
        assert lines[0].startswith(f"CONNECT {host}:443 HTTP/1.")
        assert {line.partition(":")[0].lower() for line in lines[1:] if line} <= {
            "host", "proxy-authorization", "user-agent"}  # fmt: skip
        assert login in head
    # HTTP connections are kept, tunnel and all; each WebSocket has its own.
    assert len(proxy.heads) == (1 if MODELS[model] == "https" else 2)
    assert all(head.count("\r\n\r\n") == 1 for head in proxy.heads)
    assert b"proxy-authorization" not in heard.lower() and login.encode() not in heard
    assert b"uthorization" in heard  # of the provider: a header, or part of the signed address


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("trouble", ["unknown authority", "of the proxy", "over"])
def test_the_far_end_is_verified_behind_a_proxy_too(
    authority: Authority, request: pytest.FixtureRequest, rig: Rig, model: str, trouble: str
) -> None:
    if trouble != "unknown authority":
        request.getfixturevalue("trusted")

    def issue(port: int) -> tuple[Path, Path]:
        if trouble == "of the proxy":
            return authority.issue("IP:127.0.0.1")
        return authority.issue(f"DNS:p{port}.example", OVER if trouble == "over" else VALID)

    with calling(rig, model, LocalProxy(), issue) as caller:
        assert caller.told() == ("failed", "no", "tls", 1)
        assert caller.far.heard == b""


def _says(answer: bytes) -> Callable[[socket.socket], object]:
    return lambda near: near.sendall(answer)


TROUBLES: dict[str, Callable[[socket.socket], object]] = {
    "407": _says(b"HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n"),
    "502": _says(b"HTTP/1.1 502 Bad\r\nContent-Length: 5\r\n\r\nsorry"),
    "closes": lambda near: None,
    "closes half way": _says(b"HTTP/1.1 200 OK\r\n"),
    "resets": lambda near: near.setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
    ),
    "speaks otherwise": _says(b"SSH-2.0-OpenSSH_9.2p1\r\n\r\n"),
    "talks without end": _says(b"HTTP/1.1 200 OK\r\n" + b"X-More: and more\r\n" * 20_000),
    "is silent": lambda near: near.recv(1),
}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_with_the_proxy_is_told_as_the_proxy_s(
    trusted: Authority, rig: Rig, model: str, trouble: str
) -> None:
    with calling(rig, model, LocalProxy(instead=TROUBLES[trouble]), named(trusted)) as caller:
        assert caller.told() == ("failed", "no", "proxy", 1)
        _, call = caller.ledger.closed[-1]
        assert call.error is not None and "proxy (TUNEDESK_PROXY)" in call.error.message.en
        assert "代理（TUNEDESK_PROXY）" in call.error.message.zh
        assert caller.far.names == []


@pytest.mark.parametrize("model", MODELS)
def test_stop_reaches_a_proxy_that_is_silent(trusted: Authority, rig: Rig, model: str) -> None:
    asked, gone = threading.Event(), threading.Event()

    def wait(near: socket.socket) -> None:
        asked.set()
        if near.recv(1) == b"":
            gone.set()

    with calling(rig, model, LocalProxy(instead=wait), named(trusted)) as caller:
        flight = caller.start()
        assert asked.wait(10)
        stopped = time.monotonic()
        flight.cancel()
        assert gone.wait(2)
        call = flight.result(2)
        assert time.monotonic() - stopped < 2
    assert (call.state, call.billed) == ("cancelled", "no")


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("trouble", ["another's certificate", "no TLS", "silent handshake"])
def test_a_proxy_that_does_not_prove_to_be_one_gets_nothing(
    trusted: Authority, rig: Rig, model: str, trouble: str
) -> None:
    pair = trusted.issue("DNS:elsewhere.invalid") if trouble == "another's certificate" else None
    end = b"\x16" if trouble == "no TLS" else b"\r\n\r\n"
    proxy = LocalProxy(instead=TROUBLES["502"], pair=pair, end=end)
    with calling(rig, model, proxy, named(trusted), scheme="https") as caller:
        assert caller.told() == ("failed", "no", "proxy", 1)
    assert not any("CONNECT" in head for head in proxy.heads)


@pytest.mark.parametrize("model", MODELS)
def test_the_clock_is_asked_for_by_the_way_that_calls_take(
    trusted: Authority, rig: Rig, model: str
) -> None:
    with calling(rig, model, LocalProxy(), named(trusted)) as caller:
        skew = caller.skew()
    assert skew is not None and abs(skew) < 30
