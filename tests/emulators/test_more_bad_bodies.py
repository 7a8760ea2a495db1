"""Whatever is sent to dictation, OCR and ChatGLM, the answer is their own, never a crash."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulators import Emulators, start
from tests.emulators.iat_wire import dictate, first
from tests.emulators.ocr_wire import body_of, post
from tests.emulators.wire import ASK, Http, Log, saying

LOG = Log()
TEXTS = st.sampled_from(["", "你好", "\ud800", "\x00", "user", "zh_cn", "wpgs", "AAAA", "1"])
NUMBERS = st.one_of(st.integers(-3, 3), st.just(10**400), st.floats(-3, 3), st.just(1e300))
NAMES = st.sampled_from([
    "app_id", "language", "domain", "accent", "status", "audio", "format", "encoding", "image",
    "role", "content", "hh_ocr_recognize_doc", "recognizeDocumentRes",
])  # fmt: skip
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=8,
)
FIELDS = {
    "iat": ["common", "business", "data"],
    "ocr": ["header", "parameter", "payload"],
    "chatglm": ["prompt", "history", "max_length", "top_p", "temperature"],
    "chatglm3": ["model", "messages", "temperature", "top_p", "max_tokens", "stream", "tools",
                 "repetition_penalty"],
}  # fmt: skip
OPTIONS = st.sampled_from(["eos", "ptt", "dwa", "rlang", "nbest", "vinfo", "language"])
FEW = settings(max_examples=80, deadline=None)


def bodies(service: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(FIELDS[service]), VALUES, max_size=3)


@pytest.fixture(scope="module")
def running() -> Iterator[Emulators]:
    with start(
        list(FIELDS), tokens_per_second=float("inf"), answer=saying("好"), log=LOG
    ) as emulators:
        yield emulators


def answered() -> None:
    row = LOG.rows.pop()
    assert row["outcome"] in ("ok", "length", "refused"), row


@FEW
@given(body=bodies("iat"), options=st.dictionaries(OPTIONS, VALUES, max_size=2), later=VALUES)
def test_iat(
    running: Emulators, body: dict[str, Any], options: dict[str, Any], later: object
) -> None:
    frame = first(b"\1" * 99)
    frame["business"] = frame["business"] | options
    results = dictate(running, [frame | body, {"data": later}, {"data": {"status": 2}}])
    assert results[-1]["code"] in (10005, 10006, 10007, 10161, 10163, 10165, 10313, 11200, 0)
    answered()


@FEW
@given(body=bodies("ocr"), data=st.binary(max_size=60))
def test_ocr(running: Emulators, body: dict[str, Any], data: bytes) -> None:
    for picture in (data, b"BM" + data, b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" + data):
        answer = post(running, body_of(picture) | body)
        assert answer.json()["header"]["code"] in (0, 10009, 10161, 10163, 10313)
        answered()


@FEW
@given(body=bodies("chatglm"), path=st.sampled_from(["/", "/stream"]))
def test_chatglm(running: Emulators, body: dict[str, Any], path: str) -> None:
    data = json.dumps({"prompt": "x"} | body)
    answer = Http(running).session.post(running.urls["chatglm"] + path, data=data)
    assert answer.status_code in (200, 500)
    answered()


@FEW
@given(body=bodies("chatglm3"))
def test_chatglm3(running: Emulators, body: dict[str, Any]) -> None:
    data = json.dumps({"model": "x", "messages": ASK} | body)
    url = running.urls["chatglm3"] + "/v1/chat/completions"
    assert Http(running).session.post(url, data=data).status_code in (200, 400, 422, 500)
    answered()
