"""The benchmarks at their shortest: the same functions, and gates for a busy machine."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator

import pytest
from playwright.sync_api import Browser

import bench.__main__ as bench
from bench import streaming, study
from bench.apps import KINDS, App, running
from bench.browser import chromium
from bench.report import Row, table
from bench.upstream import LAST_WORDS, Served, Upstream, answer, kept_pace, question

PLAN = bench.Plan(pace=1000, length=1000, rounds=1, people=8, answer=60, crowds=1, stalls=12,
                  looks=1)  # fmt: skip

pytestmark = pytest.mark.alone


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream(PLAN.pace, slow=40) as running_upstream:
        yield running_upstream


@pytest.fixture(scope="module", params=KINDS)
def app(request: pytest.FixtureRequest, upstream: Upstream) -> Iterator[App]:
    with running(request.param, upstream.environment) as running_app:
        yield running_app


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running_browser:
        yield running_browser


def test_four_times_the_text_is_about_four_times_the_bytes(
    app: App, upstream: Upstream, browser: Browser
) -> None:
    def measured() -> list[Row]:
        found = list(streaming.rounds(browser, app, upstream, PLAN.length, PLAN.rounds))
        return [streaming.row(app, streaming.BYTES, PLAN.length, found)]

    _check(measured)


def test_nobody_waits_much_longer_than_the_answer_takes(app: App, upstream: Upstream) -> None:
    # Eight redraws of a page that take as long as they should come to 1.15.
    _check(lambda: [bench.crowd_row(app, upstream, PLAN)], slack=1.2)


def test_stalled_providers_hold_up_no_page_and_end_with_their_visitors(
    app: App, upstream: Upstream
) -> None:
    _check(lambda: bench.stall_rows(app, upstream, PLAN))


def test_six_columns_record_when_their_first_tokens_were_written() -> None:
    with study.service() as service:
        _check(lambda: [study.columns_row(service, 2)])


def test_many_calls_of_a_study_need_hardly_more_memory_than_few() -> None:
    with study.service() as service:
        _check(lambda: [study.memory_row(service, 500, 3_000)])


def test_an_answer_has_the_length_that_was_asked_for() -> None:
    for wanted in (1, 2, 20, 777):
        tokens = list(answer(question(wanted), "", None))
        assert len(tokens) == wanted
        assert [token.finish_reason for token in tokens[:-1]] == [None] * (wanted - 1)
        assert tokens[-1].finish_reason == "stop"
        assert tokens[-1].text.endswith(LAST_WORDS)


def test_a_late_or_broken_emulator_makes_a_round_void() -> None:
    good = Served(100, 1.0, "ok")
    assert kept_pace([good], 100)
    assert not kept_pace([], 100)
    assert not kept_pace([good, Served(100, 2.0, "ok")], 100)
    assert not kept_pace([good, Served(100, 1.0, "length")], 100)


def test_the_table_says_which_bars_hold() -> None:
    rows = [Row("a", "m", [4.0, 4.5, 9.0], 5), Row("a", "m", [6.0], 5), Row("a", "m", [], 5)]
    assert [row.verdict for row in rows] == ["pass", "FAIL", "void"]
    lines = table(rows).splitlines()
    assert "4.50 x" in lines[1] and "4.00–9.00" in lines[1]
    bars = [line.index("≤ 5") for line in lines[1:]]
    assert all(one == other for one, other in itertools.pairwise(bars))


def _check(measure: Callable[[], Iterable[Row]], slack: float = 1.4) -> None:
    """Measure, again while the emulators could not keep their own pace, but not for ever."""
    for _ in range(3):
        rows = list(measure())
        if all(row.verdict != "void" for row in rows):
            break
    else:
        pytest.fail("the emulators could not keep their pace in three rounds:\n" + table(rows))
    for row in rows:
        # One short round: what must not come back misses its bar by more.
        assert row.median <= slack * row.bar, table([row])
