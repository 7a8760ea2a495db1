"""What is read in a picture or heard in a recording: where it goes, and what is said of it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from panels.recognise import joined, outcome, recognised_text, recognition, usual
from panels.thumbnail import thumbnail
from tests.conftest import PICTURE, RECORDING, Rig, picture
from tests.panels.calls import call, failed


def test_a_reader_is_called_through_the_door_for_this_visitor(rig: Rig) -> None:
    for reader, attachment, tag in (
        ("ocr/hh_ocr_recognize_doc", PICTURE, "ocr"),
        ("iat/zh_cn", RECORDING, "iat"),
    ):
        made = recognition(rig.client.start, reader, attachment, "visitor").result(20)
        assert (made.state, made.tag, made.user) == ("ok", tag, "visitor")
        assert recognised_text(made)
        assert rig.ledger.closed[-1][1].id == made.id


def test_a_voice_may_pause_and_is_corrected_while_it_is_heard(rig: Rig) -> None:
    recognition(rig.client.start, "iat/zh_cn", RECORDING, "visitor").result(20)
    business = rig.chats()[0]["body"]["business"]
    assert (business["eos"], business["dwa"]) == (10_000, "wpgs")
    rig.received.clear()
    made = recognition(rig.client.start, "iat/en_us", RECORDING, "visitor").result(20)
    assert "dwa" not in rig.chats()[0]["body"]["business"]
    told = {trace.name: trace.outcome for trace in made.params}
    assert told["dynamic_correction"] == "not supported"


@pytest.mark.parametrize(
    ("typed", "recognised", "both"),
    [("", "heard", "heard"), ("typed ", "heard", "typed\nheard"), ("typed", "", "typed")],
)
def test_what_was_typed_comes_first_and_stays(typed: str, recognised: str, both: str) -> None:
    assert joined(typed, recognised) == both


@pytest.mark.parametrize(("lang", "reader"), [("zh", "iat/zh_cn"), ("en", "iat/en_us")])
def test_the_usual_reader_speaks_the_language_of_the_page(lang: Any, reader: str) -> None:
    assert usual(["iat/zh_cn", "iat/en_us"], lang) == reader
    assert usual(["ocr/hh_ocr_recognize_doc"], lang) == "ocr/hh_ocr_recognize_doc"


@pytest.mark.parametrize(
    ("made", "said", "trouble"),
    [
        (call(text="heard"), "Recognised · ", False),
        (call(text="  \n"), "No text was recognised", True),
        (failed(), "Limit reached", True),
        (failed(state="cancelled", text="half"), "Recognised · ", False),
        (call(text="half", extras={"seconds_sent": 2.0, "seconds": 9.5}), "2.0 s of 9.5 s", True),
    ],
)
def test_what_is_said_when_it_has_ended(made: Any, said: str, trouble: bool) -> None:
    sentence, troubled = outcome(made, "en")
    assert said in sentence
    assert troubled is trouble


def test_a_picture_made_small_keeps_its_proportions() -> None:
    for form in ("PNG", "JPEG"):
        small = thumbnail(picture(640, 480, form))
        assert small is not None
        with Image.open(io.BytesIO(small)) as opened:
            assert (opened.format, opened.size) == ("PNG", (192, 144))


@pytest.mark.parametrize("data", [b"", b"\x89PNG broken", picture()[:300], b"GIF89a" * 9])
def test_what_is_no_picture_has_no_small_one(data: bytes) -> None:
    assert thumbnail(data) is None
