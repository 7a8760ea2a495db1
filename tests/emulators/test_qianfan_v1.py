"""v1 chat: errors as HTTP 200, every range edge, both answer shapes, headers."""

from __future__ import annotations

from typing import Any

import pytest

from emulators import Emulators
from tests.emulators.conftest import Serve
from tests.emulators.wire import ASK, Http, Log, events, saying

ODD = "the length of messages must be an odd number"
EVEN_INDEX = "the role of message with even index in the messages must be user or function"


@pytest.fixture(scope="module")
def token(http: Http) -> str:
    return http.token()


def error_of(http: Http, token: str, body: dict[str, Any], endpoint: str = "ernie_speed") -> Any:
    """The error code, None for an answer; both kinds of request must agree."""
    plain = http.v1(body, endpoint, token)
    assert plain.status_code == 200
    assert plain.headers["Content-Type"].startswith("application/json")
    code = plain.json().get("error_code")
    if code is not None and "stream" not in body:
        streamed = http.v1(body | {"stream": True}, endpoint, token)
        assert streamed.headers["Content-Type"] == "application/json"
        assert streamed.json()["error_code"] == code
    return code


def turns(*roles: str) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": "x"} for role in roles]}


@pytest.mark.parametrize(
    ("roles", "endpoint", "text"),
    [
        (["user", "assistant"], "ernie_speed", ODD),
        ([], "ernie_speed", ODD),
        (["system", "user"], "ernie_speed", ODD),
        (["system"], "ernie_speed", EVEN_INDEX),
        (["assistant"], "ernie_speed", EVEN_INDEX),
        (["user", "assistant", "assistant"], "ernie_speed", EVEN_INDEX),
        (["user", "assistant", "function"], "ernie_speed", EVEN_INDEX),
        (["function"], "completions", EVEN_INDEX),
        (["user", "user", "user"], "ernie_speed", "odd index"),
    ],
)
def test_message_order_is_336006(
    http: Http, token: str, roles: list[str], endpoint: str, text: str
) -> None:
    answer = http.v1(turns(*roles), endpoint, token).json()
    assert set(answer) == {"error_code", "error_msg", "id"} and answer["id"].startswith("as-")
    assert answer["error_code"] == 336006 and text in answer["error_msg"]


def test_functions_may_answer_where_they_are_supported(http: Http, token: str) -> None:
    assert error_of(http, token, turns("user", "assistant", "function"), "completions") is None


EDGES = [
    ("temperature", [0, 0.0001, 1, 1.0001, "1", True], [336003, None, None] + [336003] * 3),
    ("top_p", [-0.001, 0, 1, 1.001], [336003, None, None, 336003]),
    ("penalty_score", [0.999, 1, 2, 2.001], [336003, None, None, 336003]),
    ("frequency_penalty", [-2.01, -2, 2, 2.01], [336003, None, None, 336003]),
    ("presence_penalty", [-2.01, -2, 2, 2.01], [336003, None, None, 336003]),
    ("max_output_tokens", [1, 2, 2048, 2049, 2.5], [336003, None, None, 336003, 336003]),
    ("min_output_tokens", [1, 2, 2048, 2049], [336003, None, None, 336003]),
    ("stop", [["x" * 20] * 4, ["x"] * 5, ["x" * 21], "x", [1]], [None] + [336003] * 4),
    ("system", ["you", 5], [None, 336104]),
]


@pytest.mark.parametrize(("name", "values", "codes"), EDGES, ids=[edge[0] for edge in EDGES])
def test_every_edge(
    http: Http, token: str, name: str, values: list[Any], codes: list[int | None]
) -> None:
    assert [error_of(http, token, {"messages": ASK, name: value}) for value in values] == codes


@pytest.mark.parametrize(
    ("endpoint", "most"),
    [("completions_pro", 2048), ("ernie-speed-128k", 4096), ("ernie-char-8k", 1024),
     ("ernie-lite-pro-128k", 2048), ("ernie-lite-8k", 2048)],
)  # fmt: skip
def test_output_limits_by_model(http: Http, token: str, endpoint: str, most: int) -> None:
    for value, code in ((most, None), (most + 1, 336003)):
        body = {"messages": ASK, "max_output_tokens": value}
        assert error_of(http, token, body, endpoint) == code


def test_parameters_of_other_groups_are_ignored(http: Http, token: str) -> None:
    body = {"messages": ASK, "frequency_penalty": 9, "model": "x", "unheard_of": 1}
    assert error_of(http, token, body, "completions_pro") is None
    assert error_of(http, token, {"messages": ASK, "max_output_tokens": 9999}, "eb-instant") is None


