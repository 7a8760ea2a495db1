"""What each OpenAI-compatible service refuses, written from the documents and not from its row."""

from __future__ import annotations

from typing import Any

import pytest

from emulators.openai.rows import BY_NAME
from tests.emulators.conftest import Serve
from tests.emulators.wire import Http

# One step outside and the edges inside, per service.
Edges = list[tuple[dict[str, Any], dict[str, Any]]]
COMMON: Edges = [
    ({"temperature": 2.01}, {"temperature": 2}), ({"temperature": -0.01}, {"temperature": 0}),
    ({"top_p": 1.01}, {"top_p": 1}), ({"frequency_penalty": 2.1}, {"frequency_penalty": 2}),
    ({"presence_penalty": -2.1}, {"presence_penalty": -2}), ({"max_tokens": 0}, {"max_tokens": 1}),
]  # fmt: skip
EDGES: dict[str, Edges] = {
    "deepseek": [*COMMON, ({"max_tokens": 8193}, {"max_tokens": 8192}),
                 ({"model": "deepseek-flash", "max_tokens": 393_217},
                  {"model": "deepseek-flash", "max_tokens": 393_216}),
                 ({"logprobs": True, "top_logprobs": 21}, {"logprobs": True, "top_logprobs": 20})],
    "dashscope": [
        ({"temperature": 2}, {"temperature": 1.99}), ({"top_p": 0}, {"top_p": 1}),
        ({"presence_penalty": 2.1}, {"frequency_penalty": 9}), ({"top_k": -1}, {"top_k": 0}),
        ({"repetition_penalty": 0}, {"repetition_penalty": 1.1}),
        ({"enable_search": "yes"}, {"enable_search": True}),
        ({"parallel_tool_calls": 1}, {"parallel_tool_calls": False}),
        ({"seed": 2**31}, {"seed": 2**31 - 1}), ({"thinking_budget": -1}, {"thinking_budget": 0}),
        ({"model": "qwen3-max", "max_tokens": 65_537},
         {"model": "qwen3-max", "max_tokens": 65_536}),
        ({"enable_thinking": 1}, {"enable_thinking": True}),
        ({"logprobs": True, "top_logprobs": 6}, {"logprobs": True, "top_logprobs": 5}),
        ({"model": "qwen3-32b"}, {"model": "qwen3-32b", "enable_thinking": False}),
    ],
    "moonshot": [
        ({"temperature": 0.9}, {"temperature": 1}), ({"top_p": 0.9}, {"top_p": 0.95}),
        ({"temperature": 1, "thinking": {"type": "disabled"}},
         {"temperature": 0.6, "thinking": {"type": "disabled"}}),
        ({"frequency_penalty": 1}, {"frequency_penalty": 0}),
        ({"max_completion_tokens": 262_145}, {"max_completion_tokens": 262_144}),
        ({"model": "kimi-k3", "max_tokens": 2**20 + 1}, {"model": "kimi-k3", "max_tokens": 2**20}),
        ({"stop": ["x"] * 6}, {"stop": ["x"] * 5}), ({"stop": "字" * 11}, {"stop": "字" * 10}),
    ],
    "zhipu": [({"temperature": 1.01}, {"temperature": 0}), ({"top_p": 0}, {"top_p": 0.01}),
              ({"max_tokens": 0}, {"frequency_penalty": 9}),
              ({"max_tokens": 131_073}, {"max_tokens": 131_072}),
              ({"model": "glm-4.5-air", "max_tokens": 98_305},
               {"model": "glm-4.5-air", "max_tokens": 98_304}),
              ({"stop": ["x", "y"]}, {"stop": ["x"]}),
              ({"do_sample": 1}, {"do_sample": False})],
    "ark": [*COMMON, ({"stop": ["x"] * 5}, {"stop": ["x"] * 4}),
            ({"max_completion_tokens": 65_537}, {"max_completion_tokens": 65_536})],
    "siliconflow": [({"temperature": 2.1}, {"temperature": 2}), ({"min_p": 1.1}, {"min_p": 1}),
                    ({"thinking_budget": 127}, {"thinking_budget": 128}),
                    ({"top_k": 0.5}, {"frequency_penalty": 9}),
                    ({"stop": ["x"] * 5}, {"stop": ["x"] * 4})],
    "openrouter": [*COMMON, ({"top_k": -1}, {"top_k": 0}), ({"top_a": 1.1}, {"top_a": 1}),
                   ({"repetition_penalty": 2.1}, {"repetition_penalty": 2})],
    "huggingface": [({"temperature": 2.01}, {"temperature": 2}),
                    ({"frequency_penalty": 2.1}, {"frequency_penalty": 2}),
                    ({"stop": ["x"] * 5}, {"stop": ["x"] * 4}),
                    ({"logprobs": True, "top_logprobs": 6}, {"top_k": "ignored"})],
    "openai": [
        *COMMON, ({"stop": ["x"] * 5}, {"stop": ["x"] * 4}), ({"top_k": 5}, {"seed": 5}),
        ({"model": "gpt-5-mini", "temperature": 0.5}, {"model": "gpt-5-mini", "temperature": 1}),
        ({"model": "gpt-5-mini", "max_tokens": 5},
         {"model": "gpt-5-mini", "max_completion_tokens": 5}),
        ({"model": "gpt-5", "top_p": 1}, {"model": "gpt-5"}),
        ({"max_completion_tokens": 16_385}, {"max_completion_tokens": 16_384}),
        ({"model": "gpt-5.2", "temperature": 0.5, "reasoning_effort": "low"},
         {"model": "gpt-5.2", "temperature": 0.5, "reasoning_effort": "none"}),
        ({"stream_options": {"include_usage": True}}, {}),
        ({"top_logprobs": 2}, {"top_logprobs": 2, "logprobs": True}),
    ],
    "ollama": [({"temperature": "hot"}, {"temperature": 9}), ({"seed": 1.5}, {"max_tokens": -1}),
               ({"logprobs": True, "top_logprobs": 21}, {"top_p": 5})],
    "vllm": [*COMMON, ({"top_p": 0}, {"top_p": 0.01}), ({"top_k": -2}, {"top_k": -1}),
             ({"min_p": 1.1}, {"min_p": 1}), ({"max_tokens": 65_536}, {"unknown": 1}),
             ({"repetition_penalty": 0}, {"repetition_penalty": 3})],
    "llamacpp": [({"temperature": "hot"}, {"temperature": 9}), ({"top_k": 0.5}, {"top_k": -1})],
    "lmstudio": [({"temperature": []}, {"temperature": 9}), ({"stop": 5}, {"max_tokens": -1})],
    "custom": [*COMMON, ({"stop": 5}, {"anything": 5})],
}  # fmt: skip
# Wrong everywhere.
WRONG: list[dict[str, Any]] = [
    {"n": 2}, {"messages": []}, {"messages": [{"role": "robot", "content": "x"}]}, {"stop": [""]},
    {"messages": [{"role": "user", "content": 5}]}, {"stream": 1}, {"tools": [{}]},
]  # fmt: skip
BAD = {"deepseek": 422}
UNKNOWN_MODEL = {
    "deepseek": (400, "Model Not Exist"), "dashscope": (404, "does not exist"),
    "moonshot": (404, "Permission denied"), "zhipu": (400, "1211"),
    "ark": (404, "InvalidEndpointOrModel.NotFound"), "siliconflow": (400, "20012"),
    "openrouter": (400, "nobody is not a valid model ID"),
    "huggingface": (400, "model_not_supported"), "openai": (404, "model_not_found"),
    "ollama": (404, "model 'nobody' not found"), "vllm": (404, "NotFoundError"),
    "llamacpp": (200, "nobody"), "lmstudio": (400, "model_not_found"), "custom": (200, "nobody"),
}  # fmt: skip
# The statuses of: overloaded, too many requests, no money left, a key that has expired.
FAULTS = {
    "deepseek": (503, 429, 402, 401), "dashscope": (503, 429, 400, 401),
    "moonshot": (429, 429, 429, 401), "zhipu": (500, 429, 429, 401), "ark": (429, 429, 403, 401),
    "siliconflow": (503, 429, 403, 401), "openrouter": (502, 429, 402, 401),
    "huggingface": (503, 429, 402, 401), "openai": (503, 429, 429, 401),
}  # fmt: skip
# Errors as the documents and the services' users print them, the texts aside.
SHAPES: dict[str, tuple[str, Any]] = {
    "deepseek": ("model", {"error": {"message": "Model Not Exist", "type": "invalid_request_error",
                                     "param": None, "code": "invalid_request_error"}}),
    "moonshot": ("key", {"error": {"message": "Invalid Authentication",
                                   "type": "invalid_authentication_error"}}),
    "siliconflow": ("model", {"code": 20012, "data": None,
                              "message": "Model does not exist. Please check it carefully."}),
    "huggingface": ("key", {"error": "Invalid username or password."}),
    "vllm": ("key", {"error": "Unauthorized"}),
    "llamacpp": ("key", {"error": {"code": 401, "message": "Invalid API Key",
                                   "type": "authentication_error"}}),
    "openrouter": ("model", {"error": {"message": "nobody is not a valid model ID", "code": 400}}),
    "zhipu": ("model", {"error": {"code": "1211", "message": "模型不存在，请检查模型代码。"}}),
    "ollama": ("model", {"error": {"message": "model 'nobody' not found", "code": None,
                                   "type": "not_found_error", "param": None}}),
}  # fmt: skip


