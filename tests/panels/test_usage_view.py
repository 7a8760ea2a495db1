"""A link brings back what was looked at, and an odd link never breaks the page."""

from __future__ import annotations

import shlex
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from backends import State
from panels import usage_view
from panels.usage_view import NAMES, View, as_params, command, parse

NAMED = st.one_of(st.none(), st.text(min_size=1))
DAY = st.one_of(st.none(), st.dates())


def several(one: Any) -> Any:
    return st.lists(one, unique=True, max_size=3).map(tuple)


VIEWS = st.builds(
    View,
    view=st.sampled_from(usage_view.SECTIONS),
    time=st.sampled_from(["all", "hour", "week", "days"]),
    first=DAY,
    last=DAY,
    provider=several(st.text(min_size=1)),
    model=several(st.text(min_size=1)),
    state=several(st.sampled_from(get_args(State))),
    kind=st.sampled_from([None, *usage_view.KINDS]),
    run=NAMED,
    tag=NAMED,
    user=NAMED,
    credential=NAMED,
    q=st.text(),
    sort=st.sampled_from(usage_view.SORTS),
    up=st.booleans(),
    page=st.integers(1, 200),
    reach=st.integers(1, 9),
    call=NAMED,
    per=st.sampled_from(usage_view.PER),
    by=st.sampled_from(usage_view.BY),
    measure=st.sampled_from(usage_view.MEASURES),
    line=NAMED,
)


@given(VIEWS)
def test_a_link_brings_the_view_back(view: View) -> None:
    assert parse(as_params(view)) == view


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.text(), max_size=3)))
def test_an_odd_link_is_a_view_all_the_same(params: dict[str, list[str]]) -> None:
    view = parse(params)
    assert parse(as_params(view)) == view
    assert view.view in usage_view.SECTIONS and view.page >= 1


def test_what_is_usual_is_not_in_the_address() -> None:
    assert as_params(View()) == {}
    assert as_params(View(view="calls", up=True, model=("a/b", "c/d"))) == {
        "view": ["calls"],
        "model": ["a/b", "c/d"],
        "up": ["1"],
    }


def test_days_are_the_readers_own_and_both_included() -> None:
    now, china = datetime(2026, 11, 29, 1, 0, tzinfo=UTC), timezone(timedelta(hours=8))
    view = View(time="days", first=date(2026, 11, 20), last=date(2026, 11, 20))
    assert view.bounds(now, china) == (
        datetime(2026, 11, 19, 16, tzinfo=UTC),
        datetime(2026, 11, 20, 16, tzinfo=UTC),
    )
    assert View(time="hour").bounds(now, china) == (now - timedelta(hours=1), None)
    assert View(first=date(2026, 11, 20)).bounds(now, china) == (None, None)


def test_the_command_has_the_filters_and_is_safe_in_a_shell() -> None:
    view = View(model=("spark/lite",), state=("failed", "partial"), q="it's; rm -rf /", tag="t",
                credential="key-a")  # fmt: skip
    since = datetime(2026, 11, 20, tzinfo=UTC)
    assert shlex.split(command(view, since, None)) == [
        *("python", "desk.py", "usage", "export", "--since", "2026-11-20T00:00:00+00:00"),
        *("--model", "spark/lite", "--state", "failed", "--state", "partial", "--tag", "t"),
        *("--credential", "key-a"),
        *("--search", "it's; rm -rf /", "--output", "calls.jsonl"),
    ]
