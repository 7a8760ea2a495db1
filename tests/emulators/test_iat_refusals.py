"""What dictation refuses, with its own table of codes, and its faults."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import websocket

from emulators import Emulators, Limits
from emulators.iflytek import iat
from tests.emulators.conftest import Serve
from tests.emulators.iat_wire import (
    BUSINESS,
    CHUNK,
    SPEECH,
    audio,
    code_of,
    dictate,
    first,
    open_session,
    recording,
    unanswered_session,
)
from tests.emulators.wire import Log, connect, spark_url

END = {"data": {"status": 2}}
GOOD = first(SPEECH[:CHUNK])


def without(name: str) -> dict[str, Any]:
    return first(b"", {key: value for key, value in BUSINESS.items() if key != name})


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (["not json"], 10160), (["[]"], 10160), (['{"data":NaN}'], 10160),
        ([{}], 10163), ([{"data": []}], 10163),
        ([GOOD | {"common": {}}], 10313), ([GOOD | {"common": {"app_id": ""}}], 10313),
        ([{key: GOOD[key] for key in ("business", "data")}], 10313),
        ([GOOD | {"common": {"app_id": "otherapp"}}], 10005),
        ([{key: GOOD[key] for key in ("common", "data")}], 10163),
        *(([without(name)], 10163) for name in BUSINESS),
        ([first(b"", BUSINESS | {"language": "ja_jp"})], 11200),
        ([first(b"", BUSINESS | {"domain": "medical"})], 11200),
        ([first(b"", BUSINESS | {"accent": "henanese"})], 11200),
        ([first(b"", BUSINESS | {"language": 1})], 10163),
        ([first(b"", format=None)], 10006),
        ([first(b"", format="audio/L16;rate=44100")], 10007),
        ([first(b"", encoding=None)], 10163), ([first(b"", encoding="wav")], 10163),
        ([first(b"", audio=None)], 10163), ([first("no base64!")], 10161),
        # The order of the frames.
        ([audio(b"", 1)], 10165), ([END], 10165), ([GOOD, GOOD], 10165),
        ([GOOD, audio(b"", 3)], 10165), ([GOOD, {"data": {}}], 10165),
        ([GOOD, audio(b"", True)], 10165),
        ([GOOD, {"data": {"status": 1}}], 10006), ([GOOD, audio("??", 2)], 10161),
        ([GOOD, "{"], 10160), ([GOOD, {}], 10163),
        ([GOOD, END], 0), ([first(b""), END], 0),
        *(([first(b"", encoding=name), END], 0) for name in ("speex", "speex-wb", "lame")),
        ([first(b"", format="audio/L16;rate=8000"), END], 0),
    ],
)  # fmt: skip
def test_frames(shared: Emulators, frames: list[object], code: int) -> None:
    assert code_of(shared, frames) == code


def test_an_error_frame_is_flat_and_says_what_is_missing(shared: Emulators) -> None:
    (frame,) = dictate(shared, [without("language")])
    assert set(frame) == {"code", "message", "sid"} and frame["sid"].startswith("iat")
    assert frame["message"] == "param validate error:/business 'language' param is required"


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("ptt", (0, 1), (2, -1, "1", True)), ("vinfo", (0, 1), (2,)), ("nunum", (0, 1), (2,)),
        ("pcm", (0, 1), (2,)), ("ltc", (1, 3), (0, 4)), ("nbest", (1, 5), (0, 6, 1.5)),
        ("wbest", (1, 5), (0, 6)), ("eos", (2000, 10_000), (-1, 10_001)),
        ("vad_eos", (1, 10_000), (10_001,)), ("rlang", ("zh-cn", "zh-hk"), ("zh-tw",)),
        ("dwa", ("wpgs",), ("on", 1)),
    ],
)  # fmt: skip
def test_ranges(shared: Emulators, name: str, good: Any, bad: Any) -> None:
    codes = [{code_of(shared, recording(SPEECH[:99], **{name: n})) for n in ns}
             for ns in (good, bad)]  # fmt: skip
    assert codes == [{0}, {10163}]


def test_audio_of_a_frame_has_at_most_13000_characters(shared: Emulators) -> None:
    assert code_of(shared, [first(bytes(9750)), END]) == 0
    (frame,) = dictate(shared, [first(bytes(9751))])
    assert frame["code"] == 10163
    assert "length of $.data.audio must be between 0,13000" in frame["message"]
    assert code_of(shared, [GOOD, audio(bytes(9751))]) == 10163


@pytest.mark.parametrize(("kind", "rate"), [("rate=16000", 16_000), ("rate=8000", 8_000)])
def test_sixty_seconds_are_the_most(shared: Emulators, kind: str, rate: int) -> None:
    told = {"format": f"audio/L16;{kind}"}
    minute = b"\1" * (rate * 2 * 60)
    chunks = [minute[at : at + 9600] for at in range(0, len(minute), 9600)]
    frames = [first(chunks[0], **told), *(audio(chunk, 1, **told) for chunk in chunks[1:])]
    assert code_of(shared, [*frames, END]) == 0
    (*_, frame) = dictate(shared, [*frames, audio(b"\1\1", 1, **told)])
    assert (frame["code"], frame["message"]) == (10114, "session timeout")


def test_ten_seconds_without_data_end_the_session() -> None:
    assert iat.PATIENCE_SECONDS == 10
    accepted, frame, closing = unanswered_session(0.01)
    assert accepted["type"] == "websocket.accept" and closing["type"] == "websocket.close"
    told = json.loads(frame["text"])
    assert (told["code"], told["message"]) == (10200, "read data timeout")


def test_the_handshake_is_sparks(shared: Emulators) -> None:
    for url, status in (
        (spark_url(shared, "/v2/iat", service="iat", secret="no"), 401),
        (spark_url(shared, "/v2/iat", service="iat", now=time.time() - 302), 403),
        (spark_url(shared, "/v2/tts", service="iat"), 404),
    ):
        with pytest.raises(websocket.WebSocketBadStatusException) as caught:
            connect(url)
        assert caught.value.status_code == status and b"message" in (caught.value.resp_body or b"")


@pytest.mark.parametrize(
    ("fault", "codes"),
    [
        ("unavailable", [10010]), ("rate_limited", [11202]), ("quota", [11200]),
        ("error_mid_stream", [0, 0, 0, 10700]), ("content_filter", [0, 0, 0, 0]),
    ],
)  # fmt: skip
def test_faults(serve: Serve, log: Log, fault: str, codes: list[int]) -> None:
    results = dictate(serve("iat", fault=fault), recording(SPEECH, dwa="wpgs"))
    assert [result["code"] for result in results] == codes
    assert log.wait()["outcome"] == fault
    if fault == "content_filter":
        assert [result["data"]["status"] for result in results] == [0, 1, 1, 2]


@pytest.mark.parametrize(("fault", "status"), [("expired_token", 403), ("html", 502)])
def test_faults_of_the_handshake(serve: Serve, log: Log, fault: str, status: int) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException) as caught:
        open_session(serve("iat", fault=fault))
    assert caught.value.status_code == status and log.wait()["outcome"] == fault


@pytest.mark.parametrize("fault", ["cut", "stall", "slow_first_token"])
def test_faults_in_between(serve: Serve, log: Log, fault: str) -> None:
    connection = open_session(serve("iat", fault=fault))
    for frame in recording(SPEECH):
        connection.send(json.dumps(frame))
    if fault == "slow_first_token":
        begun = time.monotonic()
        connection.recv()
        assert 1.9 < time.monotonic() - begun < 3
        return
    assert [json.loads(connection.recv())["data"]["result"]["sn"] for _ in range(3)] == [1, 2, 3]
    connection.settimeout(0.2)
    gone = (websocket.WebSocketConnectionClosedException, ConnectionError)
    with pytest.raises(websocket.WebSocketTimeoutException if fault == "stall" else gone):
        connection.recv()
    connection.close()
    assert log.wait()["outcome"] == {"cut": "cut", "stall": "client gone"}[fault]


def test_sessions_per_second_when_limited(serve: Serve) -> None:
    running = serve("iat", limits=Limits(per_second=1, clock=lambda: 0.0))
    assert [code_of(running, [GOOD, END]) for _ in range(2)] == [0, 11202]
