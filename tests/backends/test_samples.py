"""Answers as providers' documents and public captures print them, read by our clients."""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import Any

from backends import Completion, Delta
from backends.fold import Fold
from backends.providers import iat, qianfan_v1, spark
from backends.providers.spark_errors import ERRORS
from tests.backends.test_dialects import STREAM, Dialect, _style, read

JSON = {"content-type": "application/json; charset=utf-8"}


def v1(*frames: dict[str, Any]) -> Completion:
    """What a v1 stream of these frames comes to."""
    body = "".join(f"data: {json.dumps(frame)}\n\n" for frame in frames).encode()
    answer, error = read(Dialect(body, qianfan_v1._deltas, headers=dict(STREAM)), [body])
    assert error is None
    return answer


def v1_frame(result: str, usage: tuple[int, int, int], end: bool = False) -> dict[str, Any]:
    names = ("prompt_tokens", "completion_tokens", "total_tokens")
    counts = dict(zip(names, usage, strict=True))
    return {"id": "as-x", "result": result, "is_end": end, "finish_reason": "normal",
            "is_truncated": False, "need_clear_history": False, "usage": counts}  # fmt: skip


def socket(*frames: Any) -> Generator[str, None, str]:
    """The text frames of a WebSocket that then closes as the service does."""
    for frame in frames:
        yield json.dumps(frame)
    return "1000 close this ws conn"


def folded(deltas: Any) -> Completion:
    fold = Fold()
    for delta in deltas:
        assert isinstance(delta, Delta)
        fold.add(delta)
    return fold.completion()


def test_usage_of_2023_counts_each_frame_by_itself() -> None:
    answer = v1(
        v1_frame("你", (14, 100, 114)), v1_frame("好", (14, 205, 319)),
        v1_frame("", (14, 0, 319), end=True),
    )  # fmt: skip
    assert answer.usage is not None
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (14, 305)
    assert answer.usage.total_tokens == 319


def test_usage_of_2024_counts_at_the_end_alone() -> None:
    answer = v1(v1_frame("你好", (2, 0, 2)), v1_frame("", (2, 36, 38), end=True))
    assert answer.usage is not None
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (2, 36)


def test_a_whole_v1_answer_is_not_complete_when_it_says_so() -> None:
    whole = {
        "id": "as-x", "object": "chat.completion", "created": 1, "result": "我不能",
        "is_truncated": False, "need_clear_history": True, "ban_round": 0, "flag": 1,
        "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7},
    }  # fmt: skip
    body = json.dumps(whole).encode()
    answer, error = read(Dialect(body, qianfan_v1._deltas, headers=JSON), [body])
    assert (answer.finish_reason, error) == ("content_filter", None)
    assert answer.extras == {"need_clear_history": True, "ban_round": 0, "flag": 1}
    body = json.dumps({**whole, "need_clear_history": False, "is_truncated": True}).encode()
    assert read(Dialect(body, qianfan_v1._deltas, headers=JSON), [body])[0].finish_reason == (
        "length"
    )


def test_a_middle_frame_that_says_normal_is_not_the_end() -> None:
    first = v1_frame("你", (2, 0, 2))
    body = f"data: {json.dumps(first)}\n\n".encode()
    _, error = read(Dialect(body, qianfan_v1._deltas, headers=dict(STREAM)), [body])
    assert error == "Protocol"


def test_a_function_of_spark_comes_in_one_frame_without_text() -> None:
    frame = {
        "header": {"code": 0, "message": "Success", "sid": "cht000b41d5@dx", "status": 2},
        "payload": {
            "choices": {
                "status": 2, "seq": 0,
                "text": [{
                    "content": "", "role": "assistant", "content_type": "text",
                    "function_call": {"name": "天气查询", "arguments": '{"date":"明天"}'},
                    "index": 0,
                }],
            },
            "usage": {"text": {"question_tokens": 3, "prompt_tokens": 3, "completion_tokens": 0,
                               "total_tokens": 3}},
        },
    }  # fmt: skip
    answer = folded(spark.answered(socket(frame), ERRORS, streaming=True))
    [asked] = answer.tool_calls
    assert (asked.name, asked.arguments) == ("天气查询", '{"date":"明天"}')
    assert answer.finish_reason == "function_call" and answer.request_id == "cht000b41d5@dx"


