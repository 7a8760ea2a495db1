"""What strangers send: answers of odd shapes, files that are not what they say, texts with keys."""

from __future__ import annotations

import io
import json
import math
import struct
import zlib
from typing import Any

import numpy
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from backends import Access, Attachment, Call, ChatRequest, Message, Secret, as_json, attachment_of
from backends.errors import ProviderError
from backends.providers import chatglm, iat
from backends.reading import DEPTH, bounded, loads
from tests.backends.test_dialects import CHUNKED, STREAM, Dialect, _chunk, _event, _style, read
from tests.backends.test_samples import JSON, folded, socket, v1, v1_frame
from tests.backends.test_wire import EVENT_STREAM, answers, called
from tests.conftest import PICTURE, RECORDING, Rig, picture, sound

DONE = "data: [DONE]\n\n"


def style(name: str, *events: dict[str, Any], end: str = DONE) -> tuple[Any, str | None]:
    """What an OpenAI-style stream of these events comes to."""
    body = ("".join(_event(event) for event in events) + end).encode()
    return read(Dialect(body, _style(name)), [body])


def call_with(rig: Rig, model: str, *attachments: Attachment, text: str = "这是什么？") -> Call:
    return rig.client.start(ChatRequest(model, (Message("user", text, attachments),))).result(20)


# --- texts with keys in them


@pytest.mark.parametrize("at", [0, 150, 190, 199, 480, 495])
def test_a_key_in_an_error_page_is_removed_before_the_page_is_cut(at: int) -> None:
    key = Secret("fake-canary-key-0123456789abcdefghij").reveal()
    page = b"x" * at + key.encode() + b" and more " * 200
    call = called(answers("HTTP/1.1 500 No\nConnection: close", page))
    assert call.error is not None
    assert not [size for size in range(8, len(key)) if key[:size] in call.error.said]


@pytest.mark.parametrize("url", ["https://h/v1?api-key=x", "https://h/v1#x", "http://[bad", "h"])
def test_an_address_that_could_hold_a_key_or_is_none_is_refused(url: str) -> None:
    with pytest.raises(ProviderError) as refused:
        Access(urls={"OPENAI_BASE_URL": url}).url("OPENAI_BASE_URL")
    assert "OPENAI_BASE_URL" in refused.value.message.en and "api-key" not in str(refused.value)


# --- answers of odd shapes


def test_an_answer_that_stops_at_normal_is_cut() -> None:
    first = _chunk("半", "normal")
    assert style("qianfan", first, end="")[1] == "Protocol"


def test_an_error_beside_a_choice_is_an_error() -> None:
    failed = {"code": 10014, "message": "audit", "choices": [{"delta": {"content": ""}}]}
    answer, error = style(
        "spark-http", {"code": 0, "choices": [{"delta": {"content": "你"}}]}, failed
    )
    assert (answer.text, error) == ("你", "ContentFilter")


def test_a_finish_reason_that_means_failure_or_length_is_read_so() -> None:
    assert style("openrouter", _chunk("a"), _chunk("", "error"))[1] == "Unavailable"
    assert style("openai", _chunk("a"), _chunk("", "max_tokens"))[0].finish_reason == "length"
    assert style("zhipu", _chunk("a"), _chunk("", "sensitive"))[1] == "ContentFilter"


BESIDE = [
    {"logprobs": {"content": [{"token": "a", "logprob": None}]}},
    {"logprobs": [1, 2]},
    {"delta": {"content": "x", "tool_calls": [{"index": None, "function": None}]}},
    {"delta": {"content": "x", "tool_calls": "none"}},
    {"delta": {"content": "x", "reasoning": {"a": 1}}},
    {"delta": {"content": [{"type": "text", "text": "x"}]}},
    {"finish_reason": 5},
]


@pytest.mark.parametrize("beside", BESIDE, ids=lambda beside: json.dumps(beside)[:40])
def test_what_stands_beside_the_text_never_costs_the_text(beside: dict[str, Any]) -> None:
    odd = {"choices": [{"index": 0, "delta": {"content": "x"}, **beside}]}
    answer, error = style("deepseek", _chunk("前"), odd, _chunk("后"), _chunk("", "stop"))
    assert (answer.text, error) == ("前x后", None)
    json.dumps(as_json_of(answer), allow_nan=False)


def as_json_of(answer: Any) -> Any:
    return [answer.extras, [(token.text, token.logprob) for token in answer.logprobs]]


def test_numbers_beyond_a_float_are_unknown() -> None:
    assert loads('{"a": 1e999, "b": -1e999, "c": NaN, "d": 1.5}') == {
        "a": None, "b": None, "c": None, "d": 1.5,
    }  # fmt: skip


@given(st.recursive(st.none() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(
    st.text(max_size=3), inner), max_leaves=50))  # fmt: skip
def test_what_is_not_too_deep_is_kept_as_it_is(value: Any) -> None:
    assert bounded(value) == value


