"""Framing, cut at every byte and in every way."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.framing import FRAME_LIMIT, FrameTooLarge, events, lines

# Everything that has broken a stream parser: CRLF, CR, comments, no space, several data lines,
# U+2028 and U+0085 inside text, a bare JSON error, no blank line at the end.
STREAM = (
    '\ufeffdata: {"a":"你好👋"}\r\n\r\n'
    ": keep-alive\n\n"
    'event: message\nid: 7\nretry: 10\ndata:{"b":"x\u2028y\u0085z"}\n\n'
    "data: line one\ndata: line two\n\n"
    "data: bare cr\r\r"
    '{"error_code":110,\n "error_msg":"x"}\n\n'
    "data: [DONE]"
).encode()
EVENTS = [
    '{"a":"你好👋"}',
    '{"b":"x\u2028y\u0085z"}',
    "line one\nline two",
    "bare cr",
    '{"error_code":110,\n "error_msg":"x"}',
    "[DONE]",
]


def test_events_whole() -> None:
    assert list(events([STREAM])) == EVENTS


@pytest.mark.parametrize("cut", range(len(STREAM) + 1))
def test_events_cut_once_anywhere(cut: int) -> None:
    assert list(events([STREAM[:cut], STREAM[cut:]])) == EVENTS


def test_events_byte_by_byte() -> None:
    assert list(events(bytes([byte]) for byte in STREAM)) == EVENTS


@given(st.lists(st.integers(1, 40)))
def test_events_in_random_pieces(sizes: list[int]) -> None:
    pieces, rest = [], STREAM
    for size in sizes:
        pieces.append(rest[:size])
        rest = rest[size:]
    assert list(events([*pieces, rest])) == EVENTS


@given(
    st.lists(st.text(max_size=60), max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.integers(1, 9),
)
def test_any_json_text_comes_through(texts: list[str], end: str, size: int) -> None:
    sent = [
        json.dumps({"text": text}, ensure_ascii=bool(number % 2))
        for number, text in enumerate(texts)
    ]
    # A lone surrogate can only travel escaped.
    data = "".join(f"data: {text}{end}{end}" for text in sent).encode("utf-8", "replace")
    got = list(events(data[at : at + size] for at in range(0, len(data), size)))
    assert got == [text.encode("utf-8", "replace").decode() for text in sent]


def test_invalid_utf8_is_shown_as_replacement_not_raised() -> None:
    assert list(events([b"data: a\xffb\n\n"])) == ["a\ufffdb"]


def test_an_endless_line_is_cut() -> None:
    with pytest.raises(FrameTooLarge):
        list(lines(b"x" * 65536 for _ in range(FRAME_LIMIT // 65536 + 1)))
