"""v2 chat: real statuses, error objects, both answer shapes, six headers."""

from __future__ import annotations

from typing import Any

import pytest

from emulators import Emulators, Limits
from tests.emulators.conftest import Serve
from tests.emulators.wire import Http, events, saying


def refusal(http: Http, body: dict[str, Any], **headers: str) -> tuple[int, str]:
    """Status and code, (200, "") for an answer."""
    answer = http.v2(body, **headers)
    if answer.status_code == 200:
        return 200, ""
    assert set(answer.json()) == {"error", "id"}
    assert set(answer.json()["error"]) == {"code", "message", "type"}
    return answer.status_code, answer.json()["error"]["code"]


BAD = (400, "invalid_argument")
GOOD = (200, "")
EDGES: list[tuple[str, str, list[Any], list[tuple[int, str]]]] = [
    ("ernie-speed-8k", "temperature", [0, 0.01, 1, 1.01, "1"], [BAD, GOOD, GOOD, BAD, BAD]),
    ("deepseek-v3", "temperature", [-0.01, 0, 2, 2.01], [BAD, GOOD, GOOD, BAD]),
    ("ernie-speed-8k", "top_p", [-0.01, 0, 1, 1.01], [BAD, GOOD, GOOD, BAD]),
    ("ernie-speed-8k", "penalty_score", [0.99, 1, 2, 2.01], [BAD, GOOD, GOOD, BAD]),
    ("ernie-x1-turbo-32k", "penalty_score", [1, None], [BAD, GOOD]),
    ("deepseek-v3", "penalty_score", [1.0], [BAD]),
    ("ernie-speed-8k", "frequency_penalty", [-2.01, -2, 2, 2.01], [BAD, GOOD, GOOD, BAD]),
    ("ernie-speed-8k", "presence_penalty", [-2.01, -2, 2, 2.01], [BAD, GOOD, GOOD, BAD]),
    ("ernie-speed-8k", "repetition_penalty", [0, 0.01, 2, 2.01], [BAD, GOOD, GOOD, BAD]),
    ("ernie-speed-8k", "max_tokens", [1, 2, 2048, 2049], [BAD, GOOD, GOOD, BAD]),
    ("ernie-speed-8k", "max_completion_tokens", [1, 2, 2048, 2049], [BAD, GOOD, GOOD, BAD]),
    ("ernie-speed-8k", "seed", [0, 1, 2147483646, 2147483647, 1.5], [BAD, GOOD, GOOD, BAD, BAD]),
    ("ernie-speed-8k", "stop", [["x" * 20] * 4, ["x"] * 5, ["x" * 21]], [GOOD, BAD, BAD]),
    ("ernie-speed-8k", "metadata", [{str(n): "x" for n in range(16)},
                                    {str(n): "x" for n in range(17)}], [GOOD, BAD]),
    ("ernie-speed-8k", "tool_choice", ["auto", "maybe", {"type": "function"}], [GOOD, BAD, GOOD]),
    ("ernie-speed-8k", "response_format", [{"type": "json_object"}, {"type": "xml"}, "text"],
     [GOOD, BAD, BAD]),
    ("ernie-speed-8k", "stream_options", [{}, True], [GOOD, BAD]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("model", "name", "values", "results"), EDGES, ids=[f"{e[0]}-{e[1]}" for e in EDGES]
)
def test_every_edge(
    http: Http, model: str, name: str, values: list[Any], results: list[tuple[int, str]]
) -> None:
    assert [refusal(http, {"model": model, name: value}) for value in values] == results


def turns(*roles: str) -> list[dict[str, str]]:
    return [{"role": role, "content": "x"} for role in roles]


@pytest.mark.parametrize(
    ("messages", "good"),
    [
        (turns("system", "user"), True),
        (turns("user", "assistant", "user"), True),
        (turns("user", "system"), False),
        (turns("user", "assistant"), False),
        (turns("robot"), False),
        ([], False),
        ("hi", False),
        ([{"role": "user", "content": ""}], False),
        ([{"role": "user", "content": [{"type": "text", "text": "hi"}]}], True),
    ],
)
def test_messages(http: Http, messages: object, good: bool) -> None:
    expected = GOOD if good else (400, "invalid_messages")
    assert refusal(http, {"messages": messages}) == expected


def test_other_refusals(http: Http, shared: Emulators) -> None:
    assert refusal(http, {"model": ""}) == (400, "invalid_model")
    assert refusal(http, {"model": "gpt-9"}) == (401, "invalid_model")
    long = [{"role": "user", "content": "a" * 24001}]
    assert refusal(http, {"messages": long}) == (400, "characters_too_long")
    long = [{"role": "user", "content": "字" * 9831}]
    assert refusal(http, {"messages": long}) == (400, "tokens_too_long")
    wrong = "Bearer bce-v3/ALTAK-no/no"
    assert refusal(http, {}, Authorization=wrong) == (401, "invalid_iam_token")
    assert refusal(http, {}, Authorization="") == (401, "invalid_iam_token")
    assert refusal(http, {}, appid="nonsense") == (401, "invalid_appid")
    assert refusal(http, {}, appid="app-x") == GOOD
    url = shared.environment["QIANFAN_V2_BASE_URL"] + "/chat/completions"
    assert http.session.get(url).json()["error"]["code"] == "method_not_supported"
    key = {"Authorization": f"Bearer {shared.keys['QIANFAN_BEARER_TOKEN']}"}
    answer = http.session.post(url, data=b"{", headers=key)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "malformed_json")


