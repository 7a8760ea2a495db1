"""Each fault, on each protocol, and what the log says of it."""

from __future__ import annotations

import json
import time

import pytest
import requests
import websocket

from emulators import FAULTS
from tests.emulators.conftest import Serve
from tests.emulators.wire import (
    ASK,
    Http,
    Log,
    connect,
    converse,
    endless,
    events,
    raw_request,
    spark_frame,
    spark_url,
    v2_bytes,
)

# It takes about a millisecond; the promise is 0.1 s, the rest is for a busy machine.
NOTICED = 0.25

REFUSED = [
    ("unavailable", 2, 500, "internal_error", 503, 10008),
    ("rate_limited", 336501, 429, "rpm_rate_limit_exceeded", 429, 11202),
    ("quota", 17, 403, "account_overdue", 429, 11200),
    ("expired_token", 111, 401, "invalid_iam_token", 401, None),
]


@pytest.mark.parametrize(("fault", "v1", "status", "code", "plain", "spark"), REFUSED)
def test_refusals(
    serve: Serve, log: Log, fault: str, v1: int, status: int, code: str, plain: int, spark: int
) -> None:
    running = serve(fault=fault)
    http = Http(running)
    token = http.token()
    for stream in (False, True):
        answer = http.v1({"messages": ASK, "stream": stream}, token=token)
        assert (answer.status_code, answer.json()["error_code"]) == (200, v1)
        answer = http.v2({"stream": stream})
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
        assert http.openai({"stream": stream}).status_code == plain
    if spark is not None:
        frames, _ = converse(spark_url(running), spark_frame())
        assert [frame["header"]["code"] for frame in frames] == [spark]
    else:
        with pytest.raises(websocket.WebSocketBadStatusException) as caught:
            connect(spark_url(running))
        assert caught.value.status_code == 403
    log.wait(8)
    assert [row["outcome"] for row in log.rows] == ["ok"] + [fault] * 7
    assert [row["code"] for row in log.rows[1:4]][:2] == [v1, code]
    running.fault = None
    assert http.v2({}).status_code == 200


def test_html(serve: Serve, log: Log) -> None:
    running = serve(fault="html")
    http = Http(running)
    for answer in (http.v1({"messages": ASK}, token="x"), http.v2({}), http.openai({})):
        assert answer.status_code == 502 and answer.headers["Content-Type"] == "text/html"
        assert answer.text.startswith("<html>")
    with pytest.raises(websocket.WebSocketBadStatusException) as caught:
        connect(spark_url(running))
    assert caught.value.status_code == 502
    assert (caught.value.resp_body or b"").startswith(b"<html>")
    log.wait(4)
    assert {row["outcome"] for row in log.rows} == {"html"}


def test_cut_streams_end_without_a_marker(serve: Serve, log: Log) -> None:
    running = serve(fault="cut", answer=endless)
    http = Http(running)
    token = http.token()
    for stream in (True, False):
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            http.v1({"messages": ASK, "stream": stream}, token=token)
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            http.v2({"stream": stream})
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            http.openai({"stream": stream})
    connection = connect(spark_url(running))
    connection.send(json.dumps(spark_frame()))
    for number in range(3):
        assert json.loads(connection.recv())["payload"]["choices"]["seq"] == number
    with pytest.raises((websocket.WebSocketConnectionClosedException, ConnectionError)):
        connection.recv()
    rows = [log.wait(n) for n in range(2, 9)]
    assert {row["outcome"] for row in rows} == {"cut"}
    assert all(row["output_tokens"] > 0 for row in rows)


