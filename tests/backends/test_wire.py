"""The transport against servers that speak raw bytes."""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from backends import PROVIDERS, Access, Call, Catalogue, Client, Deadlines, Secret, clock_skew
from backends.framing import events
from tests.conftest import ListLedger, ask

Serve = Callable[[socket.socket], object]

_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_key: list[bytes] = []

CHUNK = {"choices": [{"index": 0, "delta": {"content": "你好"}, "finish_reason": None}]}
LAST = {
    "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
}
SSE = "".join(f"data: {json.dumps(event)}\n\n" for event in (CHUNK, LAST)) + "data: [DONE]\n\n"
WHOLE = {
    "id": "x-1",
    "choices": [{"message": {"role": "assistant", "content": "你好"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
}


@contextmanager
def raw_server(answer: Serve, *, end: bytes = b"\r\n\r\n") -> Iterator[int]:
    """A server that reads a request up to `end` and then does as `answer` says."""
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                held[:] = [connection]
                with connection:
                    received = b""
                    while end not in received and (part := connection.recv(65536)):
                        received += part
                    if found := re.search(rb"Sec-WebSocket-Key: (\S+)", received):
                        _key.append(found[1])
                    answer(connection)
                    with contextlib.suppress(OSError):
                        # Unread bytes would turn the close into a reset.
                        connection.shutdown(socket.SHUT_WR)
                        while connection.recv(65536):
                            pass

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)
        for connection in held:
            # The client keeps it for its next call, which does not come.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)


def _client_at(url: str) -> Client:
    """DeepSeek and Spark at an address of ours."""
    keys = ("DEEPSEEK_API_KEY", "SPARKAI_APP_ID", "SPARKAI_API_KEY", "SPARKAI_API_SECRET")
    access = Access(
        {"DEEPSEEK_BASE_URL": url, "SPARK_BASE_URL": url},
        {name: Secret("fake-canary-key") for name in keys},
    )
    deadlines = Deadlines(first=3, gap=3)
    return Client(Catalogue(PROVIDERS), lambda _: access, ListLedger(), deadlines=deadlines)


def call_at(url: str, *, stream: bool = True) -> Call:
    """One DeepSeek call to an address of ours."""
    return _client_at(url).start(ask("deepseek/deepseek-chat", stream=stream)).result(10)


def spark_called(after: Serve) -> Call:
    """One Spark call to a server that accepts the handshake, takes the frame and does `after`."""

    def serve(connection: socket.socket) -> None:
        accept = base64.b64encode(hashlib.sha1(_key.pop() + _MAGIC).digest()).decode()
        head = "HTTP/1.1 101 Switching\nUpgrade: websocket\nConnection: Upgrade"
        answers(f"{head}\nSec-WebSocket-Accept: {accept}")(connection)
        connection.recv(65536)
        after(connection)

    with raw_server(serve) as port:
        return _client_at(f"ws://127.0.0.1:{port}").start(ask("spark/generalv3.5")).result(10)


def answers(head: str, body: bytes = b"") -> Serve:
    return lambda connection: connection.sendall(
        head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body
    )


def called(answer: Serve, *, stream: bool = True) -> Call:
    with raw_server(answer) as port:
        return call_at(f"http://127.0.0.1:{port}/v1", stream=stream)


EVENT_STREAM = "HTTP/1.1 200 OK\nContent-Type: text/event-stream\nConnection: close"


def test_a_body_ended_by_the_close_of_the_connection() -> None:
    call = called(answers(EVENT_STREAM, SSE.encode()))
    assert (call.state, call.text) == ("ok", "你好")


def test_a_body_that_ends_early_by_a_clean_close_is_not_ok() -> None:
    cut = SSE[: SSE.index("data: [DONE]")].replace('"stop"', "null")
    call = called(answers(EVENT_STREAM, cut.encode()))
    assert call.state == "partial" and call.error is not None
    assert call.error.kind == "Protocol"


def test_a_finish_reason_without_done_is_whole() -> None:
    call = called(answers(EVENT_STREAM, SSE[: SSE.index("data: [DONE]")].encode()))
    assert call.state == "ok" and call.usage is not None and call.usage.total_tokens == 5


def test_a_gzipped_stream() -> None:
    call = called(answers(EVENT_STREAM + "\nContent-Encoding: gzip", gzip.compress(SSE.encode())))
    assert (call.state, call.text) == ("ok", "你好")


@pytest.mark.parametrize("stream", [True, False])
def test_a_whole_json_where_a_stream_was_asked_and_the_reverse(stream: bool) -> None:
    body = json.dumps(WHOLE).encode()
    head = f"HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: {len(body)}"
    assert called(answers(head, body), stream=stream).text == "你好"
    assert called(answers(EVENT_STREAM, SSE.encode()), stream=stream).text == "你好"


@pytest.mark.parametrize(
    "event",
    [
        {"choices": None},
        {"choices": [{"delta": None, "finish_reason": None}]},
        {"choices": [{"delta": {"content": None}}], "usage": None},
        {"choices": [], "usage": {"prompt_tokens": "3", "completion_tokens": -1}},
    ],
)
def test_odd_but_harmless_frames_are_passed_over(event: dict[str, object]) -> None:
    call = called(answers(EVENT_STREAM, f"data: {json.dumps(event)}\n\n{SSE}".encode()))
    assert (call.state, call.text) == ("ok", "你好")
    assert call.usage is not None and call.usage.total_tokens == 5


@pytest.mark.parametrize("line", ["data: {broken", "data: [1]", 'data: "x"', "data: " + "[" * 3000])
def test_a_frame_that_is_no_object_costs_itself_and_the_call_is_cut(line: str) -> None:
    first = f"data: {json.dumps(CHUNK)}\n\n"
    call = called(answers(EVENT_STREAM, f"{first}{line}\n\n{SSE}".encode()))
    assert (call.state, call.text) == ("partial", "你好你好")


@pytest.mark.parametrize(
    "event",
    [
        {"choices": "abc"},
        {"choices": [{"delta": [1]}]},
        {"choices": [{"delta": {"content": 5}}]},
        {"choices": 7},
    ],
)
def test_a_frame_of_the_wrong_shape_is_the_provider_s_fault(event: dict[str, object]) -> None:
    first = f"data: {json.dumps(CHUNK)}\n\n"
    call = called(answers(EVENT_STREAM, f"{first}data: {json.dumps(event)}\n\n{SSE}".encode()))
    assert (call.state, call.text) == ("partial", "你好你好")
    assert call.error is not None and call.error.kind == "Protocol"


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b'{"choices": []}', b'{"choices": [{"mes'])
def test_a_reply_without_an_answer_is_not_ok(body: bytes) -> None:
    head = f"HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: {len(body)}"
    call = called(answers(head, body))
    assert (call.state, call.billed) == ("unknown", "possible"), call.error


