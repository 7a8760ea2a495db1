"""The OpenAI-style service."""

from __future__ import annotations

from typing import Any

import pytest

from emulators import Emulators, Limits
from tests.emulators.conftest import Serve
from tests.emulators.wire import Http, events


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"model": "nobody"}, 404, "model_not_found"),
        ({"model": ""}, 400, "missing_required_parameter"),
        ({"messages": []}, 400, "invalid_type"),
        ({"messages": [{"role": "robot", "content": "x"}]}, 400, "invalid_value"),
        ({"messages": [{"role": "user", "content": 5}]}, 400, "invalid_type"),
        ({"messages": [{"role": "user", "content": "字" * 110_000}]}, 400,
         "context_length_exceeded"),
        ({"temperature": 2.01}, 400, "invalid_value"),
        ({"temperature": -0.01}, 400, "invalid_value"),
        ({"top_p": 1.01}, 400, "invalid_value"), ({"frequency_penalty": 2.1}, 400, "invalid_value"),
        ({"presence_penalty": -2.1}, 400, "invalid_value"),
        ({"max_tokens": 0}, 400, "invalid_value"),
        ({"n": 2}, 400, "invalid_value"), ({"stop": ["x"] * 17}, 400, "invalid_value"),
        ({"stream_options": {"include_usage": True}}, 400, "invalid_value"),
    ],
)  # fmt: skip
def test_refusals(http: Http, body: dict[str, Any], status: int, code: str) -> None:
    answer = http.openai(body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}


def test_edges_are_allowed(http: Http) -> None:
    for body in ({"temperature": 0, "top_p": 0}, {"temperature": 2, "top_p": 1, "stop": "x"},
                 {"frequency_penalty": -2, "presence_penalty": 2, "seed": 7}):  # fmt: skip
        assert http.openai(body).status_code == 200


def test_whole_answer_and_headers(http: Http) -> None:
    answer = http.openai({"model": "gpt-4o-mini", "logprobs": True})
    body = answer.json()
    (choice,) = body["choices"]
    assert choice["message"] == {"role": "assistant", "content": "你好。Hello world"}
    assert choice["finish_reason"] == "stop"
    assert [row["logprob"] for row in choice["logprobs"]["content"]] == [-0.5] * 4
    assert body["usage"] == {"prompt_tokens": 2, "completion_tokens": 4, "total_tokens": 6}
    limits = {name: value for name, value in answer.raw.headers.items() if "ratelimit" in name}
    reset = limits.pop("x-ratelimit-reset-requests")
    assert reset == limits.pop("x-ratelimit-reset-tokens") and reset.endswith("s")
    assert limits == {
        "x-ratelimit-limit-requests": "300", "x-ratelimit-limit-tokens": "300000",
        "x-ratelimit-remaining-requests": "299", "x-ratelimit-remaining-tokens": "299998",
    }  # fmt: skip


def test_stream(http: Http) -> None:
    body = {"stream": True, "stream_options": {"include_usage": True}}
    *chunks, last, done = events(http.openai(body))
    assert done == "[DONE]" and last["choices"] == [] and last["usage"]["total_tokens"] == 6
    assert all(chunk["usage"] is None for chunk in chunks)
    choices = [chunk["choices"][0] for chunk in chunks]
    assert choices[0]["delta"] == {"role": "assistant", "content": ""}
    assert choices[-1]["finish_reason"] == "stop" and choices[-1]["delta"] == {}
    text = "".join(choice["delta"].get("content", "") for choice in choices)
    assert text == "你好。Hello world"


def test_reasoning(http: Http) -> None:
    body = http.openai({"model": "deepseek-reasoner"}).json()
    assert body["choices"][0]["message"]["reasoning_content"]
    assert body["usage"]["completion_tokens_details"]["reasoning_tokens"] > 0


def test_keys_models_and_paths(http: Http, shared: Emulators) -> None:
    base = shared.urls["openai"]
    for headers in ({}, {"Authorization": "Bearer no"}):
        answer = http.session.get(base + "/models", headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_api_key")
    key = {"Authorization": f"Bearer {shared.keys['DEEPSEEK_API_KEY']}"}
    rows = http.session.get(base + "/models", headers=key).json()
    assert "deepseek-chat" in [row["id"] for row in rows["data"]]
    assert http.session.get(base + "/nothing", headers=key).status_code == 404
    assert http.session.get(base + "/chat/completions", headers=key).status_code == 405


def test_rate_limit_says_when_to_come_back(serve: Serve) -> None:
    now = [0.0]
    http = Http(serve("openai", limits=Limits(requests=1, clock=lambda: now[0])))
    assert http.openai({}).status_code == 200
    now[0] = 20.5
    answer = http.openai({})
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "rate_limit_exceeded")
    assert answer.headers["retry-after"] == "40"
    assert answer.headers["x-ratelimit-reset-requests"] == "39.500s"
    now[0] = 60.0
    assert http.openai({}).status_code == 200
