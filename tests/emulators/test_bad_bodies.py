"""Whatever a body holds, the answer is the protocol's own: never a fault of the emulator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulators import Emulators, start
from emulators.answers import TokenLike
from emulators.openai.rows import BY_NAME as OPENAI
from tests.emulators.conftest import Serve
from tests.emulators.wire import ASK, Http, Log, converse, saying, spark_frame, spark_url

LOG = Log()
ODD_TEXTS = st.sampled_from(["", " ", "你好", "\ud800", "\x00", "user", "system", "a" * 30])
NUMBERS = st.one_of(st.integers(-3, 3), st.just(10**400), st.floats(-3, 3), st.just(1e300))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, ODD_TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["role", "content", "type", "text"]), inner, max_size=3),
    ),
    max_leaves=6,
)
NAMES = st.sampled_from([
    "messages", "model", "stream", "temperature", "top_p", "top_k", "penalty_score", "stop", "seed",
    "max_tokens", "max_output_tokens", "system", "functions", "stream_options", "metadata",
    "response_format", "tool_choice", "web_search", "enable_thinking", "logprobs", "n",
    "thinking", "reasoning", "reasoning_effort", "chat_template_kwargs", "tools", "top_logprobs",
    "max_completion_tokens", "frequency_penalty", "presence_penalty",
])  # fmt: skip
BODIES = st.dictionaries(NAMES, VALUES, max_size=3)
FEW = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def running() -> Iterator[Emulators]:
    with start(tokens_per_second=float("inf"), answer=saying("好"), log=LOG) as emulators:
        yield emulators


def answered() -> None:
    row = LOG.rows.pop()
    assert row["outcome"] in ("ok", "length", "refused"), row


@FEW
@given(body=BODIES, endpoint=st.sampled_from(["ernie_speed", "completions", "yi_34b_chat"]))
def test_v1(running: Emulators, body: dict[str, Any], endpoint: str) -> None:
    http = Http(running)
    answer = http.v1({"messages": ASK} | body, endpoint)
    assert answer.status_code == 200
    answered()


@FEW
@given(body=BODIES)
def test_v2(running: Emulators, body: dict[str, Any]) -> None:
    assert Http(running).v2(body).status_code in (200, 400, 401)
    answered()


@FEW
@given(body=BODIES, service=st.sampled_from(list(OPENAI)))
def test_openai(running: Emulators, body: dict[str, Any], service: str) -> None:
    assert Http(running).openai(body, service).status_code in (200, 400, 404, 422)
    answered()


@FEW
@given(chat=BODIES, text=st.one_of(VALUES, st.just(ASK)))
def test_spark(running: Emulators, chat: dict[str, Any], text: object) -> None:
    frame = spark_frame(text)
    frame["parameter"]["chat"] |= chat
    frames, _ = converse(spark_url(running), frame)
    assert frames[-1]["header"]["code"] in (0, 10003, 10004, 10005)
    answered()


def test_odd_texts_reach_the_handbook(serve: Serve) -> None:
    http = Http(serve("qianfan", answer=None))
    for text in ("\ud800", "\x00", "🙂", "x\u2028y"):
        assert http.v2({"messages": [{"role": "user", "content": text}]}).status_code == 200


def test_a_failing_answer_is_on_record_too(serve: Serve, log: Log) -> None:
    def failing(question: str, system: str, sampling: object) -> Iterator[TokenLike]:
        raise KeyError(question)

    http = Http(serve("qianfan", answer=failing))
    assert http.v2({}).status_code == 500
    assert log.wait()["outcome"] == "server error"