def test_a_lone_end_marker_is_not_an_answer() -> None:
    assert called(answers(EVENT_STREAM, b"data: [DONE]\n\n")).state == "unknown"


def test_what_breaks_after_the_last_choice_changes_nothing() -> None:
    body = SSE[: SSE.index("data: [DONE]")].encode()
    head = EVENT_STREAM + "\nTransfer-Encoding: chunked"
    chunk = f"{len(body):x}\r\n".encode() + body + b"\r\n"
    call = called(answers(head, chunk))
    assert (call.state, call.billed, call.error) == ("ok", "yes", None)


def test_an_empty_usage_does_not_undo_the_one_before() -> None:
    empty = json.dumps({"choices": [], "usage": {}})
    body = SSE.replace("data: [DONE]", f"data: {empty}\n\ndata: [DONE]")
    call = called(answers(EVENT_STREAM, body.encode()))
    assert call.usage is not None and call.usage.total_tokens == 5


def test_a_character_pair_split_over_two_frames_is_joined() -> None:
    halves = "".join(
        'data: {"choices":[{"delta":{"content":"' + half + '"}}]}\n\n'
        for half in ("\\ud83d", "\\ude00")
    )
    assert called(answers(EVENT_STREAM, (halves + SSE).encode())).text == "😀你好"


def test_a_long_line_costs_about_as_much_as_its_length() -> None:
    def cost(length: int) -> float:
        text = b"data: " + b"x" * length
        started = time.process_time()
        list(events(text[at : at + 200] for at in range(0, len(text), 200)))
        return time.process_time() - started

    cost(20_000)
    assert cost(800_000) < 40 * max(cost(80_000), 0.005)


def test_a_base_url_with_a_password_is_refused_and_not_recorded() -> None:
    call = call_at("http://me:hunter2hunter2@127.0.0.1:9/v1")
    assert call.state == "refused" and "hunter2" not in repr(call)


@pytest.mark.parametrize("key", ["你的密钥", "fake-key\n", "two words"])
def test_a_placeholder_instead_of_a_key_is_named(key: str) -> None:
    access = Access({"DEEPSEEK_BASE_URL": "http://127.0.0.1:9"}, {"DEEPSEEK_API_KEY": Secret(key)})
    client = Client(Catalogue(PROVIDERS), lambda _: access, ListLedger())
    call = client.start(ask("deepseek/deepseek-chat")).result(5)
    assert call.state == "refused" and call.error is not None
    assert "DEEPSEEK_API_KEY" in call.error.message.en


def test_a_key_that_a_provider_repeats_is_starred_even_where_its_words_are_cut() -> None:
    body = json.dumps({"error": {"message": "x" * 490 + " fake-canary-key", "code": "bad"}})
    head = f"HTTP/1.1 400 Bad\nContent-Type: application/json\nContent-Length: {len(body)}"
    call = called(answers(head + "\nX-Request-Id: fake-canary-key", body.encode()))
    assert "fake-can" not in repr(call)


@pytest.mark.parametrize("words", ['{"error": "out of luck"}', '{"detail": "out of luck"}',
                                   "out of luck"])  # fmt: skip
