"""Pictures and recordings: their limits before sending, and what arrives of them."""

from __future__ import annotations

import base64
import io
import itertools

import pytest
import soundfile
from PIL import Image, PngImagePlugin

from backends import Attachment, Call, ChatRequest, Message, attachment_of
from backends.audio import BYTES_PER_SECOND, pcm
from tests.conftest import PICTURE, RECORDING, Rig, ask, picture, sound

IMAGE = "spark-image/imagev3"
MODEL = "qianfan/ernie-speed-8k"


def call_with(rig: Rig, model: str, *attachments: Attachment, text: str = "这是什么？") -> Call:
    return rig.client.start(ChatRequest(model, (Message("user", text, attachments),))).result(20)


def test_a_picture_goes_before_the_question_and_its_bytes_are_not_in_the_record(rig: Rig) -> None:
    call = call_with(rig, IMAGE, PICTURE)

    assert call.state == "ok" and "640×480" in call.text
    turns = rig.chats()[0]["body"]["payload"]["message"]["text"]
    assert [turn["content_type"] for turn in turns] == ["image", "text"]
    assert base64.b64decode(turns[0]["content"]) == PICTURE.data
    assert call.wire is not None
    shown = call.wire.body["payload"]["message"]["text"][0]["content"]
    assert shown == PICTURE.placeholder and PICTURE.sha256 in shown


def test_a_conversation_about_a_picture_goes_on(rig: Rig) -> None:
    messages = (
        Message("user", "这是什么？", (PICTURE,)), Message("assistant", "一张图片。"),
        Message("user", "再说一遍。"),
    )  # fmt: skip
    call = rig.client.start(ChatRequest(IMAGE, messages)).result(20)
    assert call.state == "ok"
    turns = rig.chats()[0]["body"]["payload"]["message"]["text"]
    assert [turn["role"] for turn in turns] == ["user", "user", "assistant", "user"]


