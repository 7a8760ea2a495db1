"""Token counts, limits and credentials that need no server."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulators.counting import Meter, count, qianfan, spark
from emulators.limits import Exceeded, Limits, Windows
from emulators.record import Record


@pytest.mark.parametrize(
    ("text", "by_qianfan", "by_spark"),
    [
        ("", 1, 0), ("你好", 2, 2), ("你好世界啊", 4, 4), ("hello", 1, 2), ("hello world", 2, 3),
        ("top_p 是 0.7", 4, 5), ("，。!", 1, 0), ("𠀀", 1, 1), ("8k模型", 3, 4),
    ],
)  # fmt: skip
def test_counts(text: str, by_qianfan: int, by_spark: int) -> None:
    assert (count(text, qianfan), count(text, spark)) == (by_qianfan, by_spark)


@given(st.lists(st.text(alphabet="ab 字典，.1_\n", max_size=6), max_size=12))
def test_a_text_in_pieces_counts_like_the_whole(pieces: list[str]) -> None:
    for rule in (qianfan, spark):
        meter = Meter(rule)
        for piece in pieces:
            expected = meter.would_be(piece)
            assert meter.add(piece) == expected
        whole = "".join(pieces)
        assert meter.total == (count(whole, rule) if whole else 0)


def test_windows_are_fixed_and_per_credential_and_model() -> None:
    now = [10.0]
    windows = Windows(Limits(requests=2, tokens=100, clock=lambda: now[0]))
    window = windows.admit("k", "m", 60)
    with pytest.raises(Exceeded) as caught:
        windows.admit("k", "m", 41)
    assert caught.value.what == "tokens" and window.requests == 1
    windows.admit("k", "m", 40)
    with pytest.raises(Exceeded):
        windows.admit("k", "m", 0)
    windows.admit("k", "other", 100)
    windows.admit("other", "m", 100)
    assert windows.resets_in(window) == 60.0
    now[0] = 70.0
    assert windows.resets_in(window) == 0.0
    assert windows.admit("k", "m", 100).requests == 1
    windows.spend("k", "m", 7)
    assert windows.current("k", "m").output_tokens == 7


def test_the_log_holds_no_credential() -> None:
    rows: list[dict[str, object]] = []
    query = "access_token=s3cret&client_secret=s3cret&Authorization=s3cret&page=1"
    record = Record(rows.append, "qianfan-v1", "POST", "/x", query)
    record.body = 'client_secret=s3cret&x=1 "access_token": "s3cret"'
    record.close("ok")
    record.close("refused")
    record = Record(rows.append, "qianfan-v1", "POST", "/x", "")
    record.body = {"access_token": "s3cret", "messages": []}
    record.close("ok")
    assert len(rows) == 2 and "s3cret" not in repr(rows)
    assert rows[0]["query"] == {"page": "1"} and rows[1]["body"] == {"messages": []}
