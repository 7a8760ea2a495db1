"""Function calls, web search and faults on Spark's HTTP service."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from emulators import Emulators
from tests.emulators.conftest import Serve
from tests.emulators.spark_http_wire import X1, lines_of, post, verdict
from tests.emulators.wire import ASK, Log, endless, raw_request

WEATHER = {
    "name": "get_weather", "description": "天气", "parameters": {
        "type": "object", "properties": {"city": {"type": "string"}},
    },
}  # fmt: skip
TIME = WEATHER | {"name": "get_time"}
TOOLS = [{"type": "function", "function": one} for one in (TIME, WEATHER)]
SEARCH = [{"type": "web_search", "web_search": {"enable": True, "show_ref_label": True}}]
QUESTION = [{"role": "user", "content": "请用 get_weather 查合肥"}]
NAMED = {"messages": QUESTION, "tools": TOOLS}


def message_of(answer: requests.Response) -> dict[str, Any]:
    message: dict[str, Any] = answer.json()["choices"][-1]["message"]
    return message


def called(answer: requests.Response) -> str | None:
    calls = message_of(answer).get("tool_calls")
    return None if calls is None else str(calls["function"]["name"])


def test_a_call_is_an_object_unless_a_list_is_asked_for(shared: Emulators) -> None:
    answer = post(shared, NAMED)
    message = message_of(answer)
    call = message.pop("tool_calls")
    assert message == {"role": "assistant", "content": ""}
    assert call["type"] == "function" and set(call["function"]) == {"name", "arguments"}
    assert set(json.loads(call["function"]["arguments"])) == {"city"}
    assert answer.json()["usage"]["completion_tokens"] == 0
    assert message_of(post(shared, NAMED | {"tool_calls_switch": True}))["tool_calls"] == [call]


def test_a_streamed_call_is_one_event(shared: Emulators) -> None:
    text, done = lines_of(post(shared, NAMED | {"stream": True}))
    event = json.loads(text)
    assert event["choices"][0]["delta"]["tool_calls"]["function"]["name"] == "get_weather"
    assert event["usage"]["completion_tokens"] == 0 and done == "[DONE]"


def test_who_is_called(shared: Emulators) -> None:
    def ask(**changes: object) -> str | None:
        return called(post(shared, NAMED | changes))

    forced = {"type": "function", "function": {"name": "get_time"}}
    assert (ask(), ask(tool_choice="none"), ask(tool_choice=forced)) == (
        "get_weather", None, "get_time",
    )  # fmt: skip
    assert (ask(messages=ASK), ask(messages=ASK, tool_choice="required")) == (None, "get_time")
    assert ask(model="lite") is None
    result = [{"role": "assistant", "content": "", "tool_calls": {"type": "function"}},
              {"role": "tool", "content": "晴"}]  # fmt: skip
    assert ask(messages=[*QUESTION, *result]) is None
    flat = {"type": "function", "name": "get_time"}
    few = {"type": "allowed_tools", "mode": "auto", "tools": [flat]}
    chosen = [called(post(shared, NAMED | X1 | {"tool_choice": one}, "/v2")) for one in (flat, few)]
    assert chosen == ["get_time", None]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"tools": "x"}, "10005"), ({"tools": ["x"]}, "10005"), ({"tools": [{}]}, "10005"),
        ({"tools": [{"type": "function"}]}, "10005"),
        ({"tools": [{"type": "function", "function": WEATHER | {"name": "天气"}}]}, "10005"),
        ({"tools": [{"type": "function", "function": WEATHER | {"name": "n" * 33}}]}, "10005"),
        ({"tools": [{"type": "function", "function": WEATHER | {"name": "n" * 32}}]}, "ok"),
        ({"tools": TOOLS + SEARCH}, "ok"), ({"tool_choice": "auto"}, "ok"),
        ({"tool_choice": "any"}, "10005"), ({"tool_choice": {"type": "function"}}, "10005"),
        ({"tool_choice": {"type": "allowed_tools", "tools": []}}, "10005"),
        ({"tools": [{"type": "web_search", "web_search": {"search_mode": "x"}}]}, "10005"),
    ],
)  # fmt: skip
def test_rules_of_tools(shared: Emulators, body: dict[str, Any], code: str) -> None:
    assert verdict(post(shared, body)) == code


def test_x1_takes_search_or_functions(shared: Emulators) -> None:
    assert verdict(post(shared, X1 | {"tools": TOOLS + SEARCH}, "/v2")) == "10005"
    assert verdict(post(shared, X1 | {"tools": SEARCH}, "/v2")) == "ok"


def test_sources_come_before_the_answer(shared: Emulators) -> None:
    found, message = (
        choice["message"] for choice in post(shared, {"tools": SEARCH}).json()["choices"]
    )
    (made,) = found["tool_calls"]
    assert (found["role"], made["type"], message["role"]) == ("tool", "web_search", "assistant")
    assert {"index", "url", "title"} == set(made["web_search"]["outputs"][0])
    first, *_ = lines_of(post(shared, {"tools": SEARCH, "stream": True}))
    assert json.loads(first)["choices"][0]["delta"] == found
    assert len(post(shared, {"tools": SEARCH, "model": "generalv3"}).json()["choices"]) == 1


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("unavailable", 503, "10008"), ("rate_limited", 429, "11202"), ("quota", 403, "11200"),
        ("expired_token", 401, None), ("error_mid_stream", 500, "10012"),
        ("content_filter", 400, "10014"),
    ],
)  # fmt: skip
def test_faults_on_whole_answers(
    serve: Serve, log: Log, fault: str, status: int, code: str | None
) -> None:
    running = serve("spark-http", fault=fault)
    for number, body in enumerate(({}, NAMED), start=1):
        answer = post(running, body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
        assert log.wait(number)["outcome"] == fault


@pytest.mark.parametrize(
    ("fault", "code"), [("error_mid_stream", 10012), ("content_filter", 10014)]
)
def test_faults_in_mid_stream_come_under_status_200(
    serve: Serve, log: Log, fault: str, code: int
) -> None:
    running = serve("spark-http", fault=fault, answer=endless)
    answer = post(running, {"stream": True})
    *texts, last = lines_of(answer)
    assert answer.status_code == 200 and len(texts) == 3
    error = json.loads(last)
    assert set(error) == {"code", "message", "sid"} and error["code"] == code
    assert error["sid"] == json.loads(texts[0])["sid"]
    row = log.wait()
    assert (row["outcome"], row["code"]) == (fault, code)
    kept = post(running, X1 | {"keep_alive": True}, "/v2")
    assert (kept.status_code, kept.json()["code"]) == (200, code)


@pytest.mark.parametrize("stream", [True, False])
def test_a_cut_has_no_end(serve: Serve, log: Log, stream: bool) -> None:
    running = serve("spark-http", fault="cut", answer=endless)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        post(running, {"stream": stream})
    assert log.wait()["outcome"] == "cut"


@pytest.mark.parametrize(("fault", "body"), [
    ("stall", {"stream": True}), ("stall", X1 | {"keep_alive": True}), ("silent", {}),
])  # fmt: skip
def test_leaving_a_silent_answer_is_noticed(
    serve: Serve, log: Log, fault: str, body: dict[str, Any]
) -> None:
    running = serve("spark-http", fault=fault, answer=endless)
    key = running.keys["SPARK_API_PASSWORD"]
    version = "/v2" if "keep_alive" in body else "/v1"
    head = f"POST {version}/chat/completions HTTP/1.1\r\nAuthorization: Bearer {key}"
    full = {"model": "generalv3.5", "messages": ASK} | body
    connection = raw_request(running.urls["spark-http"], head, json.dumps(full).encode())
    connection.settimeout(0.2)
    with pytest.raises(TimeoutError):
        while True:
            assert connection.recv(65536)
    connection.close()
    assert log.wait()["outcome"] == "client gone"


def test_html(serve: Serve) -> None:
    answer = post(serve("spark-http", fault="html"), {})
    assert answer.status_code == 502 and answer.text.startswith("<html>")