def test_the_provider_s_own_words_are_kept_whatever_their_form(words: str) -> None:
    head = f"HTTP/1.1 402 X\nContent-Type: application/json\nContent-Length: {len(words)}"
    call = called(answers(head, words.encode()))
    assert call.error is not None and call.error.said == "out of luck"
    assert call.error.kind == "Quota"


@pytest.mark.parametrize("code", [1000, 1013, 4001])
def test_a_websocket_closed_early_is_cut_and_tells_its_code(code: int) -> None:
    frame = code.to_bytes(2, "big") + b"bad user"
    call = spark_called(lambda connection: connection.sendall(bytes([0x88, len(frame)]) + frame))
    assert call.state == "unknown" and call.error is not None
    assert (call.error.kind, call.error.code) == ("Protocol", str(code))
    assert call.error.said == f"{code} bad user"


def test_a_websocket_frame_of_any_size_is_cut() -> None:
    def flood(connection: socket.socket) -> None:
        connection.sendall(bytes([0x81, 127]) + (1 << 40).to_bytes(8, "big"))
        with contextlib.suppress(OSError):
            for _ in range(100):
                connection.sendall(bytes(1 << 16))

    call = spark_called(flood)
    assert call.error is not None and "too much data" in call.error.message.en


@pytest.mark.alone
def test_stop_reaches_a_peer_that_is_silent_in_its_tls_handshake() -> None:
    for scheme, model in (("https", "deepseek/deepseek-chat"), ("wss", "spark/generalv3.5")):
        with raw_server(lambda connection: connection.recv(1), end=b"\xff" * 9) as port:
            flight = _client_at(f"{scheme}://127.0.0.1:{port}/v1").start(ask(model))
            deadline = time.monotonic() + 3
            while not (flight.call and flight.call.state == "sent"):
                assert time.monotonic() < deadline
                time.sleep(0.005)
            time.sleep(0.2)  # into the handshake, of which there is no sign
            stopped = time.monotonic()
            flight.cancel()
            assert flight.result(3).state == "cancelled"
            assert time.monotonic() - stopped < 0.5, scheme


def test_a_redirect_is_not_followed_and_the_key_stays_here() -> None:
    reached: list[bytes] = []
    with raw_server(lambda connection: reached.append(b"reached")) as other:
        call = called(
            answers(f"HTTP/1.1 307 Go\nLocation: http://127.0.0.1:{other}/v1\nContent-Length: 0")
        )
    assert reached == []
    assert call.state == "failed" and call.error is not None and call.error.status == 307
    assert "redirect" in call.error.message.en


@pytest.mark.parametrize(
    ("status", "kind", "state"),
    [
        (400, "InvalidRequest", "failed"),
        (401, "Authentication", "failed"),
        (403, "Authentication", "failed"),
        (413, "ContextLength", "failed"),
        (429, "RateLimit", "failed"),
        (500, "Unavailable", "unknown"),
        (502, "Unavailable", "unknown"),
    ],
)
def test_a_status_without_a_code_decides_the_class(status: int, kind: str, state: str) -> None:
    head = f"HTTP/1.1 {status} X\nContent-Type: text/html\nRetry-After: 7\nContent-Length: 6"
    call = called(answers(head, b"<html>"))
    assert call.error is not None
    assert (call.error.kind, call.state, call.error.retry_after) == (kind, state, 7.0)


def test_a_html_page_with_200_is_no_answer() -> None:
    page = b"<html><body>please log in</body></html>"
    head = f"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: {len(page)}"
    call = called(answers(head, page))
    assert call.state != "ok" and call.error is not None and call.error.kind == "Protocol"


def test_a_connection_dropped_after_the_request_may_have_been_billed() -> None:
    call = called(lambda connection: None)
    assert (call.state, call.billed, call.phase) == ("unknown", "possible", "headers")
    assert "billed" in (call.error.message.en if call.error else "")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://127.0.0.1:{closed}/v1", "connect"),
        ("http://no-such-host.invalid/v1", "dns"),
        ("https://127.0.0.1:{plain}/v1", "tls"),
        ("https://127.0.0.1:{mute}/v1", "connect"),
    ],
)
def test_what_was_never_sent_says_so(url: str, code: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        unused = closed.getsockname()[1]
    with (
        raw_server(answers("HTTP/1.1 400 Bad"), end=b"") as plain,
        raw_server(lambda connection: connection.close(), end=b"\x16") as mute,
    ):
        call = call_at(url.format(closed=unused, plain=plain, mute=mute))
    assert call.error is not None
    assert (call.state, call.billed, call.error.code) == ("failed", "no", code)
    assert "nothing was sent" in call.error.message.en


def test_no_failure_text_holds_the_key_or_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    text = repr(call_at(f"http://127.0.0.1:{port}/v1"))
    assert "fake-canary-key" not in text


def test_the_clock_is_compared_with_the_date_header() -> None:
    head = "HTTP/1.1 404 X\nDate: Fri, 20 Nov 2020 12:00:00 GMT\nContent-Length: 0"
    with raw_server(answers(head)) as port:
        skew = clock_skew(f"ws://127.0.0.1:{port}")
    assert skew is not None and skew > 86400 * 365