def test_search_results_come_in_a_frame_of_their_own_and_reasoning_apart() -> None:
    header = {"code": 0, "message": "Success", "sid": "cht1", "status": 1}
    found = json.dumps([{"index": 1, "url": "https://example.org", "title": "例"}])
    plugin = {"name": "ifly_search", "content": found, "role": "tool", "status": "finished"}
    item = {"content": "", "reasoning_content": "先想想", "role": "assistant", "index": 0}
    frames = (
        {"header": header, "payload": {"plugins": {"text": [plugin]}}},
        {"header": header, "payload": {"choices": {"status": 1, "seq": 0, "text": [item]}}},
        {"header": header, "payload": {"choices": {"status": 2, "seq": 1,
                                                   "text": [{"content": "好", "index": 0}]}}},
    )  # fmt: skip
    answer = folded(spark.answered(socket(*frames), ERRORS, streaming=False))
    assert (answer.text, answer.reasoning) == ("好", "先想想")
    assert answer.extras["ifly_search"][0]["url"] == "https://example.org"


def test_dynamic_correction_replaces_what_was_heard() -> None:
    def heard(sn: int, words: list[str], **more: Any) -> dict[str, Any]:
        ws = [{"bg": 0, "cw": [{"w": word, "sc": 0}, {"w": "别", "sc": 0.5}]} for word in words]
        result = {"sn": sn, "ls": False, "bg": 0, "ed": 0, "ws": ws, **more}
        return {"code": 0, "message": "success", "sid": "iat1",
                "data": {"status": 1, "result": result}}  # fmt: skip

    frames = (
        heard(1, ["今天"], pgs="apd"),
        heard(2, ["添汽"], pgs="apd"),
        heard(3, ["天气", "怎么样"], pgs="rpl", rg=[2, 2]),
        {"code": 0, "message": "success", "sid": "iat1", "data": {"status": 2, "result": None}},
    )
    answer = folded(iat._deltas(socket(*frames), iat._Sent(1)))
    assert (answer.text, answer.finish_reason) == ("今天天气怎么样", "stop")


def test_pieces_of_a_function_call_are_joined() -> None:
    def chunk(**function: str) -> str:
        delta = {"tool_calls": [{"index": 0, "function": function}]}
        return f"data: {json.dumps({'choices': [{'index': 0, 'delta': delta}]})}\n\n"

    end = {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}
    body = (
        chunk(name="get_weather", arguments="") + chunk(arguments='{"ci') + chunk(arguments='ty"}')
        + f"data: {json.dumps(end)}\n\ndata: [DONE]\n\n"
    ).encode()  # fmt: skip
    answer, error = read(Dialect(body, _style("deepseek")), [body])
    [asked] = answer.tool_calls
    assert (asked.name, asked.arguments, error) == ("get_weather", '{"city"}', None)


def test_spark_http_may_write_one_call_as_an_object() -> None:
    call = {"type": "function", "function": {"name": "f", "arguments": "{}"}}
    whole = {"code": 0, "message": "Success", "sid": "cha1",
             "choices": [{"message": {"role": "assistant", "content": "", "tool_calls": call}}],
             "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}  # fmt: skip
    body = json.dumps(whole).encode()
    answer, error = read(Dialect(body, _style("spark-http"), headers=JSON), [body])
    assert [asked.name for asked in answer.tool_calls] == ["f"] and error is None
    assert answer.request_id == "cha1" and answer.finish_reason is None
