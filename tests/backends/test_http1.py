"""HTTP framing on a socket: whatever way the bytes were cut, and what is refused as no HTTP."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import socket
import threading
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.wire.http1 import Answer, Broken, question

BODY = "雨后初晴，".encode() * 40
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


def _chunked(body: bytes, size: int = 50, end: bytes = b"0\r\n\r\n") -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x;note=1\r\n%s\r\n" % (len(part), part) for part in parts) + end


def _raw(body: bytes) -> bytes:
    packing = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packing.compress(body) + packing.flush()


def read(wire: bytes, cuts: list[int] | None = None) -> tuple[Answer, bytes]:
    """The answer in these bytes, which come in pieces that end at the `cuts`; then it is over."""
    ours, theirs = socket.socketpair()
    places = [0, *sorted(cuts or []), len(wire)]

    def send() -> None:
        # Who reads may have had enough.
        with theirs, contextlib.suppress(OSError):
            for begin, end in itertools.pairwise(places):
                theirs.sendall(wire[begin:end])

    thread = threading.Thread(target=send)
    thread.start()
    try:
        with ours:
            answer = Answer(ours)
            return answer, b"".join(answer.body())
    finally:
        thread.join()


COUNTED = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + _chunked(BODY)
TO_THE_END = HEAD + b"\r\n" + BODY


def _packed(encoding: bytes, body: bytes) -> bytes:
    head = HEAD + b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (encoding, len(body))
    return head + body


@given(st.sampled_from([COUNTED, CHUNKED, TO_THE_END]), st.lists(st.integers(1, 600), max_size=9))
def test_a_body_is_whole_wherever_the_network_cut_it(wire: bytes, cuts: list[int]) -> None:
    answer, body = read(wire, [min(cut, len(wire)) for cut in cuts])
    assert (answer.status, body) == (200, BODY)
    assert answer.keeps == (wire is not TO_THE_END)


@pytest.mark.parametrize(
    "wire",
    [
        _packed(b"gzip", gzip.compress(BODY)),
        _packed(b"GZIP", gzip.compress(BODY[:99]) + gzip.compress(BODY[99:])),
        _packed(b"deflate", zlib.compress(BODY)),
        _packed(b"deflate", _raw(BODY)),
    ],
)
def test_what_is_packed_comes_unpacked(wire: bytes) -> None:
    assert read(wire, list(range(1, len(wire), 7)))[1] == BODY


def test_no_piece_is_large_however_small_it_was_packed() -> None:
    wire = _packed(b"gzip", gzip.compress(bytes(4 << 20)))
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(wire)
        sizes = [len(piece) for piece in Answer(ours).body()]
    assert sum(sizes) == 4 << 20 and max(sizes) <= 1 << 16


@pytest.mark.parametrize(
    "wire",
    [
        b"",
        b"HTTP/1.1 200",
        b"hello\r\n\r\n",
        b"HTTP/2 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * (1 << 18),
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * (1 << 16),
        HEAD + b"Content-Length: 5, 6\r\n\r\nhello!",
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n",
        COUNTED[:-1],
        CHUNKED[:-1],
        CHUNKED[:-5],
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"a: b\r\n" * 200,
    ],
)  # fmt: skip
def test_what_is_cut_or_no_http_is_never_an_answer(wire: bytes) -> None:
    with pytest.raises(Broken):
        read(wire)


def test_what_is_packed_and_cut_is_not_whole() -> None:
    with pytest.raises(EOFError):
        read(_packed(b"gzip", gzip.compress(BODY)[:-9]))


@pytest.mark.parametrize("encoding", [b"br", b"gzip, gzip", b"gzip"])
def test_what_does_not_unpack_makes_no_sense(encoding: bytes) -> None:
    with pytest.raises(ValueError, match=r"encoding|unpack"):
        read(_packed(encoding, b"hello, hello"))


def test_interim_answers_are_passed_over() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"
    answer, body = read(b"HTTP/1.1 100 Continue\r\n\r\n" + early + COUNTED)
    assert (answer.status, body, "link" in answer.headers) == (200, BODY, False)


def test_headers_are_read_as_they_stand() -> None:
    answer, _ = read(
        b"HTTP/1.1 200\nX-RateLimit-Limit:  5 \nSet-Cookie: a\nset-cookie: b\nLong: one\n"
        b"\t two\nnonsense\nContent-Length: 0\n\n"
    )
    assert answer.headers["x-ratelimit-limit"] == "5"
    assert answer.headers.written["x-ratelimit-limit"] == "X-RateLimit-Limit"
    assert (answer.headers["set-cookie"], answer.headers["long"]) == ("a, b", "one two")


@pytest.mark.parametrize(
    ("wire", "keeps"),
    [
        (COUNTED, True),
        (COUNTED + b"x", False),
        (CHUNKED, True),
        (CHUNKED.replace(b"Transfer", b"Content-Length: 5\r\nTransfer"), False),
        (COUNTED.replace(b"HTTP/1.1", b"HTTP/1.0"), False),
        (COUNTED.replace(b"Content-Type: text/plain", b"Connection: Close"), False),
        (HEAD.replace(b"200", b"204") + b"\r\n", True),
    ],
)
def test_a_connection_serves_again_only_where_nothing_is_left_of_the_answer(
    wire: bytes, keeps: bool
) -> None:
    assert read(wire)[0].keeps is keeps


def test_a_question_goes_out_in_one_piece_and_no_header_holds_two() -> None:
    asked = question("POST", "a.example", "/v1?x=1", {"Authorization": "Bearer k"}, b"{}")
    assert asked == (
        b"POST /v1?x=1 HTTP/1.1\r\nHost: a.example\r\nAuthorization: Bearer k\r\n"
        b"Content-Length: 2\r\n\r\n{}"
    )
    with pytest.raises(ValueError, match="header"):
        question("GET", "a.example", "/", {"X": "a\r\nY: b"}, None)
    with pytest.raises(ValueError, match="latin"):
        question("GET", "a.example", "/", {"X": "春"}, None)
