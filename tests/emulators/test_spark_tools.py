"""Web search and function calls on Spark's chat socket, as the document prints them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulators import Emulators
from tests.emulators.conftest import Serve
from tests.emulators.wire import Log, converse, spark_frame, spark_url

ROWS = [
    ("/v1.1/chat", "lite"), ("/v2.1/chat", "generalv2"), ("/v3.1/chat", "generalv3"),
    ("/chat/pro-128k", "pro-128k"), ("/v3.5/chat", "generalv3.5"), ("/chat/max-32k", "max-32k"),
    ("/v4.0/chat", "4.0Ultra"), ("/v1/x1", "spark-x"),
]  # fmt: skip


def code_of(shared: Emulators, frame: object) -> int:
    frames, _ = converse(spark_url(shared), frame)
    code: int = frames[-1]["header"]["code"]
    return code


def search(**switch: object) -> list[dict[str, Any]]:
    return [{"type": "web_search", "web_search": switch}]


# The plugin that the document prints, without its pages.
PLUGIN = {
    "name": "ifly_search", "content_type": "text", "content_meta": None, "role": "tool",
    "status": "finished", "invoked": {
        "namespace": "ifly_search", "plugin_id": "ifly_search", "plugin_ver": "",
        "status_code": 200, "status_msg": "Success", "type": "local",
    },
}  # fmt: skip


def test_sources_come_before_the_answer(shared: Emulators) -> None:
    tools = search(enable=True, show_ref_label=True, search_mode="deep")
    frames, _ = converse(spark_url(shared), spark_frame(tools=tools))
    first, *rest = frames
    assert first["header"]["status"] == 1 and set(first["payload"]) == {"plugins"}
    (plugin,) = first["payload"]["plugins"]["text"]
    pages = json.loads(plugin.pop("content"))
    assert plugin == PLUGIN
    assert [set(page) for page in pages] == [{"index", "url", "title"}] * len(pages)
    assert all(page["url"].startswith("https://example.org/") for page in pages)
    assert [frame["header"]["status"] for frame in rest] == [0, 1, 1, 1, 2]


@pytest.mark.parametrize(
    ("path", "domain", "tools", "cited"),
    [
        ("/v4.0/chat", "4.0Ultra", search(show_ref_label=True), True),
        ("/v3.5/chat", "generalv3.5", search(enable=False, show_ref_label=True), False),
        ("/v3.5/chat", "generalv3.5", search(enable=True), False),
        ("/v3.5/chat", "generalv3.5", None, False),
        # Pro searches, but the document says that it does not name its sources.
        ("/v3.1/chat", "generalv3", search(show_ref_label=True), False),
        # These do not search and do not look.
        ("/v1.1/chat", "lite", search(show_ref_label="yes"), False),
        ("/chat/pro-128k", "pro-128k", search(show_ref_label=True), False),
        ("/chat/max-32k", "max-32k", search(show_ref_label=True), False),
        ("/v2.1/chat", "generalv2", search(show_ref_label=True), False),
    ],
)
def test_who_names_sources(
    shared: Emulators, path: str, domain: str, tools: object, cited: bool
) -> None:
    frames, _ = converse(spark_url(shared, path), spark_frame(domain=domain, tools=tools))
    assert frames[-1]["header"]["code"] == 0
    assert ("plugins" in frames[0]["payload"]) == cited


@pytest.mark.parametrize(
    ("tools", "code"),
    [
        ([], 0), ([{"type": "web_search"}], 0), (search(search_mode="normal"), 0),
        (search(search_mode="wide"), 10005), (search(enable="true"), 10005),
        (search(show_ref_label=1), 10005), ([{"type": "function"}], 10005), ([{}], 10005),
        (search() + search(), 10005), ([{"type": "web_search", "web_search": []}], 10005),
        ({}, 10004), (["web_search"], 10004),
    ],
)  # fmt: skip
def test_rules_of_tools(shared: Emulators, tools: object, code: int) -> None:
    assert code_of(shared, spark_frame(tools=tools)) == code


WEATHER = {
    "name": "天气查询", "description": "天气插件", "parameters": {
        "type": "object", "required": ["location"],
        "properties": {"location": {"type": "string"}, "days": {"type": "integer"}},
    },
}  # fmt: skip
WRAPPED = {"type": "function", "function": WEATHER}
AS_TEXT = WEATHER | {"parameters": {"type": "object", "properties": '{"location":{},"days":{}}'}}


def asking(functions: object, domain: str = "generalv3.5", text: str = "天气查询：合肥") -> Any:
    frame = spark_frame([{"role": "user", "content": text}], domain)
    frame["payload"]["functions"] = functions
    return frame


@pytest.mark.parametrize("form", [WEATHER, WRAPPED, AS_TEXT])
def test_a_call_is_one_frame(shared: Emulators, form: object) -> None:
    (frame,), closing = converse(spark_url(shared), asking({"text": [form]}))
    header, payload = frame["header"], frame["payload"]
    assert (header["code"], header["status"], payload["choices"]["status"]) == (0, 2, 2)
    (item,) = payload["choices"]["text"]
    call = item.pop("function_call")
    # The item that the document prints.
    assert item == {"content": "", "role": "assistant", "content_type": "text", "index": 0}
    assert set(call) == {"name", "arguments"} and call["name"] == "天气查询"
    assert set(json.loads(call["arguments"])) == {"location", "days"}
    # 6 Han characters / 1.5.
    assert payload["usage"]["text"] == {
        "question_tokens": 4, "prompt_tokens": 4, "completion_tokens": 0, "total_tokens": 4,
    }  # fmt: skip
    assert closing == b"\x03\xe8close this ws conn"


def test_who_calls_functions(shared: Emulators) -> None:
    calling = set()
    for path, domain in ROWS:
        frames, _ = converse(spark_url(shared, path), asking({"text": [WEATHER]}, domain))
        if "function_call" in frames[-1]["payload"]["choices"]["text"][0]:
            calling.add(domain)
    assert {domain for _, domain in ROWS} - calling == {"lite", "generalv2"}


@pytest.mark.parametrize(
    ("functions", "code"),
    [
        ({}, 0), (None, 0), ({"text": []}, 0), ([], 10004), ({"text": {}}, 10004),
        ({"text": ["x"]}, 10004), ({"text": [{"name": "x"}]}, 10004),
        ({"text": [WEATHER | {"name": ""}]}, 10004),
        ({"text": [WEATHER | {"parameters": "{}"}]}, 10004),
        ({"text": [{"type": "function"}]}, 10004),
    ],
)  # fmt: skip
def test_rules_of_functions(shared: Emulators, functions: object, code: int) -> None:
    assert code_of(shared, asking(functions)) == code


def test_a_question_that_names_no_function_is_answered(shared: Emulators) -> None:
    frames, _ = converse(spark_url(shared), asking({"text": [WEATHER]}, text="你好"))
    assert "".join(texts_of(frames)) == "你好。Hello world"


def texts_of(frames: list[Any]) -> list[str]:
    return [frame["payload"]["choices"]["text"][0]["content"] for frame in frames]


def test_faults_hit_calls_too(serve: Serve, log: Log) -> None:
    running = serve("spark", fault="error_mid_stream")
    frames, _ = converse(spark_url(running), asking({"text": [WEATHER]}))
    assert [frame["header"]["code"] for frame in frames] == [10012]
    assert log.wait()["outcome"] == "error_mid_stream"
