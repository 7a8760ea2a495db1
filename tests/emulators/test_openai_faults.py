"""Where the faults of the OpenAI-compatible services end an answer."""

from __future__ import annotations

import pytest

from tests.emulators.conftest import Serve
from tests.emulators.wire import Http, Log, endless, events


@pytest.mark.parametrize("stream", [True, False])
def test_the_review_of_zhipu_ends_an_answer_in_its_own_word(
    serve: Serve, log: Log, stream: bool
) -> None:
    http = Http(serve("zhipu", "openai", fault="content_filter"))
    for service, reason in (("zhipu", "sensitive"), ("openai", "content_filter")):
        answer = http.openai({"stream": stream}, service)
        last = events(answer)[-2] if stream else answer.json()
        assert last["choices"][0]["finish_reason"] == reason
    assert log.wait(2)["outcome"] == "content_filter"


@pytest.mark.parametrize(("fault", "outcome"), [
    ("cut", "cut"), ("error_mid_stream", "error_mid_stream"), ("content_filter", "content_filter"),
])  # fmt: skip
def test_faults_reach_tool_calls(serve: Serve, log: Log, fault: str, outcome: str) -> None:
    http = Http(serve("openai", fault=fault))
    tool = {"type": "function", "function": {"name": "你好"}}
    try:
        http.openai({"tools": [tool], "stream": True})
    except OSError:
        assert fault == "cut"
    assert log.wait()["outcome"] == outcome


def test_openrouter_breaks_in_a_chunk(serve: Serve) -> None:
    http = Http(serve("openrouter", fault="error_mid_stream", answer=endless))
    last = events(http.openai({"stream": True}, "openrouter"))[-1]
    assert last["error"]["code"] == "server_error" and last["object"] == "chat.completion.chunk"
    assert last["choices"] == [{"index": 0, "delta": {"content": ""}, "finish_reason": "error"}]
