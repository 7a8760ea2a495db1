"""The faults that no provider causes: names, dials, certificates, proxies, stale connections."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from backends import PROVIDERS, Access, Call, Catalogue, Client, Deadlines, Secret
from backends.wire import idle, trust
from tests.backends.test_wire import EVENT_STREAM, SSE, answers, raw_server
from tests.certificates import OVER, VALID, Authority
from tests.conftest import ListLedger, ask

URLS = ("DEEPSEEK_BASE_URL", "SPARK_BASE_URL")
KEYS = ("DEEPSEEK_API_KEY", "SPARKAI_APP_ID", "SPARKAI_API_KEY", "SPARKAI_API_SECRET")


def called(
    url: str, model: str = "deepseek/deepseek-chat", *, stream: bool = True
) -> tuple[Call, int]:
    """One call to an address, and the number of attempts it took."""
    access = Access(dict.fromkeys(URLS, url), {name: Secret("fake-canary-key") for name in KEYS})
    ledger, deadlines = ListLedger(), Deadlines(connect=0.2, first=10)
    client = Client(Catalogue(PROVIDERS), lambda _: access, ledger, deadlines=deadlines)
    call = client.start(ask(model, stream=stream)).result(20)
    return call, len(ledger.closed)


either_form = pytest.mark.parametrize("stream", [True, False])
either_protocol = pytest.mark.parametrize(
    ("scheme", "model"), [("http", "deepseek/deepseek-chat"), ("ws", "spark/generalv3.5")]
)


def told(call: Call) -> tuple[str, str, str | None, str]:
    assert call.error is not None and call.error.message.zh
    assert call.usage is None and not call.text  # nothing was sent, so nothing is guessed
    return call.state, call.billed, call.error.code, call.error.message.en


@either_form
@either_protocol
def test_a_name_that_is_not_found_is_tried_three_times(
    scheme: str, model: str, stream: bool
) -> None:
    call, attempts = called(f"{scheme}://no-such-host.invalid/v1", model, stream=stream)
    state, billed, code, message = told(call)
    assert (state, billed, code, attempts) == ("failed", "no", "dns", 3)
    assert message.startswith("The provider's host name was not found")


@either_form
@either_protocol
def test_an_address_where_nobody_listens_is_tried_three_times(
    scheme: str, model: str, stream: bool
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    call, attempts = called(f"{scheme}://127.0.0.1:{port}/v1", model, stream=stream)
    state, billed, code, message = told(call)
    assert (state, billed, code, attempts) == ("failed", "no", "connect", 3)
    assert message.startswith("The provider could not be reached") and call.phase == "connect"


@either_form
@either_protocol
def test_a_dial_that_is_not_answered_ends_at_its_deadline(
    scheme: str, model: str, stream: bool
) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            # With the queue full, the system drops what asks to connect.
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        url = f"{scheme}://127.0.0.1:{full.getsockname()[1]}/v1"
        call, attempts = called(url, model, stream=stream)
        for one in waiting:
            one.close()
    state, billed, code, _ = told(call)
    assert (state, billed, code, attempts) == ("failed", "no", "connect", 3)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def _question(connection: socket.socket) -> bytes:
    """A request to its end, or as far as it comes."""
    received = b""
    while b'"stream"' not in received and (part := connection.recv(65536)):
        received += part
    return received


@contextlib.contextmanager
def tls_server(pair: tuple[Path, Path], received: list[bytes]) -> Iterator[int]:
    """A server with this certificate that keeps what it is sent, and answers a stream."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*map(str, pair))
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            while True:
                with contextlib.suppress(ssl.SSLError):
                    try:
                        plain, _ = listener.accept()
                    except OSError:
                        return
                    with plain, context.wrap_socket(plain, server_side=True) as connection:
                        received.append(_question(connection))
                        answers(EVENT_STREAM, SSE.encode())(connection)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)


@pytest.mark.parametrize("scheme", ["https", "wss"])
@pytest.mark.parametrize("name", ["unknown authority", "other host", "over"])
@either_form
def test_a_certificate_that_is_not_to_be_trusted_gets_nothing(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, name: str, scheme: str, stream: bool
) -> None:
    if name != "unknown authority":
        monkeypatch.setattr(trust, "tls", authority.context)
    host = "DNS:elsewhere.invalid" if name == "other host" else "IP:127.0.0.1"
    pair = authority.issue(host, OVER if name == "over" else VALID)
    received: list[bytes] = []
    model = "deepseek/deepseek-chat" if scheme == "https" else "spark/generalv3.5"
    with tls_server(pair, received) as port:
        call, attempts = called(f"{scheme}://127.0.0.1:{port}/v1", model, stream=stream)
    state, billed, code, message = told(call)
    assert (state, billed, code, attempts) == ("failed", "no", "tls", 1)
    assert message.startswith("The provider's certificate is not trusted")
    assert received == []


def test_a_certificate_that_is_to_be_trusted_is(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without this the tests above could pass for another reason."""
    monkeypatch.setattr(trust, "tls", authority.context)
    with tls_server(authority.issue("IP:127.0.0.1"), []) as port:
        call, _ = called(f"https://127.0.0.1:{port}/v1")
    assert (call.state, call.text) == ("ok", "你好")


def test_whom_other_programs_trust_does_not_count(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "WEBSOCKET_CLIENT_CA_BUNDLE"):
        monkeypatch.setenv(name, str(authority.file))
    trust.tls.cache_clear()
    for scheme, model in (("https", "deepseek/deepseek-chat"), ("wss", "spark/generalv3.5")):
        with tls_server(authority.issue("IP:127.0.0.1"), []) as port:
            call, _ = called(f"{scheme}://127.0.0.1:{port}/v1", model)
        assert told(call)[2] == "tls"


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_that_the_environment_names_is_never_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    """Nor is a netrc entry for the host."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed.getsockname()[1]}")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password secret-of-netrc\n")
    monkeypatch.setenv("NETRC", str(netrc))
    received: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        received.append(_question(connection))
        answers(EVENT_STREAM, SSE.encode())(connection)

    with raw_server(serve, end=b"") as port:
        call, _ = called(f"http://127.0.0.1:{port}/v1")
    assert call.state == "ok"
    assert b"Basic" not in b"".join(received)


def test_a_kept_connection_that_breaks_while_sending_is_replaced_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The service closes it in the very moment: nothing shows it before the question goes out."""
    body = SSE.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {len(body)}"
    kept: list[socket.socket] = []

    def serve(connection: socket.socket) -> None:
        connection.sendall(f"{head}\r\n\r\n".encode() + body)
        kept.append(connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    monkeypatch.setattr(idle, "wait_for_read", lambda *_: False)
    with raw_server(serve) as port:
        first, _ = called(f"http://127.0.0.1:{port}/v1")
        again, attempts = called(f"http://127.0.0.1:{port}/v1")
    assert (first.state, again.state, again.text) == ("ok", "ok", "你好")
    assert attempts == 2 and again.attempt == 2
