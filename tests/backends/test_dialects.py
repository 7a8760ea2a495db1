"""Each provider's stream, cut at every byte: the answer must not depend on the network's cuts."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends import Completion, Delta, ProviderError, WireRequest
from backends.fold import Fold
from backends.headers import Headers
from backends.line import Line
from backends.providers import PROVIDERS, chatglm, qianfan_v1
from backends.providers.openai_style import OpenAIStyle
from backends.wire import Reply

CHUNKED = {"transfer-encoding": "chunked"}
STREAM = {"content-type": "text/event-stream"}
# What has broken parsers: four-byte characters, line separators inside text, the marker's parts.
PIECES = ("你好👋", " <^", "x\u2028y\u0085z", "\\n```", "。")
TEXT = "".join(PIECES)


@dataclasses.dataclass(frozen=True)
class Dialect:
    """A stream's bytes, how they are read, and what must come out."""

    body: bytes
    read: Callable[[Reply], Iterator[Delta]]
    text: str = TEXT
    headers: dict[str, str] = dataclasses.field(default_factory=lambda: dict(STREAM))
    error: str | None = None


def read(dialect: Dialect, pieces: Sequence[bytes]) -> tuple[Completion, str | None]:
    """The answer folded from these pieces, and the class of the error that ended it."""
    line = Line()
    line.record(WireRequest("POST", "http://127.0.0.1/", {}, {}, "none"))
    line.reached("headers")
    reply = Reply(200, Headers(dialect.headers.items()), line, filter(None, pieces))
    fold, error = Fold(), None
    try:
        for delta in dialect.read(reply):
            fold.add(delta)
    except ProviderError as exc:
        error = type(exc).__name__
    line.close()
    return fold.completion(), error


def _event(data: Any, before: str = "data: ", end: str = "\n\n") -> str:
    return f"{before}{json.dumps(data, ensure_ascii=False)}{end}"