def test_what_is_too_deep_is_cut_and_the_row_is_still_closed(rig: Rig) -> None:
    deep: Any = "bottom"
    for _ in range(600):
        deep = [deep]
    answer, error = style("qianfan", {**_chunk("好"), "search_info": deep}, _chunk("", "stop"))
    assert (answer.text, error) == ("好", None)
    assert json.dumps(answer.extras).count("[") == DEPTH
    refused = rig.call("qianfan/ernie-3.5-8k", params={"tools": deep})
    assert refused.state == "refused" and refused.error is not None
    assert "nested too deeply" in refused.error.message.en
    assert [row.state for _, row in rig.ledger.closed] == ["refused"]


def test_two_functions_without_numbers_stay_two() -> None:
    def asked(call_id: str, city: str) -> dict[str, Any]:
        function = {"name": "weather", "arguments": f'{{"city":"{city}"}}'}
        return {"choices": [{"delta": {"tool_calls": [{"id": call_id, "function": function}]}}]}

    answer, _ = style("ollama", asked("c1", "A"), asked("c2", "B"), _chunk("", "tool_calls"))
    assert [call.arguments for call in answer.tool_calls] == ['{"city":"A"}', '{"city":"B"}']
    assert [call.index for call in answer.tool_calls] == [0, 1]


def test_an_answer_without_a_word_is_no_success() -> None:
    empty = {"choices": [{"message": {"content": ""}, "finish_reason": "stop"}]}
    body = json.dumps(empty).encode()
    call = called(answers(f"HTTP/1.1 200 OK\nContent-Type: application/json\n"
                          f"Content-Length: {len(body)}", body))  # fmt: skip
    assert (call.state, call.text) == ("partial", "")
    assert call.error is not None and call.error.code == "empty"
    assert "没有给出任何文字" in call.error.message.zh


def test_what_v1_says_in_a_middle_frame_holds_for_the_answer() -> None:
    cleared = {**v1_frame("不", (2, 0, 2)), "need_clear_history": True, "ban_round": -1}
    assert v1(cleared, v1_frame("", (2, 1, 3), end=True)).finish_reason == "content_filter"
    cut = {**v1_frame("半", (2, 0, 2)), "is_truncated": True}
    assert v1(cut, v1_frame("", (2, 1, 3), end=True)).finish_reason == "length"


def test_a_flag_that_forbids_showing_is_the_review_s_end() -> None:
    flagged = {"choices": [{"delta": {"content": "不"}, "flag": 3, "finish_reason": "stop"}]}
    assert style("qianfan", flagged)[0].finish_reason == "content_filter"


@pytest.mark.parametrize("page", [b"<html>log in</html>", "你好".encode(), b"x<^>y"])
def test_a_page_is_no_answer_of_chatglm(page: bytes) -> None:
    answer, error = read(Dialect(page, chatglm._cumulative, headers=CHUNKED), [page])
    assert (answer.text, error) == ("", "Protocol")


def test_a_long_cumulative_stream_is_read_to_its_end() -> None:
    text = "字" * 6000
    body = b"".join(b"<^>" + text[:size].encode() for size in range(3, 6001, 3))
    assert len(body) > 16 << 20
    chunks = [body[at : at + 65536] for at in range(0, len(body), 65536)]
    answer, error = read(Dialect(body, chatglm._cumulative, headers=CHUNKED), chunks)
    assert (answer.text, error) == (text, None)


def test_chatglm3_says_what_it_refuses_and_when_it_swallows() -> None:
    body = b'{"detail":"Invalid request"}'
    reply = Dialect(body, _style("chatglm3"), headers={**JSON, "x": ""})
    assert read_status(reply, 400)[1] == "InvalidHistory"
    page = b"<html>proxy</html>"
    assert read(Dialect(page, _style("chatglm3"), headers=dict(STREAM)), [page])[1] == "Protocol"


def read_status(dialect: Dialect, status: int) -> tuple[str, str | None]:
    """As `read`, with another HTTP status."""

    def with_status(reply: Any) -> Any:
        reply.status = status
        return dialect.read(reply)

    changed = Dialect(dialect.body, with_status, headers=dialect.headers)
    answer, error = read(changed, [dialect.body])
    return answer.text, error


def test_a_correction_of_everything_takes_no_time() -> None:
    result = {"sn": 2, "pgs": "rpl", "rg": [1, 10**12], "ws": [{"cw": [{"w": "好"}]}]}
    frames = (
        {"code": 0, "sid": "i", "data": {"status": 1, "result": {
            "sn": 1, "pgs": "apd", "ws": [{"cw": [{"w": "号"}]}]}}},
        {"code": 0, "sid": "i", "data": {"status": 2, "result": result}},
    )  # fmt: skip
    assert folded(iat._deltas(socket(*frames), iat._Sent(1))).text == "好"


def test_an_index_that_is_no_number_is_the_provider_s_fault() -> None:
    frame = {"code": 0, "sid": "i", "data": {"status": 1, "result": {"sn": math.inf, "ws": []}}}
    with pytest.raises(ProviderError):
        folded(iat._deltas(socket(frame), iat._Sent(1)))


