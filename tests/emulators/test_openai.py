"""What every OpenAI-compatible service must do, whatever its row says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulators import Emulators, Limits
from emulators.openai.rows import BY_NAME, ROWS
from tests.emulators.conftest import Serve
from tests.emulators.wire import ASK, Http, events

ALL = pytest.mark.parametrize("service", list(BY_NAME))
ASKED = {"stream": True, "stream_options": {"include_usage": True}}
PIXEL = "data:image/png;base64,iVBORw0KGgo="
# The default base URLs that the services' documents print.
PATHS = {
    "deepseek": "/v1", "dashscope": "/compatible-mode/v1", "moonshot": "/v1",
    "zhipu": "/api/paas/v4", "ark": "/api/v3", "siliconflow": "/v1", "openrouter": "/api/v1",
    "huggingface": "/v1", "openai": "/v1", "ollama": "/v1", "vllm": "/v1", "llamacpp": "/v1",
    "lmstudio": "/v1", "custom": "/v1",
}  # fmt: skip
OPTIONAL_KEY = ("vllm", "llamacpp", "custom")
KEYLESS = ("ollama", "lmstudio")
THOUGHTS = {"openrouter": "reasoning", "ollama": "reasoning", "vllm": "reasoning", "openai": ""}
TOOL = {"type": "function", "function": {
    "name": "get_weather",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
}}  # fmt: skip


def content(chunks: list[Any]) -> str:
    """The text of a stream."""
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks if chunk["choices"]]
    return "".join(delta.get("content") or "" for delta in deltas)


def test_addresses(shared: Emulators) -> None:
    for name, path in PATHS.items():
        assert shared.urls[name].partition("://")[2].partition("/")[2] == path[1:]
        assert shared.environment[f"{name.upper()}_BASE_URL"] == shared.urls[name]
    assert list(PATHS) == list(BY_NAME)


@pytest.mark.parametrize(("service", "model"), [(r.name, m) for r in ROWS for m in r.models])
def test_every_model_answers_whole_and_streamed(http: Http, service: str, model: str) -> None:
    *chunks, done = events(http.openai({"model": model, "stream": True}, service))
    assert done == "[DONE]" and content(chunks) == "你好。Hello world"
    assert {chunk["model"] for chunk in chunks} == {model}
    assert [c["choices"][0]["finish_reason"] for c in chunks if c["choices"]][-1] == "stop"
    off = {"enable_thinking": False} if service == "dashscope" else {}
    body = http.openai({"model": model, **off}, service).json()
    assert body["choices"][0]["message"]["content"] == "你好。Hello world"
    assert body["usage"]["total_tokens"] > body["usage"]["completion_tokens"] >= 4


@ALL
def test_keys(http: Http, service: str) -> None:
    wrong, none = http.openai({}, service, "wrong"), http.openai({}, service, "")
    assert wrong.status_code == (200 if service in KEYLESS else 401)
    assert none.status_code == (200 if service in (*KEYLESS, *OPTIONAL_KEY) else 401)


@ALL
def test_lists_of_models(http: Http, shared: Emulators, service: str) -> None:
    key = {"Authorization": f"Bearer {shared.keys.get(BY_NAME[service].key, '')}"}
    answer = http.session.get(shared.urls[service] + "/models", headers=key)
    if service == "ark":
        assert answer.status_code == 404
        return
    assert {row["id"] for row in answer.json()["data"]} == set(BY_NAME[service].models)
    open_to_all = http.session.get(shared.urls[service] + "/models").status_code == 200
    local = (*KEYLESS, *OPTIONAL_KEY)
    assert open_to_all is (service in (*local, "openrouter", "huggingface"))
    assert http.session.get(shared.urls[service] + "/nothing", headers=key).status_code == 404


@ALL
def test_usage_comes_only_as_documented(http: Http, service: str) -> None:
    *plain, _ = events(http.openai({"stream": True}, service))
    *asked, _ = events(http.openai(ASKED, service))
    told = [chunk["usage"]["completion_tokens"] for chunk in plain if chunk.get("usage")]
    if service == "siliconflow":
        assert len(told) == len(plain) and told == sorted(told)
    elif service == "zhipu":
        assert len(told) == 1 and plain[-1]["usage"] and plain[-1]["choices"]
    elif service == "openrouter":
        assert len(told) == 1 and plain[-1]["usage"] and plain[-1]["choices"] == []
    else:
        assert told == [] and asked[-1]["choices"] == [] and asked[-1]["usage"]
        assert all("usage" in chunk and chunk["usage"] is None for chunk in asked[:-1])


@ALL
def test_rate_headers_only_where_documented(serve: Serve, service: str) -> None:
    now = [0.0]
    http = Http(serve(service, limits=Limits(requests=1, clock=lambda: now[0])))
    first = http.openai({}, service)
    now[0] = 20.5
    second = http.openai({}, service)
    assert (first.status_code, second.status_code) == (200, 429)
    limits = {name: value for name, value in second.headers.items() if "ratelimit" in name}
    assert second.headers.get("retry-after") == (
        "40" if service in ("openai", "openrouter") else None
    )
    assert len(limits) == (6 if service == "openai" else 0)
    if service == "openai":
        assert limits["x-ratelimit-reset-requests"] == "39.500s"
        assert limits["x-ratelimit-remaining-requests"] == "0"
        assert first.headers["x-ratelimit-remaining-tokens"] == "299998"


@ALL
def test_reasoning(http: Http, service: str) -> None:
    thinking = [name for name, model in BY_NAME[service].models.items()
                if model.thinks in ("always", "unless off")]  # fmt: skip
    field = THOUGHTS.get(service, "reasoning_content")
    *chunks, _ = events(http.openai({"model": thinking[0], "stream": True}, service))
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks if chunk["choices"]]
    thought = "".join(delta.get(field) or "" for delta in deltas) if field else ""
    assert thought.startswith("先看问题") is bool(field)
    others = {key for delta in deltas for key in delta} - {"role", "content", field}
    assert not others and content(chunks) == "你好。Hello world"


@ALL
def test_pictures(http: Http, service: str) -> None:
    for name, model in BY_NAME[service].models.items():
        parts = [{"type": "text", "text": "这是什么"},
                 {"type": "image_url", "image_url": {"url": PIXEL}}]  # fmt: skip
        body = {"model": name, "messages": [{"role": "user", "content": parts}], "stream": True}
        refused = 422 if service == "deepseek" else 400
        assert http.openai(body, service).status_code == (200 if model.sees else refused)
    assert any(model.sees for model in BY_NAME[service].models.values())


@ALL
def test_tool_calls(http: Http, service: str) -> None:
    ask = [{"role": "user", "content": "请用 get_weather 查北京"}]
    body: dict[str, Any] = {"messages": ask, "tools": [TOOL]}
    (choice,) = http.openai(body, service).json()["choices"]
    (call,) = choice["message"]["tool_calls"]
    assert choice["finish_reason"] == "tool_calls" and call["function"]["name"] == "get_weather"
    assert json.loads(call["function"]["arguments"]) == {"city": ask[0]["content"]}
    *chunks, _ = events(http.openai(body | {"stream": True}, service))
    steps = [c["choices"][0]["delta"].get("tool_calls") for c in chunks if c["choices"]]
    first, second = [step[0] for step in steps if step]
    joined = first["function"]["arguments"] + second["function"]["arguments"]
    assert json.loads(joined) == {"city": ask[0]["content"]} and "name" not in second["function"]
    for words in ({"tool_choice": "none"}, {"messages": ASK}):
        answer = http.openai(body | words, service).json()["choices"][0]
        assert answer["message"]["content"] == "你好。Hello world"


def test_comment_lines(http: Http) -> None:
    for service, line in (("openrouter", ": OPENROUTER PROCESSING"), ("deepseek", ": keep-alive")):
        assert http.openai({"stream": True}, service).text.startswith(line + "\n\n")
    assert http.openai({"stream": True}, "openai").text.startswith("data: ")


def test_logprobs(http: Http) -> None:
    (choice,) = http.openai({"logprobs": True, "top_logprobs": 2}).json()["choices"]
    rows = choice["logprobs"]["content"]
    assert [row["logprob"] for row in rows] == [-0.5] * 4 and rows[0]["top_logprobs"]
    assert http.openai({"logprobs": True}, "moonshot").json()["choices"][0]["logprobs"] is None
