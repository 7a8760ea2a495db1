"""The figures of the usage page: what is drawn, and that it stays small."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import plotly.graph_objects as go
import pytest

from backends import CallError, RateLimit, Usage, Words
from panels.words import usage_words
from tests.usage.conftest import Make
from usage import Store
from usage.charts_call import timeline_figure
from usage.charts_cost import cost_over_time
from usage.charts_limits import headroom_over_time, limit_over_time
from usage.charts_speed import distribution, quantiles_over_time
from usage.charts_tokens import tokens_over_time
from usage.limits import headroom, refill
from usage.prices import Prices
from usage.series import View

CHINA, WORDS = ZoneInfo("Asia/Shanghai"), usage_words("en")
START = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)  # 23:30 in China
MOST_BYTES = 100_000


def limited(remaining: int) -> RateLimit:
    headers = {
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": str(remaining),
    }
    return RateLimit(60, remaining, None, None, headers)


@pytest.fixture
def many(store: Store, make: Make) -> Store:
    """2,000 calls of twelve models over 20 days, some of them refused."""
    refused = CallError("RateLimit", "336501", Words("限", "limit"))
    store.take_over(
        [
            make(
                started_at=START + timedelta(minutes=14.4 * number),
                model=f"model-{number % 12}",
                emulated=number % 2 == 0,
                total_time=1 + number % 9,
                usage=Usage(100, 50, 150, {"cached_tokens": 40, "reasoning_tokens": 20}),
                rate_limit=limited(number % 60),
                error=refused if number % 50 == 0 else None,
                state="failed" if number % 50 == 0 else "ok",
                messages=(),
            )
            for number in range(2_000)
        ]
    )
    return store


def every_figure(view: View) -> dict[str, go.Figure]:
    tokens, limits = view.tokens(), view.limits()
    costs = view.costs(Prices.load(), "at")
    return {
        "kind": tokens_over_time(tokens, "kind", "auto", WORDS, CHINA),
        "model": tokens_over_time(tokens, "model", "auto", WORDS, CHINA),
        "quantiles": quantiles_over_time(view.latency("total_time", "at"), "s", WORDS),
        "distribution": distribution(view.distribution("total_time", "provider"), "s", WORDS),
        "headroom": headroom_over_time(limits, WORDS),
        "limit": limit_over_time(limits, view.refusals(), view.waits(), "requests", WORDS),
        "cost": cost_over_time(costs, "USD", "auto", WORDS, CHINA),
    }


def test_every_figure_is_small_and_has_few_lines(many: Store) -> None:
    for name, figure in every_figure(View(many)).items():
        assert len(figure.to_json()) <= MOST_BYTES, name
        assert len(figure.data) <= 16, name


def test_of_no_calls_there_is_no_line(store: Store) -> None:
    assert {name: len(figure.data) for name, figure in every_figure(View(store)).items()} == (
        dict.fromkeys(every_figure(View(store)), 0)
    )


def test_the_lightest_models_are_drawn_as_one(many: Store) -> None:
    figure = tokens_over_time(View(many).tokens(), "model", "day", WORDS, CHINA)
    names = [trace.name for trace in figure.data]
    assert len({name.removesuffix(" (emulated)") for name in names}) == 7
    assert any(name.startswith("Others") for name in names)


def test_kinds_of_tokens_add_up_to_what_was_used(many: Store) -> None:
    figure = tokens_over_time(View(many).tokens(), "kind", "auto", WORDS, CHINA)
    answered = 2_000 * 150
    assert sum(trace.y.sum() for trace in figure.data) == answered


def test_a_day_is_the_readers_own(store: Store, make: Make) -> None:
    store.take_over([make(started_at=START + timedelta(hours=hours)) for hours in (0, 1)])
    figure = tokens_over_time(View(store).tokens(), "provider", "day", WORDS, CHINA)
    days = [pd.Timestamp(each, unit="ms", tz="UTC").tz_convert(CHINA) for each in figure.data[0].x]
    assert [day.isoformat() for day in days] == [
        "2026-11-20T00:00:00+08:00",
        "2026-11-21T00:00:00+08:00",
    ]


def test_refusals_stand_on_the_axis_of_the_limit(many: Store) -> None:
    view = View(many)
    figure = limit_over_time(view.limits(), view.refusals(), view.waits(), "requests", WORDS)
    names = [trace.name for trace in figure.data]
    assert names[:2] == ["Limit", "Least left"] and "Refused for the rate" in names
    marks = figure.data[names.index("Refused for the rate")]
    assert sum(marks.customdata) == 40


def test_each_of_several_keys_has_its_line_and_one_alone_no_name(store: Store, make: Make) -> None:
    store.take_over(
        [
            make(started_at=START, rate_limit=limited(30), **which)
            for which in (
                {"credential": "key-a"},
                {"credential": None},
                {"credential": "key-a", "model": "lite"},
            )
        ]
    )
    figure = headroom_over_time(View(store).limits(), WORDS)
    assert sorted(trace.name for trace in figure.data) == [
        "qianfan/ernie-speed-8k · key not known (emulated)",
        "qianfan/ernie-speed-8k · key-a (emulated)",
        "qianfan/lite (emulated)",
    ]


def test_what_is_left_is_of_the_last_headers(store: Store, make: Make) -> None:
    left = (30, 5, 45)
    store.take_over(
        [
            make(started_at=START + timedelta(seconds=at), rate_limit=limited(value))
            for at, value in zip((0, 40, 70), left, strict=True)
        ]
    )
    (row,) = headroom(View(store).limits()).to_dict("records")
    assert (row["remaining"], row["share"], row["lowest"]) == (45, 0.75, 5 / 60)


@pytest.mark.parametrize(
    ("readings", "within", "seen"),
    [
        ([(0, 60), (10, 59), (70, 60)], 60, 1),
        ([(0, 5), (30, 60), (31, 59), (51, 60)], 20, 2),
    ],
)
def test_a_refill_is_seen_between_two_answers(readings: Any, within: float, seen: int) -> None:
    found = refill(readings)
    assert found is not None and (found.within, found.seen) == (within, seen)
    assert refill(readings[:1]) is None and refill([(0, 9), (1, 9), (2, 8)]) is None


def test_the_timeline_adds_up_to_the_whole_answer() -> None:
    figure = timeline_figure([(0.5, 0, 9), (1.0, 4, 0), (1.5, 6, 0)], WORDS)
    assert {trace.name: trace.y[-1] for trace in figure.data} == {"Reasoning": 9, "Answer": 10}
    assert len(timeline_figure([], WORDS).data) == 0