# --- files that are not what they say


@pytest.mark.parametrize(
    "attachment",
    [
        Attachment(b"hello", "text/plain", "a.txt"),
        Attachment(b"", "image/png", "empty.png"),
        Attachment(b"%PDF-1.7", "image/png", "a.png"),
        Attachment(picture(), "image/jpeg", "lie.jpg"),
        Attachment(picture(), 'image/x";evil', "a.png"),
        Attachment(b"\x89PNG" + b"0" * (21 << 20), "image/png", "big.png"),
    ],
    ids=["text", "empty", "pdf", "lie", "evil", "big"],
)
def test_only_pictures_go_to_a_model_that_takes_pictures(rig: Rig, attachment: Attachment) -> None:
    call = call_with(rig, "openai/gpt-4.1", attachment)
    assert call.state == "refused" and call.error is not None and call.error.message.zh
    assert rig.received == []


def test_a_picture_s_bytes_say_what_it_is() -> None:
    assert attachment_of(picture(form="PNG"), "photo.jpg").media_type == "image/png"
    assert attachment_of(picture(form="JPEG"), "x").media_type == "image/jpeg"


def test_a_picture_with_too_many_pixels_is_refused_unread(rig: Rig) -> None:
    head = struct.pack(">IIBBBBB", 30000, 30000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk
    png += struct.pack(">I", zlib.crc32(chunk))
    call = call_with(rig, "spark-image/imagev3", Attachment(png, "image/png", "bomb.png"))
    assert call.state == "refused" and rig.received == []


@pytest.mark.parametrize("model", ["iat/zh_cn", "ocr/hh_ocr_recognize_doc"])
def test_a_reader_takes_one_file_and_says_so(rig: Rig, model: str) -> None:
    item = RECORDING if model.startswith("iat") else PICTURE
    call = call_with(rig, model, item, item, text="")
    assert call.error is not None and "one file at a time" in call.error.message.en
    assert rig.received == []


def test_a_second_picture_is_never_replaced_by_the_first(rig: Rig) -> None:
    other = Attachment(picture(99, 99), "image/png", "other.png")
    messages = (
        Message("user", "旧" * 9000, (PICTURE,)), Message("assistant", "答" * 9000),
        Message("user", "这张呢？", (other,)),
    )  # fmt: skip
    request = ChatRequest("spark-image/imagev3", messages, overflow="drop oldest")
    call = rig.client.start(request).result(5)
    assert call.state == "refused" and rig.received == []


def test_a_small_file_of_a_long_silence_is_refused_before_it_is_unpacked(rig: Rig) -> None:
    out = io.BytesIO()
    with soundfile.SoundFile(out, "w", 48000, 1, format="FLAC", subtype="PCM_16") as file:
        for _ in range(300):
            file.write(numpy.zeros(48000, dtype="int16"))
    call = call_with(rig, "iat/zh_cn", Attachment(out.getvalue(), "audio/flac", "x"), text="")
    assert call.error is not None and "300.0 s" in call.error.message.en


@pytest.mark.parametrize("data", [b"", sound(0.0)], ids=["no bytes", "no samples"])
def test_a_recording_of_nothing_is_not_sent(rig: Rig, data: bytes) -> None:
    call = call_with(rig, "iat/zh_cn", Attachment(data, "audio/wav", "x.wav"), text="")
    assert call.state == "refused" and rig.received == []


def test_a_dictation_that_ends_at_a_pause_says_how_much_was_heard(rig: Rig) -> None:
    speech = sound(0.5)[44:] + b"\0" * (32000 * 3) + sound(0.5)[44:]
    call = rig.client.start(ChatRequest(
        "iat/zh_cn", (Message("user", "", (Attachment(speech, "audio/pcm", "x.pcm"),)),),
        params={"silence_timeout": 400},
    )).result(20)  # fmt: skip
    assert call.state == "ok" and call.text
    assert call.extras["seconds_sent"] < call.extras["seconds"] == pytest.approx(4.0, abs=0.1)


# --- what a user types


@pytest.mark.parametrize(
    ("model", "params"),
    [
        ("openai/gpt-4.1", {"user_id": "a\udcff"}),
        ("openai/gpt-4.1", {"stop": ("a\udcff",)}),
        ("openai/gpt-4.1", {"tools": [{"a": "\udcff"}]}),
        ("openai/some\udcff", {}),
    ],
)
def test_half_a_character_is_refused_wherever_it_stands(
    rig: Rig, model: str, params: dict[str, Any]
) -> None:
    call = rig.call(model, params=params)
    assert call.state == "refused" and rig.received == []


def test_a_token_answer_of_the_wrong_shape_is_told() -> None:
    call = called(answers(EVENT_STREAM, b"data: {}\n\n"))
    assert call.error is not None and call.error.kind == "Protocol"
    assert as_json(call)["error"]["class"] == "Protocol"
