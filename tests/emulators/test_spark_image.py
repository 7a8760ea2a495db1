"""Image understanding: frames and limits as the notes have them."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from typing import Any

import pytest
import websocket

from emulators import Emulators, Limits
from tests.emulators.conftest import Serve
from tests.emulators.wire import Log, converse, spark_url

MEGABYTES_4 = 4 * 1024 * 1024


def png(width: int, height: int) -> bytes:
    """The head of a PNG, with an IHDR that is right in every byte."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


def jpeg(width: int, height: int, frame: int = 0xC0) -> bytes:
    """A JPEG up to its frame header, with an APP0 and a Huffman table before it."""
    app = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9)
    table = b"\xff\xc4" + struct.pack(">H", 4) + b"\0\0"
    sof = struct.pack(">BBHBHHB", 0xFF, frame, 11, 8, height, width, 1) + bytes(3)
    return b"\xff\xd8" + app + table + sof


def picture(data: bytes | str, **changes: object) -> dict[str, Any]:
    content = data if isinstance(data, str) else base64.b64encode(data).decode()
    return {"role": "user", "content": content, "content_type": "image"} | changes


def turn(role: str, content: str = "这是什么", **changes: object) -> dict[str, Any]:
    return {"role": role, "content": content} | changes


def frame_of(*turns: dict[str, Any], domain: str = "imagev3", **chat: object) -> dict[str, Any]:
    return {
        "header": {"app_id": "fakeapp0"},
        "parameter": {"chat": {"domain": domain, **chat}},
        "payload": {"message": {"text": list(turns)}},
    }


def ask(running: Emulators, frame: object, path: str = "/v2.1/image") -> list[Any]:
    frames, closing = converse(spark_url(running, path, service="spark-image"), frame)
    assert closing == b"\x03\xe8close this ws conn"
    return frames


def code_of(running: Emulators, frame: object) -> int:
    code: int = ask(running, frame)[-1]["header"]["code"]
    return code


def about(data: bytes | str, **chat: Any) -> dict[str, Any]:
    return frame_of(picture(data), turn("user"), **chat)


def said(frames: list[Any]) -> str:
    return "".join(frame["payload"]["choices"]["text"][0]["content"] for frame in frames)


def test_frames_are_like_the_sample(shared: Emulators) -> None:
    frames = ask(shared, about(png(640, 480), domain="general"))
    assert said(frames) == "图片为 640×480 的 PNG。你好。Hello world"
    statuses = [frame["payload"]["choices"]["status"] for frame in frames]
    assert statuses == [0] + [1] * (len(frames) - 2) + [2]
    # The sample's header says 0 where the text says 2.
    assert {frame["header"]["status"] for frame in frames} == {0}
    for frame in frames:
        assert re.fullmatch(r"cht[0-9a-f]{8}@dx[0-9a-f]{18}", frame["header"]["sid"])
        (item,) = frame["payload"]["choices"]["text"]
        assert set(item) == {"content", "content_type", "content_meta", "index", "role"}
        assert (item["content_type"], item["role"]) == ("text", "assistant")
        assert set(item["content_meta"]) == {"desc", "url"}
    usage = frames[-1]["payload"]["usage"]["text"]
    # 4 Han characters / 1.5, and 273 for the image.
    assert (usage["question_tokens"], usage["prompt_tokens"]) == (3, 276)
    assert usage["total_tokens"] == 276 + usage["completion_tokens"]


@pytest.mark.parametrize("domain", ["general", "imagev3", "image"])
def test_domains(shared: Emulators, domain: str) -> None:
    costs = [
        ask(shared, about(png(99, 99) + bytes(more), domain=domain))[-1]["payload"]["usage"]["text"]
        for more in (0, 100_000)
    ]
    first, second = (cost["prompt_tokens"] for cost in costs)
    assert (first < second) == (domain == "imagev3")


def test_other_domains_and_paths(shared: Emulators) -> None:
    (frame,) = ask(shared, about(png(99, 99), domain="generalv3.5"))
    assert set(frame) == {"header"} and frame["header"]["status"] == 2
    assert frame["header"]["code"] == 10003
    assert frame["header"]["message"].endswith("invalid model domain")
    with pytest.raises(websocket.WebSocketBadStatusException) as caught:
        ask(shared, about(png(99, 99)), "/v2.1/chat")
    assert caught.value.status_code == 404