@pytest.mark.parametrize("service", list(BY_NAME))
def test_edges(http: Http, service: str) -> None:
    for outside, inside in EDGES[service]:
        refused = http.openai(outside, service)
        assert refused.status_code == BAD.get(service, 400), (outside, refused.text)
        assert http.openai(inside, service).status_code == 200, inside
    for wrong in WRONG:
        assert http.openai(wrong, service).status_code == BAD.get(service, 400), wrong


@pytest.mark.parametrize("service", list(BY_NAME))
def test_unknown_and_missing_models(http: Http, service: str) -> None:
    status, words = UNKNOWN_MODEL[service]
    answer = http.openai({"model": "nobody"}, service)
    assert answer.status_code == status and words in answer.text
    missing = http.openai({"model": None}, service).status_code
    assert missing == (200 if service == "llamacpp" else BAD.get(service, 400))


@pytest.mark.parametrize("service", list(SHAPES))
def test_shapes(http: Http, service: str) -> None:
    what, shape = SHAPES[service]
    wrong: Any = {"model": "nobody"} if what == "model" else {}
    assert http.openai(wrong, service, "wrong" if what == "key" else None).json() == shape


def test_faults_read_as_documented(serve: Serve) -> None:
    running = serve()
    http = Http(running)
    for service, statuses in FAULTS.items():
        got = []
        for running.fault in ("unavailable", "rate_limited", "quota", "expired_token"):
            got.append(http.openai({}, service).status_code)
        assert tuple(got) == statuses, service


def test_names_may_leave_out_the_tag_or_name_a_provider(http: Http) -> None:
    assert http.openai({"model": "llama3.2"}, "ollama").json()["model"] == "llama3.2"
    named = "meta-llama/Llama-3.3-70B-Instruct:fastest"
    assert http.openai({"model": named}, "huggingface").json()["model"] == named


def test_too_long(http: Http) -> None:
    long = [{"role": "user", "content": "字" * 330_000}]
    error = http.openai({"messages": long}).json()["error"]
    assert error["code"] == "context_length_exceeded"
    assert http.openai({"messages": long}, "zhipu").json()["error"]["code"] == "1261"
