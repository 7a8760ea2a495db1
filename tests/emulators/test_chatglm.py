"""The two behaviours of ChatGLM-6B's server, byte for byte as the notes have them."""

from __future__ import annotations

import json
import threading
import time
from datetime import datetime
from typing import Any

import pytest
import requests

from emulators import Emulators
from tests.emulators.conftest import Serve
from tests.emulators.wire import Http, Log, endless, raw_request, saying

FAILED = (500, "text/plain; charset=utf-8", "Internal Server Error")
WAVE = saying("你", "好", "👋")


def ask(running: Emulators, body: object, path: str = "/") -> requests.Response:
    data = body if isinstance(body, str) else json.dumps(body)
    return Http(running).session.post(running.urls["chatglm"] + path, data=data, stream=True)


def told(answer: requests.Response) -> tuple[int, str | None, str]:
    return answer.status_code, answer.headers.get("Content-Type"), answer.text


def last_item(data: bytes) -> str:
    return data.rpartition(b"<^>")[2].decode()


def naive(chunks: list[bytes]) -> str:
    """Source 001's reader, which looks at one chunk alone."""
    text = ""
    for chunk in chunks:
        text = chunk[chunk.rfind(b"<^>") + 3 :].decode("utf-8")
    return text


def test_a_whole_answer(serve: Serve) -> None:
    running = serve("chatglm", answer=WAVE)
    answer = ask(running, {"prompt": "在吗", "history": [["你好", "你好！"]]})
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    assert list(body) == ["response", "history", "status", "time"]
    assert (body["response"], body["status"]) == ("你好👋", 200)
    assert body["history"] == [["你好", "你好！"], ["在吗", "你好👋"]]
    assert abs(datetime.strptime(body["time"], "%Y-%m-%d %H:%M:%S").timestamp() - time.time()) < 60


def test_the_stream_repeats_the_text_so_far(serve: Serve) -> None:
    answer = ask(serve("chatglm", answer=WAVE), {"prompt": "在吗"}, "/stream")
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert "Content-Type" not in answer.headers
    assert answer.content == "<^>你<^>你好<^>你好👋".encode()


def test_chunks_of_the_stream_are_cut_anywhere(serve: Serve) -> None:
    words = [*"今天天气很好我们下午三点开会请不要迟到"]
    running = serve("chatglm", answer=saying(*words))
    chunks = list(ask(running, {"prompt": "x"}, "/stream").iter_content(None))
    data = b"".join(chunks)
    steps = ["".join(words[:n]) for n in range(1, len(words) + 1)]
    assert data.decode() == "".join("<^>" + step for step in steps)
    with pytest.raises(UnicodeDecodeError):
        naive(chunks)
    ends = [b"".join(chunks[:n]) for n in range(1, len(chunks))]
    assert any(end.endswith(b"<") for end in ends) and any(end.endswith(b"<^") for end in ends)
    assert any(not end.endswith(b"<^>") and _splits_a_character(end) for end in ends)
    assert all(chunks)


