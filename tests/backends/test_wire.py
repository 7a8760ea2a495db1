"""The transport against servers that speak raw bytes."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from backends import PROVIDERS, Access, Call, Catalogue, Client, Deadlines, Secret, clock_skew
from tests.conftest import ListLedger, ask

Serve = Callable[[socket.socket], None]

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
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    received = b""
                    while end not in received and (part := connection.recv(65536)):
                        received += part
                    answer(connection)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)


def call_at(url: str, *, stream: bool = True) -> Call:
    """One DeepSeek call to an address of ours."""
    access = Access({"DEEPSEEK_BASE_URL": url}, {"DEEPSEEK_API_KEY": Secret("fake-canary-key")})
    client = Client(
        Catalogue(PROVIDERS), lambda _: access, ListLedger(), deadlines=Deadlines(first=3, gap=3)
    )
    return client.start(ask("deepseek/deepseek-chat", stream=stream)).result(10)


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
def test_a_frame_that_is_no_object_ends_the_call_as_cut(line: str) -> None:
    first = f"data: {json.dumps(CHUNK)}\n\n"
    call = called(answers(EVENT_STREAM, f"{first}{line}\n\n{SSE}".encode()))
    assert (call.state, call.text) == ("partial", "你好")


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
    ],
)
def test_what_was_never_sent_says_so(url: str, code: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        unused = closed.getsockname()[1]
    with raw_server(answers("HTTP/1.1 400 Bad"), end=b"") as plain:
        call = call_at(url.format(closed=unused, plain=plain))
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