@pytest.mark.parametrize("frame", [0xC0, 0xC1, 0xC2])
def test_jpeg(shared: Emulators, frame: int) -> None:
    assert said(ask(shared, about(jpeg(320, 200, frame)))).startswith("图片为 320×200 的 JPEG。")


@pytest.mark.parametrize(
    ("size", "code"),
    [
        ((50, 50), 10041), ((51, 50), 0), ((1, 12_800), 0), ((1, 12_801), 10029),
        ((12_801, 99), 10029), ((6000, 6000), 10041), ((5999, 6000), 0), ((0, 0), 10041),
    ],
)  # fmt: skip
def test_sizes(shared: Emulators, size: tuple[int, int], code: int) -> None:
    assert code_of(shared, about(png(*size))) == code
    assert code_of(shared, about(jpeg(*size))) == code


@pytest.mark.parametrize(
    "data",
    [b"GIF89a" + bytes(30), b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xc4\0\0",
     "data:image/png;base64," + base64.b64encode(png(99, 99)).decode(), "图", "AAA"],
)  # fmt: skip
def test_what_is_no_picture(shared: Emulators, data: bytes | str) -> None:
    assert code_of(shared, about(data)) == 10003


def test_files_up_to_4_megabytes(shared: Emulators) -> None:
    head = png(640, 480)
    largest = head + bytes(MEGABYTES_4 - len(head))
    assert len(base64.b64encode(largest)) == 5_592_408
    assert [code_of(shared, about(data)) for data in (largest, largest + b"x")] == [0, 10003]


PICTURE = picture(png(640, 480))
USER, ASSISTANT = turn("user"), turn("assistant")


@pytest.mark.parametrize(
    ("turns", "code"),
    [
        ([PICTURE, turn("user", content_type="text")], 0),
        ([PICTURE, USER, ASSISTANT, USER], 0),
        ([PICTURE], 10003), ([USER], 10003), ([], 10003), ([USER, PICTURE], 10003),
        ([PICTURE, PICTURE], 10003), ([PICTURE, USER, ASSISTANT], 10003),
        ([PICTURE, USER, USER], 10003), ([PICTURE, ASSISTANT, USER], 10003),
        ([PICTURE, turn("system"), USER], 10003),
        ([picture(png(99, 99), role="assistant"), USER], 10003),
        ([picture(png(99, 99), content_type="text"), USER], 10003),
        ([PICTURE, turn("user", "")], 10003),
        ([PICTURE, turn("user", "w " * 6553)], 0), ([PICTURE, turn("user", "w " * 6556)], 10907),
    ],
)  # fmt: skip
def test_message_rules(shared: Emulators, turns: list[dict[str, Any]], code: int) -> None:
    assert code_of(shared, frame_of(*turns)) == code


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("temperature", (0.01, 1), (0, 1.01)), ("top_k", (1, 6), (0, 7, 1.5)),
        ("max_tokens", (1, 8192), (0, 8193)),
    ],
)  # fmt: skip
def test_ranges(shared: Emulators, name: str, good: Any, bad: Any) -> None:
    codes = [{code_of(shared, about(png(99, 99), **{name: n})) for n in ns} for ns in (good, bad)]
    assert codes == [{0}, {10005}]


@pytest.mark.parametrize(
    ("fault", "codes"),
    [
        ("unavailable", [10008]), ("rate_limited", [11202]), ("quota", [11200]),
        ("content_filter", [10013]), ("error_mid_stream", [0, 0, 0, 10012]),
    ],
)  # fmt: skip
def test_faults(serve: Serve, log: Log, fault: str, codes: list[int]) -> None:
    frames = ask(serve("spark-image", fault=fault), about(png(99, 99)))
    assert [frame["header"]["code"] for frame in frames] == codes
    row = log.wait()
    assert (row["provider"], row["outcome"], row["code"]) == ("spark-image", fault, codes[-1])


def test_budget_and_seconds(serve: Serve, log: Log) -> None:
    now = [0.0]
    running = serve("spark-image", limits=Limits(per_second=2, clock=lambda: now[0]))
    frames = ask(running, about(png(99, 99), max_tokens=2))
    assert frames[-1]["payload"]["usage"]["text"]["completion_tokens"] <= 2
    assert log.wait()["outcome"] == "length"
    assert [code_of(running, about(png(99, 99))) for _ in range(2)] == [0, 11202]
