"""Starting, stopping, ports, many streams at once, the log, and the handbook behind it all."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from emulators import services, start
from tests.emulators.conftest import Serve
from tests.emulators.wire import (
    ASK,
    Http,
    Log,
    connect,
    converse,
    endless,
    raw_request,
    saying,
    spark_frame,
    spark_url,
    v2_bytes,
)


def test_starts_fast_and_says_where(serve: Serve) -> None:
    begun = time.monotonic()
    running = serve()
    assert time.monotonic() - begun < 0.7
    root = running.urls["qianfan"]
    assert list(running.urls) == list(services.BY_NAME)
    assert running.environment.items() >= {
        "QIANFAN_BASE_URL": root, "QIANFAN_V2_BASE_URL": root + "/v2",
        "QIANFAN_IAM_BASE_URL": root, "SPARK_BASE_URL": running.urls["spark"],
        "SPARK_HTTP_BASE_URL": running.urls["spark-http"],
    }.items()  # fmt: skip
    assert running.urls["spark"].startswith("ws://127.0.0.1:")
    assert running.urls["spark-http"].endswith("/v1")
    assert set(running.keys) >= {"QIANFAN_AK", "SPARKAI_APP_ID", "DEEPSEEK_API_KEY"}


def test_only_some(serve: Serve) -> None:
    running = serve("spark")
    assert list(running.urls) == ["spark"] and list(running.environment) == ["SPARK_BASE_URL"]
    assert {name.split("_")[0] for name in running.keys} == {"SPARKAI"}
    with pytest.raises(ValueError, match="nobody"):
        start(["nobody"])
    with pytest.raises(ValueError, match="no fault"):
        start(fault="nonsense")
    with pytest.raises(ValueError, match="no fault"):
        running.fault = "nonsense"
    assert running.fault is None


def free_ports(count: int) -> int:
    """The first of `count` neighbouring free ports."""
    for first in range(21000, 60000, 7):
        taken = [socket.socket() for _ in range(count)]
        try:
            for place, one in enumerate(taken):
                one.bind(("127.0.0.1", first + place))
        except OSError:
            continue
        else:
            return first
        finally:
            for one in taken:
                one.close()
    raise AssertionError("no free ports")


def test_ports_follow_each_other_and_a_taken_one_stops_all(serve: Serve) -> None:
    names, first = ("qianfan", "spark", "spark-http"), free_ports(3)
    running = serve(*names, port=first)
    assert running.urls == {
        "qianfan": f"http://127.0.0.1:{first}", "spark": f"ws://127.0.0.1:{first + 1}",
        "spark-http": f"http://127.0.0.1:{first + 2}/v1",
    }  # fmt: skip
    running.close()
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", first + 1))
        holder.listen()
        with pytest.raises(OSError, match=f"port {first + 1} on 127.0.0.1"):
            serve(*names, port=first)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", first), timeout=1)
    assert Http(serve(*names, port=first)).v2({}).status_code == 200


def test_close_ends_open_streams_within_a_second(serve: Serve, log: Log) -> None:
    before = set(threading.enumerate())
    running = serve(answer=endless, tokens_per_second=20)
    head, body = v2_bytes(running, {"stream": True})
    streams = [raw_request(running.urls["qianfan"], head, body) for _ in range(20)]
    for stream in streams:
        assert stream.recv(1)
    talking = connect(spark_url(running))
    talking.send(json.dumps(spark_frame()))
    talking.recv()
    idle = connect(spark_url(running))
    begun = time.monotonic()
    running.close()
    running.close()
    assert time.monotonic() - begun < 1
    assert len(log.rows) == 22 and {row["outcome"] for row in log.rows} == {"server closed"}
    for stream in streams:
        stream.close()
    talking.close()
    idle.close()
    begun_here = set(threading.enumerate()) - before
    assert not any(thread.name == "tunedesk-emulators" for thread in begun_here)


def test_a_client_that_does_not_read_cannot_hold_up_the_end(serve: Serve) -> None:
    running = serve("qianfan", answer=endless)
    head, body = v2_bytes(running, {"stream": True, "max_tokens": 2048})
    streams = [raw_request(running.urls["qianfan"], head, body) for _ in range(3)]
    for stream in streams:
        stream.recv(1)
    begun = time.monotonic()
    running.close()
    assert time.monotonic() - begun < 1
    for stream in streams:
        stream.close()


def test_many_stalled_and_many_running(serve: Serve, log: Log) -> None:
    words = saying(*["字"] * 20)
    running = serve("qianfan", answer=words, fault="stall", tokens_per_second=40)
    head, body = v2_bytes(running, {"stream": True})
    stalled = [raw_request(running.urls["qianfan"], head, body) for _ in range(45)]
    for stream in stalled:
        assert stream.recv(1)
    running.fault = None

    def ask(_: int) -> float:
        begun = time.monotonic()
        assert Http(running).v2({"stream": True}).status_code == 200
        return time.monotonic() - begun

    with ThreadPoolExecutor(30) as pool:
        times = sorted(pool.map(ask, range(30)))
    # 21 steps at 40 a second are 0.53 s; one after the other they would take 16 s.
    assert times[15] < 1.5 * 0.53 + 0.3 and times[-1] < 4, times
    for stream in stalled:
        stream.close()
    log.wait(75)
    assert sum(row["outcome"] == "client gone" for row in log.rows) == 45


def test_one_row_for_every_request(serve: Serve, log: Log) -> None:
    running = serve()
    http = Http(running)
    http.v1({"messages": ASK}, token="wrong")
    http.session.get(running.urls["qianfan"] + "/favicon.ico")
    http.session.get(running.urls["spark"].replace("ws:", "http:") + "/v3.5/chat")
    http.v2({"stream": True})
    converse(spark_url(running), spark_frame())
    rows = log.rows
    assert [(row["provider"], row["status"], row["outcome"]) for row in rows] == [
        ("qianfan-v1", 200, "refused"), ("qianfan", 404, "refused"), ("spark", 404, "refused"),
        ("qianfan", 200, "ok"), ("spark", 1000, "ok"),
    ]  # fmt: skip
    assert [row["code"] for row in rows] == [110, "not_found", None, None, None]
    assert set(rows[0]) == {
        "time", "provider", "method", "path", "query", "body", "input_tokens", "output_tokens",
        "outcome", "status", "code", "started", "ended",
    }  # fmt: skip
    assert rows[0]["body"] == {"messages": ASK} and rows[0]["query"] == {}
    assert (rows[3]["input_tokens"], rows[3]["output_tokens"]) == (2, 3)
    assert rows[4]["body"] == spark_frame()
    text = repr(rows)
    for name in ("QIANFAN_SK", "QIANFAN_BEARER_TOKEN", "SPARKAI_API_SECRET", "SPARKAI_API_KEY"):
        assert running.keys[name] not in text
    assert "authorization" not in text and all(row["ended"] >= row["started"] for row in rows)


def test_hosts_logs_stay_quiet(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    loggers = [logging.getLogger(name) for name in ("uvicorn.error", "uvicorn.access")]
    before = [(logger.level, list(logger.filters), list(logger.handlers)) for logger in loggers]
    caplog.set_level(logging.DEBUG)
    running = serve(fault="cut")
    http = Http(running)
    connect(spark_url(running)).close()
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        http.v2({"stream": True})
    running.close()
    assert not [r for r in caplog.records if r.name.startswith(("uvicorn", "websockets"))]
    after = [(logger.level, list(logger.filters), list(logger.handlers)) for logger in loggers]
    assert before == after
