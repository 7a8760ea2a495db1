"""Searching in questions and answers, and paging through the calls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends import Message
from tests.usage.conftest import Make
from usage import Store, search
from usage.filters import Filter

START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def put(store: Store, make: Make, *told: tuple[str, str], **more: Any) -> list[str]:
    """Record calls of these questions and answers a minute apart; their ids."""
    calls = [
        make(
            messages=(Message("user", question),),
            text=text,
            system="",
            started_at=START + timedelta(minutes=place),
            **more,
        )
        for place, (question, text) in enumerate(told)
    ]
    store.take_over(calls)
    return [call.id for call in calls]


def found(store: Store, text: str, which: Filter | None = None) -> list[str]:
    return [row["id"] for row in search.listing(store, which or Filter(), text).rows]


def test_two_chinese_characters_are_found_in_question_and_answer(store: Store, make: Make) -> None:
    ids = put(store, make, ("怎样设温度？", "0.5"), ("你好", "温度高则多样"), ("再见", "好"))
    assert found(store, "温度") == [ids[1], ids[0]]


def test_percent_underscore_and_backslash_are_characters(store: Store, make: Make) -> None:
    ids = put(store, make, ("100% sure", ""), ("top_p", ""), ("topxp", "a\\b"), ("100 sure", ""))
    assert found(store, "100%") == [ids[0]]
    assert found(store, "top_p") == [ids[1]]
    assert found(store, "a\\b") == [ids[2]]
    assert found(store, "%") == [ids[0]]


def test_what_json_escapes_is_found_and_its_own_words_are_not(store: Store, make: Make) -> None:
    ids = put(store, make, ('say "hi there"\nnow', ""), ("C:\\new", ""), ("plain", ""))
    assert found(store, "C:\\new") == [ids[1]]
    assert found(store, '"hi there"') == [ids[0]]
    assert found(store, "role") == [] and found(store, "content") == []


def test_every_word_must_occur_in_any_case_and_place(store: Store, make: Make) -> None:
    ids = put(store, make, ("Explain TOP_P", "it cuts the tail"), ("Explain it", "no"))
    assert found(store, "explain TAIL") == [ids[0]]
    assert found(store, '"cuts the"') == [ids[0]]
    assert found(store, '"the cuts"') == []


def test_a_search_stays_within_the_filter(store: Store, make: Make) -> None:
    put(store, make, ("温度", ""), provider="spark", model="lite")
    ids = put(store, make, ("温度", ""), tag="tune")
    assert found(store, "温度", Filter(tag="tune")) == ids
    assert found(store, "温度", Filter(models=("spark/max",))) == []
    assert len(found(store, "温度", Filter(models=("spark/lite", "qianfan/ernie-speed-8k")))) == 2


def test_the_surroundings_of_what_was_found_are_shown(store: Store, make: Make) -> None:
    put(store, make, ("问" * 60 + "温度" + "答" * 60, ""), ("短问题", ""))
    rows = search.listing(store, Filter(), "温度").rows
    assert rows[0]["excerpt"] == "…" + "问" * 40 + "温度" + "答" * 40 + "…"
    assert search.listing(store, Filter()).rows[0]["excerpt"] == "短问题"


def test_a_search_that_stops_early_says_so_and_goes_on_when_asked(
    store: Store, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = put(store, make, ("温度", ""), *[("别的", "")] * 9)
    monkeypatch.setattr(search, "_WINDOW", 2)
    monkeypatch.setattr(search, "MOST_LOOKED", 6)
    first = search.listing(store, Filter(), "温度")
    assert (first.count, first.looked, first.whole) == (0, 6, False)
    second = search.listing(store, Filter(), "温度", reach=2)
    assert [row["id"] for row in second.rows] == ids[:1]
    assert (second.looked, second.whole) == (10, True)


def test_pages_are_of_all_calls_once_and_in_order(
    store: Store, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PAGE", 3)
    ids = put(store, make, *[("温度", "")] * 8)
    for text in ("", "温度"):
        pages = [search.listing(store, Filter(), text, page=page) for page in (1, 2, 3)]
        assert [row["id"] for page in pages for row in page.rows] == ids[::-1]
        assert {page.count for page in pages} == {8} and pages[0].whole


def test_calls_without_the_figure_come_last_whichever_way(store: Store, make: Make) -> None:
    slow = put(store, make, ("温度", ""), total_time=9.0)
    none = put(store, make, ("温度", ""), total_time=None)
    fast = put(store, make, ("温度", ""), total_time=0.5)
    for text in ("", "温度"):
        down = search.listing(store, Filter(), text, "total_time").rows
        up = search.listing(store, Filter(), text, "total_time", descending=False).rows
        assert [row["id"] for row in down] == slow + fast + none
        assert [row["id"] for row in up] == fast + slow + none


def test_an_export_of_a_search_has_what_the_list_has(store: Store, make: Make) -> None:
    ids = put(store, make, ("怎样设温度？", "0.5"), ("100%", "好"), ("role", "温度 100%"))
    for text in ("温度", "100%", "温度 100%", "role", ""):
        exported = [call.id for call in search.matching(store.each(which=Filter()), text)]
        assert exported == found(store, text)[::-1] and set(exported) <= set(ids)


def test_kinds_are_told_apart(store: Store, make: Make) -> None:
    put(store, make, ("a", ""), emulated=True)
    live = put(store, make, ("a", ""), emulated=False)
    own = put(store, make, ("a", ""), emulated=False, provider="handbook", model="ngram")
    for kind, ids in (("live", live), ("built_in", own)):
        which = Filter().of_kind(kind, ["handbook"])
        assert [call.id for call in store.each(which=which)] == ids
    none = Filter(providers=("qianfan",)).of_kind("built_in", ["handbook"])
    assert list(store.each(which=none)) == []


@given(st.lists(st.text("温度aB%_\\'", min_size=1), max_size=4))
def test_terms_are_the_words_and_what_is_quoted_is_one(words: list[str]) -> None:
    assert search.terms("  ".join(words)) == tuple(words)
    phrase = " ".join(words)
    assert search.terms(f'"{phrase}"') == ((phrase,) if words else ('""',))
