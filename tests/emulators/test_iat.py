"""Dictation: its frames as the notes and the provider's document have them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from emulators import Emulators
from emulators.iflytek.iat_speech import CHINESE, ENGLISH
from emulators.iflytek.spark_auth import verify
from tests.emulators.conftest import Serve
from tests.emulators.iat_wire import (
    CHUNK,
    SPEECH,
    appended,
    audio,
    dictate,
    final,
    first,
    open_session,
    recording,
    words,
)
from tests.emulators.wire import Log

# The URL that the provider's page prints, with the keys that belong to it.
PUBLISHED = (
    "authorization=YXBpX2tleT0ia2V5eHh4eHh4eHg4ZWUyNzkzNDg1MTlleHh4eHh4eHgiLCBhbGdvcml0aG09ImhtYWM"
    "tc2hhMjU2IiwgaGVhZGVycz0iaG9zdCBkYXRlIHJlcXVlc3QtbGluZSIsIHNpZ25hdHVyZT0iSHAzVHk0WmtTQm1MOGpLe"
    "U9McFFpdjlTcjVudm1lWUVIN1dzTC9aTzJKZz0i&date=Wed%2C%2010%20Jul%202019%2007%3A35%3A43%20GMT"
    "&host=iat-api.xfyun.cn"
)
PUBLISHED_KEYS = {"keyxxxxxxxx8ee279348519exxxxxxxx": "secretxxxxxxxx2df7900c09xxxxxxxx"}


def sentences(texts: tuple[str, ...], join: str) -> set[str]:
    plain = [re.sub(r"/\S+", "", text).replace("|", "").split() for text in texts]
    return {re.sub(r" (?=[.])", "", join.join(words)) for words in plain}


def test_the_published_url_verifies() -> None:
    assert verify(PUBLISHED, "/v2/iat", PUBLISHED_KEYS, 1562744143.0) in PUBLISHED_KEYS


def test_results_append_to_each_other(shared: Emulators) -> None:
    results = dictate(shared, recording(SPEECH))
    assert appended(results) == final(results)
    assert final(results) in sentences(CHINESE, "")
    told = [result["data"]["result"] for result in results]
    assert [one["sn"] for one in told] == list(range(1, len(told) + 1)) and len(told) > 3
    assert [result["data"]["status"] for result in results] == [0] + [1] * (len(told) - 2) + [2]
    assert [one["ls"] for one in told] == [False] * (len(told) - 1) + [True]
    assert {tuple(sorted(one)) for one in told} == {("bg", "ed", "ls", "sn", "ws")}
    assert {type(one["ws"][0]["cw"][0]["sc"]) for one in told} == {int, float}
    assert {(result["code"], result["message"]) for result in results} == {(0, "success")}
    (sid,) = {result["sid"] for result in results}
    assert re.fullmatch(r"iat[0-9a-f]{8}@dx[0-9a-f]{18}", sid)


@pytest.mark.parametrize("seed", range(4))
def test_corrections_replace_what_came_before(shared: Emulators, seed: int) -> None:
    speech = bytes([seed + 1]) + SPEECH[1:]
    plain = final(dictate(shared, recording(speech)))
    results = dictate(shared, recording(speech, dwa="wpgs"))
    assert final(results) == plain and appended(results) != plain
    told = [result["data"]["result"] for result in results]
    assert {one["pgs"] for one in told} == {"apd", "rpl"}
    assert all(("rg" in one) is (one["pgs"] == "rpl") for one in told)
    ranges = [one["rg"] for one in told if "rg" in one]
    assert [1, 1] in ranges and any(low < high for low, high in ranges)
    latest = "".join(
        words(result) for result in results if result["data"]["result"]["pgs"] == "rpl"
    )
    assert latest != plain


def test_english_has_no_corrections(shared: Emulators) -> None:
    results = dictate(shared, recording(SPEECH, language="en_us", dwa="wpgs"))
    assert final(results) == appended(results)
    assert final(results) in sentences(ENGLISH, " ")
    assert not any("pgs" in result["data"]["result"] for result in results)


def test_the_text_depends_on_the_sound_alone(shared: Emulators) -> None:
    def text(speech: bytes, chunk: int = CHUNK) -> str:
        return final(dictate(shared, recording(speech, chunk)))

    assert text(SPEECH) == text(SPEECH, 640) == text(bytes(4000) + SPEECH) == text(SPEECH[:400])
    assert len({text(bytes([n]) * 4000) for n in range(1, 20)}) == len(CHINESE)


@pytest.mark.parametrize("dwa", [{}, {"dwa": "wpgs"}])
def test_silence_is_an_empty_text(shared: Emulators, dwa: dict[str, Any]) -> None:
    (result,) = dictate(shared, recording(bytes(20_000), **dwa))
    assert result["data"]["status"] == 2 and words(result) == ""


def test_results_come_while_audio_is_still_sent(shared: Emulators) -> None:
    connection = open_session(shared)
    for frame in recording(SPEECH)[:4]:
        connection.send(json.dumps(frame))
    assert json.loads(connection.recv())["data"]["status"] == 0
    connection.send(json.dumps({"data": {"status": 2}}))
    assert json.loads(connection.recv())["data"]["result"]["sn"] == 2
    connection.close()


def test_alternatives_stand_behind_the_first(shared: Emulators) -> None:
    plain = dictate(shared, recording(SPEECH))
    for asked in ({"nbest": 2}, {"wbest": 5}):
        results = dictate(shared, recording(SPEECH, **asked))
        counts = [len(w["cw"]) for r in results for w in r["data"]["result"]["ws"]]
        assert {1, 2} == set(counts) and final(results) == final(plain)


def test_chinese_options_change_the_text(shared: Emulators) -> None:
    # One of these is heard as a sentence with all that the options change.
    speeches = (bytes([n]) * 8000 for n in range(1, 99))
    speech = next(one for one in speeches if "天气" in final(dictate(shared, recording(one))))

    def text(**business: Any) -> str:
        return final(dictate(shared, recording(speech, **business)))

    assert text() == "今天天气很好，我们下午3点开会。"
    assert text(ptt=0) == "今天天气很好我们下午3点开会"
    assert text(rlang="zh-hk") == "今天天氣很好，我們下午3點開會。"
    assert text(nunum=0) == "今天天气很好，我们下午三点开会。"


def test_places_in_time(shared: Emulators) -> None:
    results = dictate(shared, recording(SPEECH, vinfo=1))
    told = [result["data"]["result"] for result in results]
    # 40 ms a frame and 10 ms a unit: the first result comes after three frames.
    assert [one["ws"][0]["bg"] for one in told][:2] == [12, 24]
    assert set(told[0]["vad"]["ws"][0]) == {"bg", "ed", "eg"}
    both = dictate(shared, recording(SPEECH, vinfo=1, dwa="wpgs"))
    assert not any("vad" in result["data"]["result"] for result in both)


@pytest.mark.parametrize("name", ["eos", "vad_eos"])
def test_a_long_silence_ends_the_dictation(serve: Serve, log: Log, name: str) -> None:
    running = serve("iat")
    # 1.04 s of silence, and no end frame.
    frames = [*recording(SPEECH)[:-1], *[audio(bytes(CHUNK))] * 26]
    frames[0]["business"] |= {name: 1000}
    assert dictate(running, frames)[-1]["data"]["status"] == 2
    frames[0]["business"] |= {name: 1100}
    results = dictate(running, [*frames, {"data": {"status": 2}}])
    assert results[-1]["data"]["status"] == 2
    assert [log.wait(n)["body"]["received"]["frames"] for n in (1, 2)] == [57, 58]


def test_the_log_counts_audio_and_holds_none(serve: Serve, log: Log) -> None:
    running = serve("iat")
    frames = recording(SPEECH)
    # The official client sends its last chunk again, in the last frame.
    last = frames[-2]["data"]["audio"]
    assert final(dictate(running, [*frames[:-1], audio(last, 2)])) == final(
        dictate(running, frames)
    )
    dictate(running, [*frames[:-1], audio(b"\7" * 640, 2)])
    rows = [log.wait(n) for n in (1, 2, 3)]
    size = {"frames": 32, "bytes": len(SPEECH)}
    received = [row["body"]["received"] for row in rows]
    assert received == [size, size, {"frames": 33, "bytes": len(SPEECH) + 640}]
    assert rows[0]["body"]["data"]["audio"] == "1708 characters"
    assert rows[0]["body"]["business"] == first(b"")["business"]
    assert (rows[0]["provider"], rows[0]["status"], rows[0]["outcome"]) == ("iat", 1000, "ok")
    assert last not in repr(rows) and frames[0]["data"]["audio"] not in repr(rows)