def _chunk(text: str, reason: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": reason}]}


def _style(name: str) -> Callable[[Reply], Iterator[Delta]]:
    service = next(provider for provider in PROVIDERS if provider.name == name)
    assert isinstance(service, OpenAIStyle)
    return lambda reply: service.deltas(reply, {})


USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
_V1 = [
    {"id": "as-1", "sentence_id": place, "is_end": False, "result": piece, "usage": USAGE}
    for place, piece in enumerate(PIECES)
]
_V1_END = {"id": "as-1", "is_end": True, "result": "", "finish_reason": "normal", "usage": USAGE}
_OPENAI = [_event(_chunk(piece)) for piece in PIECES] + [
    _event(_chunk("", "stop")), _event({"choices": [], "usage": USAGE})
]  # fmt: skip
_SPARK = [
    _event({"code": 0, "sid": "cha1", "choices": [{"delta": {"content": piece}, "index": 0}]},
           "data:")
    for piece in PIECES
]  # fmt: skip
_SPARK_END = _event(
    {"code": 0, "sid": "cha1", "choices": [{"delta": {"content": ""}}], "usage": USAGE}, "data:"
)
_SPARK_ERROR = _event({"code": 10014, "message": "output audit failed", "sid": "cha1"}, "data:")
_GROWING = ["".join(PIECES[: place + 1]) for place in range(len(PIECES))]

DIALECTS = {
    "qianfan-v1": Dialect(
        "".join(_event(frame) for frame in [*_V1, _V1_END]).encode(), qianfan_v1._deltas
    ),
    "qianfan-v1, plain error": Dialect(
        b'{"error_code":336501,"error_msg":"Rate limit reached for RPM","id":"as-1"}',
        qianfan_v1._deltas,
        text="",
        headers={"content-type": "application/json"},
        error="RateLimit",
    ),
    "qianfan-v1, error in mid-stream": Dialect(
        (_event(_V1[0]) + '{"error_code":336000,"error_msg":"Internal error"}\n').encode(),
        qianfan_v1._deltas,
        text=PIECES[0],
        error="Unavailable",
    ),
    "qianfan": Dialect(
        (": keep-alive\n\n" + "".join(_OPENAI) + "data: [DONE]\n\n").encode(), _style("qianfan")
    ),
    "deepseek, CRLF": Dialect(
        ("".join(_OPENAI) + "data: [DONE]\n\n").replace("\n", "\r\n").encode(), _style("deepseek")
    ),
    "deepseek, cut": Dialect(_OPENAI[0].encode(), _style("deepseek"), PIECES[0], error="Protocol"),
    "spark-http": Dialect(
        ("".join(_SPARK) + _SPARK_END + "data:[DONE]\n\n").encode(), _style("spark-http")
    ),
    "spark-http, refused in mid-stream": Dialect(
        (_SPARK[0] + _SPARK_ERROR).encode(), _style("spark-http"), PIECES[0], error="ContentFilter"
    ),
    "chatglm": Dialect(
        "".join(f"<^>{text}" for text in _GROWING).encode(), chatglm._cumulative, headers=CHUNKED
    ),
    "chatglm3": Dialect(
        (": ping\r\n\r\n" + "".join(_OPENAI[:-1]).replace("\n\n", "\r\n\r\n")
         + "data: [DONE]\r\n\r\n").encode(),
        _style("chatglm3"),
    ),
    "chatglm3, plain text at the end": Dialect(
        (_event(_chunk("I will "), end="\r\n\r\n") + "data: I will get_weather\r\n\r\n").encode(),
        _style("chatglm3"),
        text="I will get_weather",
    ),
    "chatglm3, empty body": Dialect(b"", _style("chatglm3"), text="", error="Protocol"),
}  # fmt: skip
EVERY = pytest.mark.parametrize("name", DIALECTS)


@EVERY
def test_a_stream_cut_once_anywhere_reads_the_same(name: str) -> None:
    dialect = DIALECTS[name]
    whole = read(dialect, [dialect.body])
    assert (whole[0].text, whole[1]) == (dialect.text, dialect.error)
    for cut in range(len(dialect.body) + 1):
        assert read(dialect, [dialect.body[:cut], dialect.body[cut:]]) == whole, cut


@EVERY
def test_a_stream_byte_by_byte_reads_the_same(name: str) -> None:
    dialect = DIALECTS[name]
    single = [dialect.body[at : at + 1] for at in range(len(dialect.body))]
    assert read(dialect, single) == read(dialect, [dialect.body])


@EVERY
@given(sizes=st.lists(st.integers(1, 60)))
def test_a_stream_in_random_pieces_reads_the_same(name: str, sizes: list[int]) -> None:
    dialect, at, pieces = DIALECTS[name], 0, []
    for size in sizes:
        pieces.append(dialect.body[at : at + size])
        at += size
    assert read(dialect, [*pieces, dialect.body[at:]]) == read(dialect, [dialect.body])


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="<^>"), min_size=1, max_size=9)


@given(st.lists(WORDS, min_size=1, max_size=9))
def test_a_cumulative_stream_gives_back_what_was_said(words: list[str]) -> None:
    growing = ["".join(words[: place + 1]) for place in range(len(words))]
    body = "".join(f"<^>{text}" for text in growing).encode()
    dialect = Dialect(body, chatglm._cumulative, headers=CHUNKED)
    for cut in range(len(body)):
        answer, error = read(dialect, [body[:cut], body[cut:]])
        assert (answer.text, error) == ("".join(words).replace("\0", "\\u0000"), None)


@pytest.mark.parametrize("name", ["qianfan-v1", "qianfan", "spark-http", "chatglm3"])
def test_a_stream_that_ends_early_is_never_a_whole_answer(name: str) -> None:
    """Without the mark that ends it, an answer is cut wherever the bytes end."""
    dialect = DIALECTS[name]
    # Everything before the last thing that says "this was all".
    mark = {"qianfan-v1": b'"is_end": true', "spark-http": b'"usage"'}.get(name, b'"stop"')
    last = dialect.body.rindex(mark)
    for end in range(last):
        assert read(dialect, [dialect.body[:end]])[1] == "Protocol", end


def test_the_cut_of_a_cumulative_stream_is_seen_inside_an_item() -> None:
    answer, error = read(DIALECTS["chatglm"], ["<^>你好<^>你".encode()])
    assert (answer.text, error) == ("你好", "Protocol")
    answer, error = read(DIALECTS["chatglm"], ["<^>你好<^>你好👋".encode()[:-1]])
    assert (answer.text, error) == ("你好", "Protocol")
