"""ChatGLM3's demo server and every trap of its stream."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from emulators import Emulators
from emulators.answers import Answer, TokenLike
from tests.emulators.conftest import Serve
from tests.emulators.wire import ASK, Http, Log, Word, endless, saying

LONG = [*"一二三四五六七八九十"]
PLAIN = "text/plain; charset=utf-8"


def ask(running: Emulators, body: object, **changes: Any) -> requests.Response:
    full = {"model": "any-name", "messages": ASK} | (body if isinstance(body, dict) else {})
    data = body if isinstance(body, str) else json.dumps(full | changes)
    url = running.urls["chatglm3"] + "/v1/chat/completions"
    return Http(running).session.post(url, data=data)


def blocks(answer: requests.Response) -> list[str]:
    """The events and comments of a stream; each must end as the server ends them."""
    if not answer.content:
        return []
    *found, rest = answer.content.decode().split("\r\n\r\n")
    assert rest == ""
    return found


def data_of(answer: requests.Response) -> list[str]:
    """The text of each event, its lines joined as the format says."""
    events = [block for block in blocks(answer) if not block.startswith(":")]
    lines = [[line.removeprefix("data: ") for line in event.split("\r\n")] for event in events]
    return ["\n".join(texts) for texts in lines]


def deltas(texts: list[str]) -> list[str]:
    return [json.loads(text)["choices"][0]["delta"].get("content", "") for text in texts]


def test_health_and_models(shared: Emulators) -> None:
    session, url = Http(shared).session, shared.urls["chatglm3"]
    health = session.get(url + "/health")
    assert (health.status_code, health.content) == (200, b"")
    body = session.get(url + "/v1/models").json()
    (card,) = body["data"]
    assert (body["object"], card["id"], card["owned_by"]) == ("list", "chatglm3-6b", "owner")
    assert session.get(url + "/v1/other").json() == {"detail": "Not Found"}
    assert session.get(url + "/v1/chat/completions").status_code == 405


def test_a_whole_answer(shared: Emulators) -> None:
    body = ask(shared, {}).json()
    assert list(body) == ["model", "id", "object", "choices", "created", "usage"]
    assert (body["model"], body["id"], body["object"]) == ("any-name", "", "chat.completion")
    message = {"role": "assistant", "content": "你好。Hello world"}
    message |= {"name": None, "function_call": None}  # type: ignore[dict-item]
    assert body["choices"] == [{"index": 0, "message": message, "finish_reason": "stop"}]
    usage = body["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 3


def test_a_stream(serve: Serve) -> None:
    answer = ask(serve("chatglm3", answer=saying(*LONG)), {"stream": True})
    assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    *texts, done = data_of(answer)
    assert done == "[DONE]"
    assert deltas(texts) == ["一二三四五六七八", "九", "十", ""]
    reasons = [json.loads(text)["choices"][0]["finish_reason"] for text in texts]
    assert reasons == [None, None, None, "stop"]
    assert all(json.loads(text)["id"] == "" and '"usage"' not in text for text in texts)
    assert any(block.startswith(": ping") for block in blocks(answer))


@pytest.mark.parametrize("text", ["", "好", "一二三四五六七", "get_a()"])
def test_an_answer_of_up_to_7_characters_is_an_empty_body(serve: Serve, text: str) -> None:
    running = serve("chatglm3", answer=saying(*text))
    answer = ask(running, {"stream": True})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert ask(running, {}).json()["choices"][0]["message"]["content"] == text


def test_a_call_at_the_start_is_one_piece(serve: Serve) -> None:
    answer = ask(serve("chatglm3", answer=saying(*"用get_weather查")), {"stream": True})
    *texts, done = data_of(answer)
    assert deltas(texts) == ["用get_weather查", ""] and done == "[DONE]"
    assert [json.loads(text)["choices"][0]["finish_reason"] for text in texts] == [None, "stop"]


def test_a_call_later_ends_the_stream_with_the_whole_text(serve: Serve) -> None:
    text = "请用这个名叫查询的 get_weather\n再看结果"
    answer = ask(serve("chatglm3", answer=saying(*text)), {"stream": True})
    *chunks, last = data_of(answer)
    assert "".join(deltas(chunks)) == "请用这个名叫查询的 get" and last == text
    assert "[DONE]" not in answer.text


@pytest.mark.parametrize("messages", [[], [*ASK, {"role": "assistant", "content": "x"}]])
def test_nothing_to_answer(shared: Emulators, messages: list[Any]) -> None:
    for stream in (False, True):
        answer = ask(shared, {"messages": messages, "stream": stream})
        assert (answer.status_code, answer.json()) == (400, {"detail": "Invalid request"})


@pytest.mark.parametrize(
    ("body", "kind", "where"),
    [
        ("{", "json_invalid", ["body", 0]), ('{"model":"x"}', "missing", ["body", "messages"]),
        ({"model": 1}, "string_type", ["body", "model"]),
        ({"messages": "x"}, "list_type", ["body", "messages"]),
        ({"messages": [{"role": "tool", "content": "x"}]}, "literal_error",
         ["body", "messages", 0, "role"]),
        ({"messages": [{"content": "x"}]}, "missing", ["body", "messages", 0, "role"]),
        ({"messages": [{"role": "user", "content": None}]}, "string_type",
         ["body", "messages", 0, "content"]),
        ({"messages": [5]}, "model_attributes_type", ["body", "messages", 0]),
        ({"temperature": "x"}, "float_type", ["body", "temperature"]),
        ({"max_tokens": 1.5}, "int_type", ["body", "max_tokens"]),
        ({"stream": "x"}, "bool_type", ["body", "stream"]),
        ({"tools": "x"}, "dict_type", ["body", "tools"]),
    ],
)  # fmt: skip
def test_422(shared: Emulators, body: object, kind: str, where: list[Any]) -> None:
    answer = ask(shared, body)
    (problem,) = answer.json()["detail"]
    assert (answer.status_code, problem["type"], problem["loc"]) == (422, kind, where)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"top_p": 1.1}, 500), ({"top_p": None}, 500), ({"temperature": None}, 500),
        ({"repetition_penalty": 0}, 500), ({"max_tokens": -1}, 500),
        ({"messages": [{"role": "user"}]}, 500),
        ({"temperature": 0}, 200), ({"temperature": -1}, 200), ({"temperature": 99}, 200),
        ({"max_tokens": 0}, 200), ({"presence_penalty": 99, "unknown": []}, 200),
        ({"repetition_penalty": 5}, 200), ({"tools": [{}]}, 200),
        ({"messages": [{"role": "function", "name": "f", "content": "1"}]}, 200),
    ],
)  # fmt: skip
def test_what_its_model_can_take(shared: Emulators, body: dict[str, Any], status: int) -> None:
    answer = ask(shared, body)
    assert answer.status_code == status
    if status == 500:
        assert (answer.headers["Content-Type"], answer.text) == (PLAIN, "Internal Server Error")


def noting(seen: list[Any]) -> Answer:
    def answer(question: str, system: str, sampling: Any) -> Iterator[TokenLike]:
        seen.append((question, system, sampling.temperature, sampling.max_output_tokens))
        yield Word("好", finish_reason="stop")

    return answer


def test_what_the_model_is_given(serve: Serve) -> None:
    seen: list[Any] = []
    running = serve("chatglm3", answer=noting(seen))
    turns = [{"role": "system", "content": "S"}, {"role": "user", "content": "Q"}]
    ask(running, {"messages": turns, "temperature": 0.00001, "max_tokens": 0})
    ask(running, {"messages": turns, "temperature": 0.00002, "max_tokens": 7})
    assert seen == [("Q", "S", 0, 1024), ("Q", "S", 0.00002, 7)]


def test_max_tokens_ends_the_answer_with_the_reason_stop(serve: Serve, log: Log) -> None:
    body = ask(serve("chatglm3", answer=endless), {"max_tokens": 10}).json()
    assert body["usage"]["completion_tokens"] == 10
    assert body["choices"][0]["finish_reason"] == "stop" and log.wait()["outcome"] == "length"


@pytest.mark.parametrize("fault", ["cut", "error_mid_stream"])
def test_faults_that_drop_the_connection(serve: Serve, log: Log, fault: str) -> None:
    running = serve("chatglm3", fault=fault, answer=saying(*["四个汉字"] * 9))
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        ask(running, {"stream": True})
    assert log.wait()["outcome"] == fault


def test_faults_that_answer(serve: Serve, log: Log) -> None:
    running = serve("chatglm3")
    busy = ("rate_limited", "quota", "expired_token")
    for fault in ("unavailable", "error_mid_stream", *busy):
        running.fault = fault
        answer = ask(running, {})
        assert answer.status_code == (503 if fault in busy else 500)
        assert answer.headers["Content-Type"] == PLAIN
    running.fault = "content_filter"
    assert ask(running, {}).json()["choices"][0]["message"]["content"] == "你好，world"
    assert log.wait(6)["outcome"] == "content_filter"
