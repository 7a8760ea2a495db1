"""Rollups say what the rows say: to the last token, whatever happened on the way."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Connection, delete, select

from backends import Call, CallError, RateLimit, Usage, Words
from tests.usage.conftest import Make
from usage import Store, rollups
from usage.filters import Filter
from usage.histograms import unpack
from usage.prices import Prices
from usage.rolled import Rolled
from usage.series import View
from usage.sources import Folded, Source, extent
from usage.tables import calls, rollup_spreads, rollup_sums
from usage.tally import COLUMNS, DAY, HOUR, KEYED, SUMS

pytestmark = pytest.mark.databases

BY = ("start_ms", *KEYED, "state", "price_class", "error_code")
START = datetime(2026, 11, 16, 22, 30, tzinfo=UTC)


KINDS: list[dict[str, Any]] = [
    {"state": "ok"},
    {"state": "length", "usage": Usage(40_000, 150, None, {"cached_tokens": 7})},
    {"state": "failed", "usage": None, "error": CallError("RateLimit", "18", Words("限", "l"))},
    {"state": "refused", "usage": None, "billed": "no", "rate_limit": None},
    {"state": "sent", "usage": None, "rate_limit": None},
    {"state": "cancelled", "usage": Usage(3, 4, 7, source="estimate")},
]


def varied(make: Make, number: int) -> list[Call]:
    """Calls of all kinds over some days."""
    draw = random.Random(number)
    return [_one(make, draw) for _ in range(number)]


def _one(make: Make, draw: random.Random) -> Call:
    left = {"X-Ratelimit-Remaining-Requests": str(draw.randrange(300))}
    facts: dict[str, Any] = {
        "started_at": START + timedelta(hours=draw.random() * 60),
        "provider": draw.choice(["qianfan", "spark"]),
        "model": draw.choice(["ernie-speed-8k", "ernie-4.5-turbo-128k"]),
        "emulated": draw.random() < 0.3,
        "credential": draw.choice([None, "key-a", "key-b"]),
        "time_to_first_token": draw.lognormvariate(-1, 1),
        "total_time": draw.lognormvariate(1, 1),
        "rate_limit": RateLimit(headers=left),
        "waited": draw.choice([None, 0.0, 1.25]),
        "error": None,
    }
    return make(**{**facts, **draw.choice(KINDS)})


def assert_rollups_agree(store: Store) -> None:
    """What rollups tell is what the rows come to, at both levels."""
    span = extent(store, Filter())
    if span is None:
        assert store.rows(select(rollup_sums)) == []
        return
    rows = Folded(store, Filter())
    for width in (HOUR, DAY):
        rolled = Rolled(store, Filter(), span, width)
        assert_same(rolled, rows, width)


def assert_same(one: Source, other: Source, width: int) -> None:
    """Both tell the same sums and the same spreads."""
    assert one.added(width, BY, SUMS) == other.added(width, BY, SUMS)
    told, wanted = (
        sorted((*each[:3], unpack(each.times), each.limits) for each in source.spreads(width))
        for source in (one, other)
    )
    assert told == wanted


def test_sums_and_spreads_are_those_of_the_rows(store: Store, make: Make) -> None:
    for call in varied(make, 150):
        store.open(call)
    assert_rollups_agree(store)


def test_a_call_counts_when_it_settles_and_once(store: Store, make: Make) -> None:
    made = varied(make, 60)
    for call in made:
        store.open(replace(call, state="sent", usage=None, rate_limit=None))
    assert_rollups_agree(store)
    ends = [replace(call, state="ok") for call in made]
    for call in [*ends, *ends, *(replace(call, state="failed") for call in made)]:
        store.close(call, wait=False)
    store.write(lambda _: None).result()
    assert View(store).states()["state"].unique().tolist() == ["ok"]
    assert_rollups_agree(store)


def test_two_processes_add_to_the_same_hour(url: str, store: Store, make: Make) -> None:
    other = Store(url)
    shares = [(store, varied(make, 80)), (other, varied(make, 81))]

    def work(mine: Store, share: Sequence[Call]) -> None:
        for call in share:
            mine.open(replace(call, state="sent", usage=None, rate_limit=None))
            mine.close(call if call.state != "sent" else replace(call, state="ok"))

    threads = [threading.Thread(target=work, args=share) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.shut()
    assert View(store).totals()["calls"].sum() == 161
    assert_rollups_agree(store)


def _deleted(store: Store, *conditions: Any) -> None:
    """Delete calls as whoever deletes them must."""
    columns = [calls.c[name] for name in COLUMNS]

    def work(connection: Connection) -> None:
        rows = connection.execute(select(*columns).where(*conditions)).mappings().all()
        rollups.forget(connection, list(map(dict, rows)))
        connection.execute(delete(calls).where(*conditions))

    store.write(work).result()


def test_deleted_calls_are_taken_back(store: Store, make: Make) -> None:
    # Of one line each, so that no bucket keeps what a deleted call's headers said.
    for call in varied(make, 90):
        store.open(call if call.provider == "spark" else replace(call, rate_limit=None))
    _deleted(store, calls.c.provider == "spark")
    assert_rollups_agree(store)
    _deleted(store, calls.c.emulated.is_(True))
    assert_rollups_agree(store)
    _deleted(store)
    assert store.rows(select(rollup_sums)) == []
    assert store.rows(select(rollup_spreads)) == []


@pytest.mark.parametrize("after", [timedelta(hours=26, minutes=7), timedelta(hours=25.5)])
def test_what_is_older_than_a_moment_is_taken_back(
    store: Store, make: Make, after: timedelta
) -> None:
    for call in varied(make, 120):
        store.open(replace(call, rate_limit=None))
    before = round((START + after).timestamp() * 1000)

    def work(connection: Connection) -> None:
        rollups.forget_before(connection, before)
        connection.execute(delete(calls).where(calls.c.started_ms < before))

    store.write(work).result()
    assert 0 < View(store).totals()["calls"].sum() < 120
    assert_rollups_agree(store)


def test_a_page_of_rollups_shows_what_a_page_of_rows_does(
    store: Store, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for call in varied(make, 200):
        store.open(call)
    prices = Prices.load()
    rows = View(store)
    monkeypatch.setattr("usage.series._FEW", 10)
    rolled = View(store)
    assert rows.span.width < rolled.span.width == timedelta(hours=1)
    by = ["provider", "model", "emulated"]
    for told, wanted in (
        (rolled.totals(), rows.totals()),
        (rolled.headers(), rows.headers()),
        (rolled.costs(prices), rows.costs(prices)),
        (rolled.latency("total_time", "provider"), rows.latency("total_time", "provider")),
    ):
        keys = [name for name in by if name in told]
        told, wanted = (each.sort_values(keys, ignore_index=True) for each in (told, wanted))
        pd.testing.assert_frame_equal(told, wanted, check_dtype=False)
    assert rolled.limits()["lowest_remaining"].min() == rows.limits()["lowest_remaining"].min()
    assert rolled.refusals()["calls"].sum() == rows.refusals()["calls"].sum() > 0


def test_cost_from_rollups_is_exact(
    store: Store, make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(
        "\n".join(
            f'[[price]]\nmodels = ["{model}"]\ncurrency = "CNY"\ninput = {price}\noutput = 0.7\n'
            f'valid_from = {day}\nsource = "https://example.com"\n{more}\n'
            for model, price, day, more in (
                ("spark/ernie-speed-8k", "0.3", "2026-01-01", ""),
                ("spark/ernie-speed-8k", "0.5", "2026-11-18", "cached_input = 0.1"),
                ("qianfan/ernie-speed-8k", "0.1", "2026-01-01", "up_to_input = 32000"),
                ("qianfan/ernie-speed-8k", "0.2", "2026-01-01", ""),
                ("qianfan/ernie-4.5-turbo-128k", "1", "2026-01-01", "weekday_hours = [[1, 9]]"),
                ("qianfan/ernie-4.5-turbo-128k", "2", "2026-01-01", ""),
                ("spark/ernie-4.5-turbo-128k", "3", "2026-01-01", "up_to_output = 17"),
                ("spark/ernie-4.5-turbo-128k", "4", "2026-01-01", ""),
            )
        ),
        encoding="utf-8",
    )
    prices = Prices.load(path)
    made = varied(make, 300)
    for call in made:
        store.open(call)
    monkeypatch.setattr("usage.series._FEW", 10)
    for _ in range(2):
        known = View(store).costs(prices).dropna(subset="amount")
        each = [cost.amount for call in made if (cost := prices.cost(call)) is not None]
        assert sum(known["amount"]) == sum(each, Decimal(0)) > 0
        monkeypatch.setattr("usage.series._OF_ROLLUPS", ())  # the second time by days


def test_filters_that_rollups_cannot_tell_are_read_from_rows(
    store: Store, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place, call in enumerate(varied(make, 60)):
        store.open(replace(call, run=f"r{place % 2}", state="ok"))
    monkeypatch.setattr("usage.series._FEW", 10)
    assert View(store, Filter(run="r1")).totals()["calls"].sum() == 30
    assert View(store, Filter(states=("failed",))).latency("total_time").empty
    monkeypatch.setattr("usage.sources.MOST_ROWS", 20)
    newest = View(store, Filter(run="r1"))
    assert (newest.totals()["calls"].sum(), newest.whole) == (20, False)
    assert View(store).whole


def test_keys_are_told_apart_at_any_size(
    store: Store, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for call in varied(make, 120):
        store.open(call)
    by_rows = View(store, Filter(credential="key-a"))
    monkeypatch.setattr("usage.series._FEW", 10)
    by_rollups = View(store, Filter(credential="key-a"))
    assert by_rows.span.width < by_rollups.span.width
    assert by_rollups.whole and by_rollups.spreads_whole
    assert set(by_rollups.limits()["credential"]) == {"key-a"}
    for told, wanted in (
        (by_rollups.totals(), by_rows.totals()),
        (by_rollups.headers(), by_rows.headers()),
        (by_rollups.latency("total_time"), by_rows.latency("total_time")),
    ):
        pd.testing.assert_frame_equal(told, wanted, check_dtype=False)
    assert 0 < by_rollups.totals()["calls"].sum() < View(store).totals()["calls"].sum()


def test_calls_from_before_the_rollups_are_counted(
    url: str, base: str, store: Store, make: Make
) -> None:
    if base != "sqlite":
        pytest.skip("taken apart in the words of SQLite")
    for call in varied(make, 100):
        store.open(call)
    with store._writing.begin() as connection:
        for name in ("rollup_sums", "rollup_spreads", "paces"):
            connection.exec_driver_sql(f"DROP TABLE {name}")
        connection.exec_driver_sql("DROP TABLE facts")
        for name in ("waited", "credential"):
            connection.exec_driver_sql(f"ALTER TABLE calls DROP COLUMN {name}")
        for name in ("provider", "state", "run", "tag", "user"):
            connection.exec_driver_sql(f"DROP INDEX calls_by_{name}")
        for name in ("run", "state"):
            connection.exec_driver_sql(f"CREATE INDEX calls_by_{name} ON calls ({name})")
        connection.exec_driver_sql("UPDATE tunedesk_version SET version_num = '0005'")
    upgraded = Store(url)
    assert_rollups_agree(upgraded)
    upgraded.shut()