def test_whole_answer(http: Http) -> None:
    answer = http.v2({}, **{"X-Request-Id": "mine-1"})
    assert answer.headers["X-Request-Id"] == "mine-1"
    body = answer.json()
    assert body["object"] == "chat.completion" and body["model"] == "ernie-speed-8k"
    (choice,) = body["choices"]
    assert choice["message"] == {"role": "assistant", "content": "你好。Hello world"}
    assert (choice["finish_reason"], choice["flag"]) == ("stop", 0)
    assert body["usage"] == {"prompt_tokens": 2, "completion_tokens": 4, "total_tokens": 6}


def test_stream_without_usage(http: Http) -> None:
    answer = http.v2({"stream": True})
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert b"\n: keep-alive\n" in answer.content
    *chunks, done = events(answer)
    assert done == "[DONE]" and answer.content.endswith(b"data: [DONE]\n\n")
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    assert "".join(delta["content"] for delta in deltas) == "你好。Hello world"
    assert ["role" in delta for delta in deltas] == [True] + [False] * (len(deltas) - 1)
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"
    assert not any("usage" in chunk for chunk in chunks)


def test_stream_with_usage(http: Http) -> None:
    body = {"stream": True, "stream_options": {"include_usage": True}}
    *chunks, last, done = events(http.v2(body))
    assert done == "[DONE]" and last["choices"] == []
    assert last["usage"] == {"prompt_tokens": 2, "completion_tokens": 4, "total_tokens": 6}
    assert all(chunk["usage"] is None for chunk in chunks)


def test_thinking_models_reason_first(http: Http) -> None:
    chunks = events(http.v2({"model": "ernie-x1-turbo-32k", "stream": True}))[:-1]
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    thinking = [bool(delta.get("reasoning_content")) for delta in deltas]
    assert thinking[0] and not thinking[-1] and thinking == sorted(thinking, reverse=True)
    body = http.v2({"model": "ernie-x1-turbo-32k"}).json()
    assert body["choices"][0]["message"]["reasoning_content"]
    assert body["usage"]["completion_tokens_details"]["reasoning_tokens"] > 0
    plain = http.v2({"model": "deepseek-v3.1-250821"}).json()
    assert "reasoning_content" not in plain["choices"][0]["message"]


def test_six_rate_limit_headers(http: Http) -> None:
    headers = http.v2({"model": "ernie-tiny-8k"}).raw.headers
    limits = {name: value for name, value in headers.items() if "ratelimit" in name.lower()}
    assert limits == {
        "X-Ratelimit-Limit-Requests": "300",
        "X-Ratelimit-Limit-Input-Tokens": "300000",
        "X-Ratelimit-Limit-Output-Tokens": "300000",
        "X-Ratelimit-Remaining-Requests": "299",
        "X-Ratelimit-Remaining-Input-Tokens": "299998",
        "X-Ratelimit-Remaining-Output-Tokens": "300000",
    }
    again = http.v2({"model": "ernie-tiny-8k"}).headers
    assert again["X-Ratelimit-Remaining-Output-Tokens"] == "299996"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"requests": 1}, "rpm_rate_limit_exceeded"),
        ({"tokens": 3}, "input_tpm_rate_limit_exceeded"),
        ({"tokens": 4}, "output_tpm_rate_limit_exceeded"),
    ],
)
def test_limits(serve: Serve, limits: dict[str, Any], code: str) -> None:
    four_tokens = saying("a", " b", " c", " d")
    options: dict[str, Any] = {"limits": Limits(**limits), "answer": four_tokens}
    http = Http(serve("qianfan", **options))
    body = {"model": "ernie-tiny-8k", "max_tokens": 4}
    assert [refusal(http, body), refusal(http, body)] == [GOOD, (429, code)]


def test_real_429_sample(serve: Serve) -> None:
    http = Http(serve("qianfan", limits=Limits(requests=0)))
    answer = http.v2({})
    assert answer.status_code == 429
    assert answer.json()["error"] == {
        "code": "rpm_rate_limit_exceeded", "message": "Rate limit reached for RPM",
        "type": "rate_limit_exceeded",
    }  # fmt: skip
    assert answer.headers["X-Ratelimit-Remaining-Requests"] == "0"


def test_models(http: Http, shared: Emulators) -> None:
    url = shared.environment["QIANFAN_V2_BASE_URL"] + "/models"
    assert http.session.get(url).status_code == 401
    key = {"Authorization": f"Bearer {shared.keys['QIANFAN_BEARER_TOKEN']}"}
    names = [row["id"] for row in http.session.get(url, headers=key).json()["data"]]
    assert {"ernie-speed-8k", "ernie-x1-turbo-32k", "deepseek-v3"} <= set(names)