def test_errors_in_mid_stream(serve: Serve, log: Log) -> None:
    running = serve(fault="error_mid_stream")
    http = Http(running)
    text = http.v1({"messages": ASK, "stream": True}).content.decode()
    *frames, last, _ = text.split("\n")
    assert frames[0].startswith("data: ") and '"is_end":true' not in text
    assert json.loads(last)["error_code"] == 336000
    *chunks, error = events(http.v2({"stream": True}))
    assert chunks and error["error"]["code"] == "internal_error"
    *chunks, error = events(http.openai({"stream": True}))
    assert chunks and error["error"]["code"] == "service_unavailable"
    answers, _ = converse(spark_url(running), spark_frame())
    assert [frame["header"]["code"] for frame in answers] == [0, 0, 0, 10012]
    assert http.v2({}).status_code == 500
    assert [log.wait(n)["outcome"] for n in range(2, 7)] == ["error_mid_stream"] * 5


def test_content_filter(serve: Serve, log: Log) -> None:
    running = serve(fault="content_filter", answer=endless)
    http = Http(running)
    body = http.v1({"messages": ASK}).json()
    assert (body["finish_reason"], body["need_clear_history"]) == ("content_filter", True)
    assert body["ban_round"] == -1
    (choice,) = http.v2({}).json()["choices"]
    assert (choice["finish_reason"], choice["flag"]) == ("content_filter", 3)
    assert events(http.v2({"stream": True}))[-2]["choices"][0]["flag"] == 3
    assert http.openai({}).json()["choices"][0]["finish_reason"] == "content_filter"
    frames, _ = converse(spark_url(running), spark_frame())
    assert [frame["header"]["code"] for frame in frames] == [10013]
    assert [log.wait(n)["outcome"] for n in range(2, 7)] == ["content_filter"] * 5


def test_slow_first_token(serve: Serve, log: Log) -> None:
    running = serve("qianfan", fault="slow_first_token")
    begun = time.monotonic()
    assert Http(running).v2({}).status_code == 200
    assert 1.9 < time.monotonic() - begun < 3
    assert log.wait()["outcome"] == "ok"


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("fault", ["stall", "silent", None])
def test_leaving_is_noticed_at_once(
    serve: Serve, log: Log, fault: str | None, stream: bool
) -> None:
    running = serve("qianfan", fault=fault, answer=endless, tokens_per_second=50)
    connection = raw_request(running.urls["qianfan"], *v2_bytes(running, {"stream": stream}))
    if stream and fault != "silent":
        received = b""
        while received.count(b'"content"') < 3:
            received += connection.recv(65536)
    else:
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(1)
    left = time.monotonic()
    connection.close()
    row = log.wait()
    assert row["ended"] - left < NOTICED
    assert row["outcome"] == "client gone" and "Bearer" not in repr(row)
    if fault != "silent":
        assert row["output_tokens"] >= 1


@pytest.mark.parametrize("fault", ["stall", "silent", None])
def test_leaving_spark_is_noticed_at_once(serve: Serve, log: Log, fault: str | None) -> None:
    running = serve("spark", fault=fault, answer=endless, tokens_per_second=50)
    if fault == "silent":
        head = f"GET {spark_url(running).removeprefix(running.urls['spark'])} HTTP/1.1"
        upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
        key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        plain = raw_request(running.urls["spark"], f"{head}\r\n{upgrade}\r\n{key}")
        plain.settimeout(0.2)
        with pytest.raises(TimeoutError):
            plain.recv(1)
        left = time.monotonic()
        plain.close()
    else:
        connection = connect(spark_url(running))
        connection.send(json.dumps(spark_frame()))
        for _ in range(3):
            connection.recv()
        left = time.monotonic()
        assert connection.sock is not None
        connection.sock.close()
    row = log.wait()
    assert row["ended"] - left < NOTICED and row["outcome"] == "client gone"
    assert "authorization" not in repr(row)


def test_every_fault_has_a_sentence() -> None:
    names = {"stall", "slow_first_token", "cut", "error_mid_stream", "unavailable"}
    names |= {"rate_limited", "quota", "content_filter", "expired_token", "html", "silent"}
    assert set(FAULTS) >= names
    assert all(sentence.endswith(".") and len(sentence) > 20 for sentence in FAULTS.values())