BIG = Attachment(b"\x89PNG" + b"0" * (4 << 20), "image/png", "big.png")
REFUSED = {
    "no picture": ((), "picture"),
    "two pictures": ((PICTURE, PICTURE), "one picture"),
    "a recording": ((RECORDING,), "no recordings"),
    "too many bytes": ((BIG,), "4 MB"),
    "a side too long": ((Attachment(picture(12900, 60), "image/png"),), "12800"),
    "too few pixels": ((Attachment(picture(50, 50), "image/png"),), "2500"),
    "too many pixels": ((Attachment(picture(6000, 6000), "image/png"),), "36000000"),
    "a GIF": ((Attachment(picture(form="GIF"), "image/png"),), "jpeg, png"),
    "no picture at all": ((Attachment(b"hello", "image/png"),), "damaged"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_picture_past_a_limit_sends_nothing(rig: Rig, case: str) -> None:
    attachments, told = REFUSED[case]
    call = call_with(rig, IMAGE, *attachments)
    assert (call.state, call.billed) == ("refused", "no")
    assert call.error is not None and told in call.error.message.en
    assert call.error.message.zh
    assert rig.received == []


def test_a_model_without_eyes_says_so(rig: Rig) -> None:
    call = call_with(rig, MODEL, PICTURE)
    assert call.state == "refused" and call.error is not None
    assert "takes no pictures" in call.error.message.en
    assert rig.received == []


def test_the_text_of_a_picture_is_read(rig: Rig) -> None:
    note = PngImagePlugin.PngInfo()
    note.add_itxt("Description", "第三季度报表")
    out = io.BytesIO()
    Image.new("RGB", (90, 90)).save(out, "PNG", pnginfo=note)
    call = call_with(
        rig, "ocr/hh_ocr_recognize_doc", Attachment(out.getvalue(), "image/png"), text=""
    )
    assert (call.state, call.text) == ("ok", "第三季度报表")
    assert call.usage is None, "nobody counted tokens"


@pytest.mark.parametrize("model", ["ocr/hh_ocr_recognize_doc", "iat/zh_cn"])
def test_a_reader_is_asked_nothing(rig: Rig, model: str) -> None:
    attachment = RECORDING if model.startswith("iat") else PICTURE
    call = call_with(rig, model, attachment, text="请翻译")
    assert call.error is not None and call.error.code == "question"
    assert rig.received == []


@pytest.mark.parametrize("correct", [True, False], ids=["wpgs", "plain"])
@pytest.mark.parametrize("stream", [True, False], ids=["stream", "whole"])
def test_dictation_gives_the_same_text_corrected_or_not(
    rig: Rig, correct: bool, stream: bool
) -> None:
    params = {"dynamic_correction": "wpgs"} if correct else {}
    plain = rig.call("iat/zh_cn", params=params, stream=stream)
    again = rig.call("iat/zh_cn")
    assert plain.state == "ok" and plain.text == again.text != ""
    assert plain.finish_reason == "stop" and plain.request_id


def test_dictation_is_sent_at_the_pace_of_speech(rig: Rig) -> None:
    call = call_with(rig, "iat/en_us", Attachment(sound(1.0), "audio/wav"), text="")
    assert call.state == "ok" and call.text.isascii()
    assert call.total_time is not None and 0.9 < call.total_time < 3


def test_stop_ends_a_dictation_at_once(rig: Rig) -> None:
    flight = rig.client.start(
        ChatRequest("iat/zh_cn", (Message("user", "", (Attachment(sound(20.0), "audio/wav"),)),))
    )
    while not (flight.call and flight.call.state == "sent"):
        flight.wait(0, 0.01)
    flight.cancel()
    assert flight.result(1).state == "cancelled"


def test_a_recording_that_is_too_long_is_refused_with_its_length(rig: Rig) -> None:
    minute = Attachment(b"\0" * int(61 * BYTES_PER_SECOND), "audio/pcm")
    call = call_with(rig, "iat/zh_cn", minute, text="")
    assert call.state == "refused" and call.error is not None
    assert "61.0 s" in call.error.message.en and "60 秒" in call.error.message.zh
    assert rig.received == []


def test_silence_is_no_text_and_no_error(rig: Rig) -> None:
    call = call_with(rig, "iat/zh_cn", Attachment(b"\0" * 12800, "audio/pcm"), text="")
    assert (call.state, call.text, call.error) == ("ok", "", None)


@pytest.mark.parametrize(("rate", "channels"), [(44100, 1), (48000, 2), (8000, 1), (16000, 1)])
def test_recordings_of_any_rate_become_16_khz_mono(rate: int, channels: int) -> None:
    samples = pcm(Attachment(sound(0.5, rate, channels), "audio/wav"), 60)
    assert abs(len(samples) - 0.5 * BYTES_PER_SECOND) <= 4
    heard, _ = soundfile.read(
        io.BytesIO(samples), samplerate=16000, channels=1, format="RAW", subtype="PCM_16"
    )
    # The tone is still 440 Hz: it crosses zero upwards that often.
    crossings = sum(1 for a, b in itertools.pairwise(heard) if a < 0 <= b)
    assert abs(crossings - 220) <= 4


@pytest.mark.parametrize("form", ["MP3", "FLAC", "OGG"])
def test_other_forms_are_read_too(form: str) -> None:
    heard, rate = soundfile.read(io.BytesIO(sound(0.5)))
    out = io.BytesIO()
    soundfile.write(out, heard, rate, format=form)
    samples = pcm(attachment_of(out.getvalue(), f"voice.{form.lower()}"), 60)
    assert abs(len(samples) - 0.5 * BYTES_PER_SECOND) < 0.2 * BYTES_PER_SECOND


def test_what_is_no_recording_is_refused(rig: Rig) -> None:
    call = call_with(rig, "iat/zh_cn", Attachment(b"RIFFnonsense", "audio/wav", "x.wav"), text="")
    assert call.state == "refused" and call.error is not None
    assert "cannot be read" in call.error.message.en


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.PNG", "image/png"), ("a.jpeg", "image/jpeg"), ("v.pcm", "audio/pcm"),
        ("v.wav", "audio/wav"), ("v.mp3", "audio/mpeg"), ("x", "application/octet-stream"),
    ],
)  # fmt: skip
def test_a_file_is_what_its_name_says(name: str, media_type: str) -> None:
    assert attachment_of(b"", name).media_type == media_type


READERS = ("iat/zh_cn", "ocr/hh_ocr_recognize_doc")


@pytest.mark.parametrize("fault", ["unavailable", "rate_limited", "quota", "expired_token", "html"])
@pytest.mark.parametrize("model", READERS)
def test_a_fault_of_a_reader_is_a_sentence_and_a_true_state(
    rig: Rig, model: str, fault: str
) -> None:
    rig.running.fault = fault
    call = rig.call(model)
    assert call.state in ("failed", "unknown") and call.error is not None
    assert call.error.message.zh and call.error.message.en
    assert call.text == "" and call.billed != "yes"


@pytest.mark.parametrize("model", READERS)
def test_stop_ends_a_silent_reader_at_once(rig: Rig, model: str) -> None:
    rig.running.fault = "silent"
    flight = rig.client.start(ask(model))
    while not (flight.call and flight.call.state == "sent"):
        flight.wait(0, 0.01)
    flight.cancel()
    assert flight.result(1).state == "cancelled"


def test_a_dictation_cut_in_the_middle_keeps_what_was_heard(rig: Rig) -> None:
    rig.running.fault = "error_mid_stream"
    call = call_with(rig, "iat/zh_cn", Attachment(sound(1.0), "audio/wav"), text="")
    assert call.state == "partial" and call.text and call.error is not None
