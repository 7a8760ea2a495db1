"""Spark over HTTP, against the answers and the table that its document prints."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest

from emulators import Emulators, Limits
from tests.emulators.conftest import Serve
from tests.emulators.spark_http_wire import SID, X1, lines_of, post, verdict
from tests.emulators.wire import Http, Log, endless, saying


def test_a_whole_answer_has_what_the_document_prints(shared: Emulators) -> None:
    answer = post(shared, {})
    body = answer.json()
    match = re.fullmatch(SID, body.pop("sid"))
    assert match and abs(int(match.group(1), 16) / 1000 - time.time()) < 60
    assert body == {
        "code": 0, "message": "Success",
        "choices": [{"message": {"role": "assistant", "content": "你好。Hello world"}, "index": 0}],
        "usage": {"prompt_tokens": 2, "completion_tokens": 5, "total_tokens": 7},
    }  # fmt: skip


def test_a_stream_has_what_the_document_prints(shared: Emulators) -> None:
    answer = post(shared, {"stream": True})
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    *texts, done = lines_of(answer)
    events = [json.loads(text) for text in texts]
    said = "".join(event["choices"][0]["delta"]["content"] for event in events)
    assert (said, done) == ("你好。Hello world", "[DONE]")
    (sid,) = {event["sid"] for event in events}
    assert re.fullmatch(SID, sid)
    for event in events:
        assert list(event)[:5] == ["code", "message", "sid", "id", "created"]
        assert (event["code"], event["message"], event["id"]) == (0, "Success", sid)
        assert abs(event["created"] - time.time()) < 60
        assert set(event["choices"][0]) == {"delta", "index"}
        assert set(event["choices"][0]["delta"]) == {"role", "content"}
    assert ["usage" in event for event in events] == [False] * (len(events) - 1) + [True]
    assert events[-1]["choices"] == [{"delta": {"role": "assistant", "content": ""}, "index": 0}]
    assert events[-1]["usage"] == {"prompt_tokens": 2, "completion_tokens": 5, "total_tokens": 7}


def test_credentials(shared: Emulators) -> None:
    keys = shared.keys
    pair = f"{keys['SPARKAI_API_KEY']}:{keys['SPARKAI_API_SECRET']}"
    assert post(shared, {}, key=pair).status_code == 200
    answer = post(shared, {}, key="wrong")
    assert answer.status_code == 401
    assert answer.json() == {
        "error": {"message": "invalid user", "type": "api_error", "param": None, "code": None}
    }


def test_an_error_is_like_the_logged_one(shared: Emulators) -> None:
    answer = post(shared, {"model": "spark-lite"})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert re.fullmatch(rf"invalid param model:spark-lite \(sid: {SID}\)", error.pop("message"))
    assert error == {"type": "invalid_request_error", "param": None, "code": "10005"}


EDGES = [
    ("temperature", (0, 2), (-0.01, 2.01, "1", True)),
    ("top_p", (0.01, 1), (0, 1.01)),
    ("top_k", (1, 6), (0, 7, 2.5)),
    ("presence_penalty", (-2, 2), (-2.01, 2.01)),
    ("frequency_penalty", (-2, 2), (-2.01, 2.01)),
    ("max_tokens", (1, 8192), (0, 8193)),
    ("stream", (False, None), ("true", 1)),
    ("user", ("user_123456",), (7,)),
    ("response_format", ({"type": "text"}, {"type": "json_object"}), ({"type": "xml"}, "text")),
    ("tool_calls_switch", (True,), ("yes",)),
    # Only X1 thinks; here the switch is not looked at.
    ("thinking", (1, {"type": "never"}), ()),
    ("suppress_plugin", (["knowledge"],), ("knowledge", [1])),
]
X1_EDGES = [
    ("temperature", (0.01, 2), (0, 2.01)),
    ("presence_penalty", (0, 3), (-0.01, 3.01)),
    ("frequency_penalty", (0, 1), (-0.01, 1.01)),
    ("max_tokens", (1, 65535), (0, 65536)),
    ("keep_alive", (False,), ("yes",)),
    ("thinking", ({"type": "auto"},), ({"type": "never"}, "enabled")),
]


@pytest.mark.parametrize(("name", "good", "bad"), EDGES)
def test_ranges(shared: Emulators, name: str, good: Any, bad: Any) -> None:
    assert {verdict(post(shared, {name: value})) for value in good} == {"ok"}
    assert all(verdict(post(shared, {name: value})) == "10005" for value in bad)


@pytest.mark.parametrize(("name", "good", "bad"), X1_EDGES)
def test_ranges_of_x1(shared: Emulators, name: str, good: Any, bad: Any) -> None:
    assert {verdict(post(shared, X1 | {name: value}, "/v2")) for value in good} == {"ok"}
    assert {verdict(post(shared, X1 | {name: value}, "/v2")) for value in bad} == {"10005"}


def test_models_and_where_they_are(shared: Emulators) -> None:
    outputs = {"lite": 4096, "generalv3": 8192, "pro-128k": 4096, "generalv3.5": 8192,
               "max-32k": 8192, "4.0Ultra": 8192}  # fmt: skip
    for model, most in outputs.items():
        asked = [{"model": model, "max_tokens": n} for n in (most, most + 1)]
        assert [verdict(post(shared, body)) for body in asked] == ["ok", "10005"]
        assert verdict(post(shared, {"model": model}, "/v2")) == "10005"
    assert [verdict(post(shared, {"model": m}, "/v2")) for m in ("spark-x", "x1")] == ["ok"] * 2
    assert verdict(post(shared, X1)) == "10005"
    long = [{"role": "user", "content": "w " * 6556}]
    assert verdict(post(shared, {"messages": long})) == "10907"
    assert verdict(post(shared, {"model": "max-32k", "messages": long})) == "ok"


def turn(role: str, content: object = "x", **more: object) -> dict[str, object]:
    return {"role": role, "content": content, **more}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("no json", "10003"), ("[]", "10003"), ({"messages": []}, "10003"),
        ({"messages": [turn("robot")]}, "10003"), ({"messages": [turn("user", "")]}, "10003"),
        ({"messages": [turn("user", ["x"])]}, "10003"), ({"messages": ["x"]}, "10003"),
        ({"messages": [turn("system"), turn("user")]}, "ok"),
        ({"messages": [turn("system"), turn("user")], "model": "lite"}, "10003"),
        ({"messages": [turn("user"), turn("assistant", "", tool_calls={}), turn("tool")]}, "10003"),
        ({"messages": [turn("user"), turn("assistant", None, tool_calls={"type": "function"}),
                       turn("tool")]}, "ok"),
        ({"model": None}, "10005"),
    ],
)  # fmt: skip
def test_bodies(shared: Emulators, body: object, code: str) -> None:
    assert verdict(post(shared, body)) == code


def test_other_paths_have_no_route(shared: Emulators) -> None:
    base = shared.urls["spark-http"]
    session = Http(shared).session
    for url in (base + "/models", base + "/chat/completions"):
        answer = session.get(url)
        assert answer.status_code == 404
        assert answer.json() == {"message": "no Route matched with those values"}


def test_x1_thinks_first(shared: Emulators) -> None:
    message = post(shared, X1, "/v2").json()["choices"][0]["message"]
    assert message["reasoning_content"] and message["content"] == "你好。Hello world"
    *texts, _ = lines_of(post(shared, X1 | {"stream": True}, "/v2"))
    deltas = [json.loads(text)["choices"][0]["delta"] for text in texts]
    thinking = [delta for delta in deltas if "reasoning_content" in delta]
    assert thinking == deltas[: len(thinking)] and not any(d["content"] for d in thinking)
    quiet = post(shared, X1 | {"thinking": {"type": "disabled"}}, "/v2").json()
    assert "reasoning_content" not in quiet["choices"][0]["message"]


def test_keep_alive_sends_blank_lines_until_the_answer(serve: Serve) -> None:
    running = serve("spark-http", answer=saying(*"一二三四五六"), tokens_per_second=10)
    answer = post(running, X1 | {"keep_alive": True}, "/v2")
    blank = answer.content[: answer.content.index(b"{")]
    # One at once, then one a second.
    assert set(blank) == {10} and len(blank) >= 2
    assert answer.json()["choices"][0]["message"]["content"] == "一二三四五六"


def test_requests_per_second(serve: Serve) -> None:
    now = [0.0]
    running = serve("spark-http", limits=Limits(per_second=2, clock=lambda: now[0]))
    assert [verdict(post(running, {})) for _ in range(3)] == ["ok", "ok", "11202"]
    now[0] = 1.0
    assert verdict(post(running, {})) == "ok"


def test_max_tokens_ends_the_answer(serve: Serve, log: Log) -> None:
    running = serve("spark-http", answer=endless)
    body = post(running, {"max_tokens": 4}).json()
    assert body["usage"]["completion_tokens"] == 4 and "finish_reason" not in body["choices"][0]
    assert (log.wait()["outcome"], log.rows[0]["input_tokens"]) == ("length", 2)
