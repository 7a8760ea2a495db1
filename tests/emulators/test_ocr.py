"""Reading of pictures: the signed call, its answer and what it refuses."""

from __future__ import annotations

import base64
import json
import struct
import time

import pytest
import requests

from emulators import Emulators, Limits
from emulators.iflytek.spark_auth import Denied, verify
from tests.emulators.conftest import Serve
from tests.emulators.ocr_wire import (
    PATH,
    PNG,
    RESULT,
    body_of,
    changed,
    code_of,
    described,
    picture,
    post,
    query,
    read,
)
from tests.emulators.wire import Log

# The URL that the provider's page prints, with the keys that belong to it.
PUBLISHED = (
    "host=api.xf-yun.com&date=Mon%2C+22+Aug+2022+03%3A26%3A45+GMT&authorization=YXBpX2tleT0iYXBpa2V"
    "5WFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFgiLCBhbGdvcml0aG09ImhtYWMtc2hhMjU2IiwgaGVhZGVycz0iaG9zdCBkY"
    "XRlIHJlcXVlc3QtbGluZSIsIHNpZ25hdHVyZT0iL2ZMQ0dQcHp0RWdPS2RGRHAvNkpZaCtrVHp4OUJ1bS8wUmV4UmxKa0l"
    "wMD0i"
)
PUBLISHED_KEYS = {"apikey" + "X" * 26: "apisecret" + "X" * 23}
BROKEN = b"\x89PNG\r\n\x1a\n" + bytes(4)


def test_the_published_url_verifies_for_post_alone() -> None:
    assert verify(PUBLISHED, PATH, PUBLISHED_KEYS, 1661138805.0, "POST") in PUBLISHED_KEYS
    with pytest.raises(Denied, match="does not match"):
        verify(PUBLISHED, PATH, PUBLISHED_KEYS, 1661138805.0)


def test_an_answer(shared: Emulators) -> None:
    answer = post(shared, body_of(described("第一行\n第二行"))).json()
    header, result = answer["header"], answer["payload"]["recognizeDocumentRes"]
    assert (header["code"], header["message"]) == (0, "success") and "@dx" in header["sid"]
    assert {key: result[key] for key in RESULT} == RESULT
    text = json.loads(base64.b64decode(result["text"]))
    assert text["whole_text"] == "第一行\n第二行"
    assert [line["text"] for line in text["lines"]] == ["第一行", "第二行"]
    assert all(len(line["position"]) == 8 for line in text["lines"])


def test_what_a_picture_says(shared: Emulators) -> None:
    assert read(shared, described("Latin"))["whole_text"] == "Latin"
    assert read(shared, PNG)["whole_text"] == "这是一张 640×480 的 PNG 图片。"
    jpeg, bmp = picture("JPEG", (64, 32)), picture("BMP", (20, 10))
    assert read(shared, jpeg, "jpg")["whole_text"] == "这是一张 64×32 的 JPEG 图片。"
    assert read(shared, bmp, "bmp")["whole_text"] == "这是一张 20×10 的 BMP 图片。"
    upside = bmp[:22] + struct.pack("<i", -10) + bmp[26:]
    assert "20×10" in read(shared, upside, "bmp")["whole_text"]


IMAGE = ("payload", "image")
ASKED = ("parameter", "hh_ocr_recognize_doc", "recognizeDocumentRes")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", 10160), ("[]", 10160), ({}, 10163),
        (changed("header"), 10163), (changed("header", "app_id"), 10163),
        (changed("header", "app_id", to="other"), 10313),
        (changed("header", "status", to=2), 10163),
        (changed("parameter"), 10163), (changed(*ASKED), 10163), (changed(*ASKED, to=[]), 10163),
        *((changed(*ASKED, name, to="gbk"), 10163) for name in RESULT),
        (changed("payload"), 10163), (changed(*IMAGE), 10163), (changed(*IMAGE, "image"), 10163),
        (changed(*IMAGE, "image", to=""), 10163), (changed(*IMAGE, "image", to=5), 10163),
        (changed(*IMAGE, "encoding", to="gif"), 10163), (changed(*IMAGE, "status", to=0), 10163),
        (changed(*IMAGE, "image", to="data:image/png;base64,AAAA"), 10161),
        (body_of(b"no picture"), 10009), (body_of(BROKEN), 10009), (body_of(b"BM"), 10009),
        # What real clients leave out.
        (changed(*IMAGE, "encoding"), 0), (changed(*IMAGE, "status"), 0),
    ],
)  # fmt: skip
def test_bodies(shared: Emulators, body: object, code: int) -> None:
    assert code_of(shared, body) == code


def test_a_picture_has_at_most_4_megabytes_as_base64(shared: Emulators) -> None:
    most = 3 * 1024 * 1024
    assert code_of(shared, body_of(PNG + bytes(most - len(PNG)))) == 0
    assert code_of(shared, body_of(PNG + bytes(most + 1 - len(PNG)))) == 10163


def test_signatures(shared: Emulators) -> None:
    late = query(shared, now=time.time() - 302)
    for signed, status, message in (
        ("", 401, "Unauthorized"),
        (query(shared, "GET"), 401, "HMAC signature does not match"),
        (query(shared, secret="no"), 401, "HMAC signature does not match"),
        (late, 403, "HMAC signature cannot be verified, a valid date or x-date header is required "
                    "for HMAC Authentication"),
    ):  # fmt: skip
        answer = post(shared, body_of(PNG), signed)
        assert (answer.status_code, answer.json()) == (status, {"message": message})
    assert requests.get(f"{shared.urls['ocr']}{PATH}?{query(shared)}", timeout=5).status_code == 404
    assert requests.post(shared.urls["ocr"] + "/v1/private/x", timeout=5).status_code == 404


@pytest.mark.parametrize(
    ("fault", "code"),
    [("unavailable", 10223), ("rate_limited", 11202), ("quota", 11201),
     ("error_mid_stream", 10223)],
)  # fmt: skip
def test_faults_with_a_code(serve: Serve, log: Log, fault: str, code: int) -> None:
    assert code_of(serve("ocr", fault=fault), body_of(PNG)) == code
    row = log.wait()
    assert (row["provider"], row["outcome"], row["code"]) == ("ocr", fault, code)


def test_other_faults(serve: Serve, log: Log) -> None:
    running = serve("ocr", fault="content_filter")
    assert read(running, PNG) == {"whole_text": "", "lines": []}
    for fault, status in (("expired_token", 403), ("html", 502)):
        running.fault = fault
        assert post(running, body_of(PNG)).status_code == status
    running.fault = "cut"
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        post(running, body_of(PNG))
    outcomes = [log.wait(n)["outcome"] for n in (1, 2, 3, 4)]
    assert outcomes == ["content_filter", "expired_token", "html", "cut"]


def test_calls_per_second_when_limited(serve: Serve) -> None:
    running = serve("ocr", limits=Limits(per_second=1, clock=lambda: 0.0))
    assert [code_of(running, body_of(PNG)) for _ in range(2)] == [0, 11202]
