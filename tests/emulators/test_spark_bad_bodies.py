"""Whatever is sent to Spark's services, the answer is the protocol's own, never a crash."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulators import Emulators, start
from emulators.iflytek.pictures import look
from tests.emulators.spark_http_wire import post
from tests.emulators.wire import ASK, Log, converse, saying, spark_frame, spark_url

LOG = Log()
TEXTS = st.sampled_from(["", "你好", "user", "tool", "function", "web_search", "x", "required"])
NAMES = st.sampled_from([
    "type", "function", "web_search", "enable", "search_mode", "name", "description", "parameters",
    "properties", "role", "content", "content_type", "tools", "text", "tool_calls",
])  # fmt: skip
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.floats(-3, 3), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)
FIELDS = st.sampled_from([
    "messages", "model", "stream", "tools", "tool_choice", "thinking", "response_format", "user",
    "suppress_plugin", "tool_calls_switch", "keep_alive", "max_tokens",
])  # fmt: skip
BODIES = st.dictionaries(FIELDS, VALUES, max_size=4)
FEW = settings(max_examples=80, deadline=None)


@pytest.fixture(scope="module")
def running() -> Iterator[Emulators]:
    names = ("spark", "spark-http", "spark-image")
    with start(names, tokens_per_second=float("inf"), answer=saying("好"), log=LOG) as emulators:
        yield emulators


def answered() -> None:
    row = LOG.rows.pop()
    assert row["outcome"] in ("ok", "length", "refused"), row


@FEW
@given(body=BODIES, x1=st.booleans())
def test_http(running: Emulators, body: dict[str, Any], x1: bool) -> None:
    model = {"model": "spark-x" if x1 else "4.0Ultra"}
    assert post(running, model | body, "/v2" if x1 else "/v1").status_code in (200, 400)
    answered()


@FEW
@given(chat=BODIES, functions=VALUES)
def test_tools(running: Emulators, chat: dict[str, Any], functions: object) -> None:
    frame = spark_frame(ASK)
    frame["parameter"]["chat"] |= chat
    frame["payload"]["functions"] = functions
    frames, _ = converse(spark_url(running), frame)
    assert frames[-1]["header"]["code"] in (0, 10003, 10004, 10005)
    answered()


@FEW
@given(text=VALUES, data=st.binary(max_size=40))
def test_image(running: Emulators, text: object, data: bytes) -> None:
    url = spark_url(running, "/v2.1/image", service="spark-image")
    content = base64.b64encode(b"\xff\xd8\xff" + data).decode()
    first = {"role": "user", "content": content, "content_type": "image"}
    for turns in (text, [first, *ASK]):
        frames, _ = converse(url, spark_frame(turns, "general"))
        assert frames[-1]["header"]["code"] in (0, 10003, 10004, 10029, 10041)
        answered()
        url = spark_url(running, "/v2.1/image", service="spark-image")


@given(data=st.binary(max_size=60), magic=st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]))
def test_any_bytes_can_be_looked_at(data: bytes, magic: bytes) -> None:
    picture = look(magic + data)
    assert picture is None or (picture.width >= 0 and picture.height >= 0)