def test_lengths(http: Http, token: str) -> None:
    def ask(content: str, system: str = "") -> Any:
        body = {"messages": [{"role": "user", "content": content}], "system": system}
        return http.v1(body, token=token).json()

    assert "result" in ask("a" * 24000)
    assert ask("a" * 24001)["error_msg"] == "the max input characters is 24000"
    assert ask("a" * 24000, system="b")["error_code"] == 336007
    # 9830 Han characters are 6144 tokens.
    assert "result" in ask("字" * 9830)
    assert ask("字" * 9831)["error_code"] == 336103


def test_bodies_that_are_no_request(http: Http, shared: Emulators, token: str) -> None:
    url = shared.urls["qianfan"] + "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/ernie_speed"
    for body in (b"{", b"[]", b"", b"\xff", b'{"messages":NaN}', b"[" * 100_000):
        answer = http.session.post(url, params={"access_token": token}, data=body)
        assert (answer.status_code, answer.json()["error_code"]) == (200, 336002)
    for content in ("", "\n \r\f", 5, None, ["x"]):
        assert error_of(http, token, {"messages": [{"role": "user", "content": content}]}) == 336003
    assert error_of(http, token, {}) == 336003
    assert error_of(http, token, {"messages": ASK, "stream": "yes"}) == 336003


def test_unknown_endpoint_is_code_3(http: Http, shared: Emulators, token: str) -> None:
    assert error_of(http, token, {"messages": ASK}, "ernie-speed-8k") == 3
    url = shared.urls["qianfan"] + "/rpc/2.0/ai_custom/v1/wenxinworkshop/embeddings/x"
    assert http.session.post(url).json()["error_code"] == 3


def test_whole_answer(http: Http, token: str) -> None:
    answer = http.v1({"messages": ASK}, token=token)
    body = answer.json()
    assert body["object"] == "chat.completion" and body["id"].startswith("as-")
    assert body["result"] == "你好。Hello world"
    assert (body["is_truncated"], body["need_clear_history"]) == (False, False)
    assert body["finish_reason"] == "normal"
    usage = {"prompt_tokens": 2, "completion_tokens": 4, "total_tokens": 6}
    assert body["usage"] == usage
    assert answer.headers["Content-Encoding"] == "gzip"
    expected = f"eb_total_tokens:6,prompt_tokens:2,id:{body['id']}"
    assert answer.headers["X-Aipe-Self-Def"] == expected


def test_stream(http: Http, token: str) -> None:
    answer = http.v1({"messages": ASK, "stream": True}, token=token)
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.headers["X-Ratelimit-Limit-Requests"] == "300"
    text = answer.content.decode("utf-8")
    assert "[DONE]" not in text and "\\u" not in text and "event:" not in text
    assert all(line == "" or line.startswith("data: {") for line in text.split("\n"))
    frames = events(answer)
    assert [frame["sentence_id"] for frame in frames] == [0, 1, 2]
    assert [frame["is_end"] for frame in frames] == [False, False, True]
    assert [frame["result"] for frame in frames] == ["你好。", "Hello world", ""]
    assert len({frame["id"] for frame in frames}) == 1
    usage = [tuple(frame["usage"].values()) for frame in frames]
    assert usage == [(2, 0, 2), (2, 0, 2), (2, 4, 6)]


def test_truncated_answers_say_so(serve: Serve, log: Log) -> None:
    http = Http(serve("qianfan", answer=saying(*"abcdefgh".upper(), *["，x"] * 9)))
    body = http.v1({"messages": ASK, "max_output_tokens": 3}).json()
    assert (body["is_truncated"], body["finish_reason"]) == (True, "length")
    assert body["usage"]["completion_tokens"] == 3
    frames = events(http.v1({"messages": ASK, "max_output_tokens": 3, "stream": True}))
    assert frames[-1]["is_truncated"] and frames[-1]["is_end"]
    assert log.wait(4)["outcome"] == "length"


def test_rate_limit_headers_have_the_exact_names(http: Http, token: str) -> None:
    headers = http.v1({"messages": ASK}, "ernie-tiny-8k", token).raw.headers
    limits = {name: value for name, value in headers.items() if "ratelimit" in name.lower()}
    # Only the prompt has been deducted when the headers are sent.
    assert limits == {
        "X-Ratelimit-Limit-Requests": "300", "X-Ratelimit-Limit-Tokens": "300000",
        "X-Ratelimit-Remaining-Requests": "299", "X-Ratelimit-Remaining-Tokens": "299998",
    }  # fmt: skip
    again = http.v1({"messages": ASK}, "ernie-tiny-8k", token).headers
    assert again["X-Ratelimit-Remaining-Requests"] == "298"
    assert again["X-Ratelimit-Remaining-Tokens"] == "299992"
    assert not {"retry-after", "x-ratelimit-reset-requests"} & {name.lower() for name in again}