def _splits_a_character(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return True
    return False


@pytest.mark.parametrize("path", ["/", "/stream"])
@pytest.mark.parametrize(
    "body",
    ["{", "[]", "", {}, {"prompt": None}, {"prompt": 5}, {"prompt": "x", "history": "y"},
     {"prompt": "x", "history": [["a"]]}, {"prompt": "x", "history": [["a", 1]]},
     {"prompt": "x", "temperature": -1}, {"prompt": "x", "temperature": "hot"},
     {"prompt": "x", "top_p": 1.1}, {"prompt": "x", "max_length": 1.5}],
)  # fmt: skip
def test_whatever_is_wrong_is_500(shared: Emulators, body: object, path: str) -> None:
    assert told(ask(shared, body, path)) == FAILED


@pytest.mark.parametrize(
    "more",
    [{"temperature": 0}, {"top_p": 0}, {"max_length": 0}, {"history": None}, {"history": []},
     {"temperature": None, "top_p": None, "max_length": None}, {"unknown": 1}],
)  # fmt: skip
def test_nothing_is_the_default(shared: Emulators, more: dict[str, Any]) -> None:
    assert ask(shared, {"prompt": "x"} | more).json()["response"] == "你好。Hello world"


def test_other_paths_and_methods(shared: Emulators) -> None:
    json_type = "application/json"
    assert told(ask(shared, {}, "/chat")) == (404, json_type, '{"detail":"Not Found"}')
    for path in ("/", "/stream"):
        answer = requests.get(shared.urls["chatglm"] + path, timeout=5)
        assert told(answer) == (405, json_type, '{"detail":"Method Not Allowed"}')


def test_max_length_counts_prompt_and_answer_together(serve: Serve, log: Log) -> None:
    running = serve("chatglm", answer=endless)
    # 16 Han characters are 10 tokens.
    for prompt, length in (("字" * 16, 20), ("字" * 32, 30), ("字" * 32, 20), ("字" * 48, 20)):
        answer = ask(running, {"prompt": prompt, "max_length": length}).json()
        left = length - len(prompt) * 10 // 16
        assert len(answer["response"]) == max(0, left) * 16 // 10
    history = [["字" * 16, "字" * 16]]
    answer = ask(running, {"prompt": "字" * 16, "history": history, "max_length": 40}).json()
    assert len(answer["response"]) == 16
    assert {log.wait(n)["outcome"] for n in range(1, 6)} == {"length"}


def test_one_question_at_a_time(serve: Serve, log: Log) -> None:
    running = serve("chatglm", answer=endless, fault="stall")
    stream = ask(running, {"prompt": "first"}, "/stream").iter_content(None)
    assert next(stream) == "<^>字".encode()
    running.fault = None
    answers: list[int] = []
    body = {"prompt": "second", "max_length": 20}
    second = threading.Thread(target=lambda: answers.append(ask(running, body).status_code))
    second.start()
    second.join(0.3)
    assert second.is_alive() and answers == []
    stream.close()  # type: ignore[attr-defined]
    second.join(5)
    assert answers == [200]
    rows = [log.wait(n) for n in (1, 2)]
    assert [row["body"]["prompt"] for row in rows] == ["first", "second"]
    assert rows[0]["outcome"] == "client gone"


@pytest.mark.parametrize("fault", ["unavailable", "rate_limited", "quota", "expired_token"])
def test_refusals_are_plain_text(serve: Serve, log: Log, fault: str) -> None:
    running = serve("chatglm", fault=fault)
    busy = (503, "text/plain; charset=utf-8", "Service Unavailable")
    for path in ("/", "/stream"):
        answer = told(ask(running, {"prompt": "x"}, path))
        assert answer == (FAILED if fault == "unavailable" else busy)
    assert [log.wait(n)["outcome"] for n in (1, 2)] == [fault] * 2


@pytest.mark.parametrize(
    ("fault", "outcome"), [("cut", "cut"), ("error_mid_stream", "error_mid_stream")]
)
def test_faults_that_drop_the_connection(serve: Serve, log: Log, fault: str, outcome: str) -> None:
    running = serve("chatglm", fault=fault, answer=endless)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        assert ask(running, {"prompt": "x"}, "/stream").content
    assert log.wait()["outcome"] == outcome
    if fault == "error_mid_stream":
        assert told(ask(running, {"prompt": "x"})) == FAILED


def test_a_stream_can_end_early_without_a_sign(serve: Serve, log: Log) -> None:
    running = serve("chatglm", fault="content_filter", answer=endless)
    assert last_item(ask(running, {"prompt": "x"}, "/stream").content) == "字字字"
    assert ask(running, {"prompt": "x"}).json()["response"] == "字字字"
    assert [log.wait(n)["outcome"] for n in (1, 2)] == ["content_filter"] * 2


def test_html_and_silence(serve: Serve, log: Log) -> None:
    running = serve("chatglm", fault="html")
    assert ask(running, {"prompt": "x"}).status_code == 502
    running.fault = "silent"
    silent = raw_request(running.urls["chatglm"], "POST /stream HTTP/1.1", b'{"prompt":"x"}')
    silent.settimeout(0.2)
    with pytest.raises(TimeoutError):
        silent.recv(1)
    silent.close()
    assert log.wait(2)["outcome"] == "client gone"
