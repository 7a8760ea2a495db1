"""Spark's frames, ranges and message rules, as printed in the notes."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from emulators import Emulators, Limits
from tests.emulators.conftest import Serve
from tests.emulators.wire import Log, converse, saying, spark_frame, spark_url

ROWS = [
    ("/v1.1/chat", "lite", 8192, 4096),
    ("/v2.1/chat", "generalv2", 8192, 8192),
    ("/v3.1/chat", "generalv3", 8192, 8192),
    ("/chat/pro-128k", "pro-128k", 131072, 4096),
    ("/v3.5/chat", "generalv3.5", 8192, 8192),
    ("/chat/max-32k", "max-32k", 32768, 8192),
    ("/v4.0/chat", "4.0Ultra", 8192, 8192),
]


def code_of(shared: Emulators, frame: object, path: str = "/v3.5/chat") -> int:
    frames, _ = converse(spark_url(shared, path), frame)
    code: int = frames[-1]["header"]["code"]
    assert (code == 0) == ("payload" in frames[-1])
    return code


def test_frames_of_an_answer(shared: Emulators) -> None:
    frames, closing = converse(spark_url(shared), spark_frame())
    assert closing == b"\x03\xe8close this ws conn"
    assert [frame["header"]["status"] for frame in frames] == [0, 1, 1, 1, 2]
    assert [frame["payload"]["choices"]["status"] for frame in frames] == [0, 1, 1, 1, 2]
    assert [frame["payload"]["choices"]["seq"] for frame in frames] == [0, 1, 2, 3, 4]
    texts = [frame["payload"]["choices"]["text"][0] for frame in frames]
    assert "".join(text["content"] for text in texts) == "你好。Hello world"
    assert {text["role"] for text in texts} == {"assistant"}
    assert all(frame["header"]["message"] == "Success" for frame in frames)
    assert ["usage" in frame["payload"] for frame in frames] == [False] * 4 + [True]
    # 2 Han characters: ceil(2 / 1.5) = 2; with 2 words also ceil(2 / 0.8) = 3.
    assert frames[-1]["payload"]["usage"]["text"] == {
        "question_tokens": 2, "prompt_tokens": 2, "completion_tokens": 5, "total_tokens": 7,
    }  # fmt: skip


def test_session_id_holds_the_time(shared: Emulators) -> None:
    frames, _ = converse(spark_url(shared), spark_frame())
    sids = {frame["header"]["sid"] for frame in frames}
    match = re.fullmatch(r"cht[0-9a-f]{8}@dx([0-9a-f]{11})[0-9a-f]{7}", sids.pop())
    assert match and not sids
    assert abs(int(match.group(1), 16) / 1000 - time.time()) < 60


def test_error_frame_is_a_header_alone_then_close(shared: Emulators) -> None:
    frames, closing = converse(spark_url(shared), spark_frame(domain="general"))
    (frame,) = frames
    assert set(frame) == {"header"} and set(frame["header"]) == {"code", "message", "sid", "status"}
    assert frame["header"]["code"] == 10003 and frame["header"]["status"] == 2
    form = r"ClientMsgError:\(\d\d:\d\d:\d\d\.\d{3}\) invalid model domain"
    assert re.fullmatch(form, frame["header"]["message"])
    assert closing == b"\x03\xe8close this ws conn"


@pytest.mark.parametrize(("path", "domain", "context", "output"), ROWS)
def test_limits_of_every_model(
    shared: Emulators, path: str, domain: str, context: int, output: int
) -> None:
    def ask(**options: Any) -> int:
        return code_of(shared, spark_frame(domain=domain, **options), path)

    assert [ask(max_tokens=n) for n in (0, 1, output, output + 1)] == [10005, 0, 0, 10005]
    words = int(context * 0.8)
    assert ask(text=[{"role": "user", "content": "w " * words}]) == 0
    assert ask(text=[{"role": "user", "content": "w " * (words + 2)}]) == 10907
    assert code_of(shared, spark_frame(domain="generalv9"), path) == 10003
    system = [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]
    assert ask(text=system) == (10003 if domain == "lite" else 0)


@pytest.mark.parametrize(
    ("chat", "code"),
    [
        ({"temperature": 0}, 10005), ({"temperature": 0.0001}, 0), ({"temperature": 1}, 0),
        ({"temperature": 1.001}, 10005), ({"temperature": "0.5"}, 10005),
        ({"temperature": True}, 10005),
        ({"top_k": 0}, 10005), ({"top_k": 1}, 0), ({"top_k": 6}, 0), ({"top_k": 7}, 10005),
        ({"top_k": 2.5}, 10005), ({"max_tokens": 10.5}, 10005),
        # Tolerated: what real clients send beside the documented fields.
        ({"auditing": "default", "chat_id": "x", "random_threshold": 0.5, "search_disable": True,
          "function_choice": "auto"}, 0),
    ],
)  # fmt: skip
def test_ranges(shared: Emulators, chat: dict[str, Any], code: int) -> None:
    assert code_of(shared, spark_frame(**chat)) == code


def turns(*roles: str) -> list[dict[str, str]]:
    return [{"role": role, "content": "x"} for role in roles]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (turns("user", "assistant", "user"), 0),
        (turns("system", "user", "assistant", "user"), 0),
        (turns("user", "assistant"), 10003),
        (turns("system"), 10003),
        (turns("assistant", "user"), 10003),
        (turns("user", "user"), 10003),
        (turns("user", "system", "user"), 10003),
        (turns("system", "system", "user"), 10003),
        (turns("tool"), 10003),
        ([], 10003),
        ("hi", 10003),
        ([{"role": "user", "content": ""}], 10003),
        (["hi"], 10004),
    ],
)
def test_message_rules(shared: Emulators, text: object, code: int) -> None:
    assert code_of(shared, spark_frame(text)) == code


def test_content_must_be_a_string_and_go_says_so(shared: Emulators) -> None:
    frames, _ = converse(spark_url(shared), spark_frame([{"role": "user", "content": ["hi"]}]))
    message = frames[0]["header"]["message"]
    assert frames[0]["header"]["code"] == 10003
    assert message.endswith(
        "json: cannot unmarshal array into Go struct field "
        "message.payload.message.text.content of type string"
    )


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("not json", 10003), ("[]", 10003), ('{"header":{"app_id":NaN}}', 10003), ("{}", 10004),
        ({"header": {}, "parameter": {"chat": {}}}, 10004),
        (spark_frame(app_id="otherapp"), 11200),
        (spark_frame() | {"payload": {}}, 10004),
        (spark_frame() | {"payload": {"message": {"text": turns("user")}, "functions": {}}}, 0),
        ("[" * 100_000, 10003),
    ],
)  # fmt: skip
def test_schema(shared: Emulators, frame: object, code: int) -> None:
    assert code_of(shared, frame) == code


def test_x1_reasons_first_and_has_ranges_of_its_own(shared: Emulators) -> None:
    frame = spark_frame(domain="spark-x", temperature=1.2, presence_penalty=2.01)
    frames, _ = converse(spark_url(shared, "/v1/x1"), frame)
    texts = [frame["payload"]["choices"]["text"][0] for frame in frames]
    thinking = [text for text in texts if text.get("reasoning_content")]
    assert thinking == texts[: len(thinking)] and all(text["content"] == "" for text in thinking)
    assert frames[-1]["header"]["status"] == 2


def reasons(shared: Emulators, **chat: Any) -> bool:
    frames, _ = converse(spark_url(shared, "/v1/x1"), spark_frame(domain="spark-x", **chat))
    texts = [frame["payload"]["choices"]["text"][0] for frame in frames]
    return any("reasoning_content" in text for text in texts)


def test_x1_thinks_unless_told_not_to(shared: Emulators) -> None:
    told = [{"thinking": {"type": kind}} for kind in ("enabled", "auto", "disabled")]
    assert [reasons(shared, **chat) for chat in ({}, *told)] == [True, True, True, False]
    frame = spark_frame(domain="spark-x", thinking={"type": "never"})
    assert code_of(shared, frame, "/v1/x1") == 10005
    assert code_of(shared, spark_frame(thinking={"type": "never"})) == 0


@pytest.mark.parametrize(("uid", "code"), [("u" * 32, 0), ("u" * 33, 10004), (5, 10004)])
def test_uid_has_at_most_32_characters(shared: Emulators, uid: object, code: int) -> None:
    frame = spark_frame()
    frame["header"]["uid"] = uid
    assert code_of(shared, frame) == code


def test_max_tokens_ends_the_answer(serve: Serve, log: Log) -> None:
    running = serve("spark", answer=saying(*"一二三四五六七八九十"))
    frames, _ = converse(spark_url(running), spark_frame(max_tokens=4))
    assert frames[-1]["payload"]["usage"]["text"]["completion_tokens"] == 4
    row = log.wait()
    assert (row["outcome"], row["output_tokens"], row["status"]) == ("length", 4, 1000)


def test_connections_per_second_when_limited(serve: Serve) -> None:
    now = [0.0]
    running = serve("spark", limits=Limits(per_second=2, clock=lambda: now[0]))
    assert [code_of(running, spark_frame()) for _ in range(3)] == [0, 0, 11202]
    now[0] = 1.0
    assert code_of(running, spark_frame()) == 0
