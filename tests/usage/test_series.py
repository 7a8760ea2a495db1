"""What the usage page's frames promise: counted right, small, and unknown where unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from backends import Call, CallError, RateLimit, Usage, Words
from tests.usage.conftest import Make
from usage import Store
from usage.filters import Filter
from usage.prices import Prices
from usage.series import View

pytestmark = pytest.mark.databases

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
PRICED = "ernie-4.5-turbo-128k"


def later(**time: float) -> datetime:
    """So long after noon."""
    return NOON + timedelta(**time)


def put(store: Store, make: Make, **fields: Any) -> Call:
    """Record a call that succeeded, at noon, unless the fields say otherwise."""
    call = make(**{"started_at": NOON, "error": None, **fields})
    store.open(call)
    return call


def test_an_empty_store_gives_empty_frames_with_their_columns(store: Store) -> None:
    view = View(store)
    drawn = [view.totals(), view.states(), view.tokens(), view.errors(), view.refusals()]
    drawn += [view.waits(), view.limits(), view.headers(), view.costs(Prices.load(), "at")]
    drawn += [view.latency("total_time", "at"), view.distribution("total_time", "provider")]
    assert all(frame.empty and len(frame.columns) > 3 for frame in drawn)


def test_tokens_are_summed_by_bucket_and_unknown_is_missing(store: Store, make: Make) -> None:
    put(store, make, usage=Usage(10, 20, 30, {"reasoning_tokens": 5}))
    put(store, make, started_at=later(minutes=40), usage=Usage(1, 2, 3))
    put(store, make, provider="spark", usage=None)
    tokens = View(store).tokens()
    counted, silent = (tokens[tokens["provider"] == name] for name in ("qianfan", "spark"))
    assert counted["input_tokens"].tolist() == [10, 1]
    assert counted["reasoning_tokens"].isna().tolist() == [False, True]
    assert silent["input_tokens"].isna().all() and silent["output_tokens"].isna().all()
    assert silent["calls"].tolist() == [1]


def test_errors_refusals_and_truncated_answers_are_told_apart(store: Store, make: Make) -> None:
    limit = CallError("RateLimit", "336501", Words("限", "limit"))
    for error in (limit, limit, CallError("Timeout", None, Words("慢", "slow"))):
        put(store, make, state="failed", error=error)
    put(store, make, state="length")
    put(store, make, state="cancelled", error=CallError("Cancelled", None, Words("停", "stopped")))
    view = View(store)
    assert view.errors()[["error_class", "error_code", "calls"]].to_numpy().tolist() == [
        ["RateLimit", "336501", 2],
        ["Timeout", "", 1],
    ]
    assert view.refusals()[["error_code", "calls"]].to_numpy().tolist() == [["336501", 2]]
    states = view.states().set_index("state")["calls"]
    assert states.to_dict() == {"failed": 3, "length": 1, "cancelled": 1}


def test_limits_keep_the_last_and_the_lowest_of_a_bucket(store: Store, make: Make) -> None:
    for second, left in enumerate((50, 3, 40)):
        sent = {"X-RateLimit-Limit-Requests": "60", "x-ratelimit-remaining-requests": f"{left}"}
        at = later(milliseconds=second)
        put(store, make, started_at=at, rate_limit=RateLimit(headers=sent))
    put(store, make, started_at=later(days=40), rate_limit=None, provider="spark")
    [row] = View(store).limits().to_dict("records")
    assert (row["limit"], row["remaining"], row["lowest_remaining"]) == (60, 40, 3)
    headers_sent = View(store).headers().set_index("provider")["with_limits"]
    assert headers_sent.to_dict() == {"qianfan": 3, "spark": 0}


def test_waits_for_the_limit_are_counted_by_bucket(store: Store, make: Make) -> None:
    for waited in (2.5, None, 0.5):
        call = make(started_at=NOON, state="sent", waited=waited)
        store.open(call)
        store.close(replace(call, state="ok"))
    [row] = View(store).waits().to_dict("records")
    assert (row["waits"], row["seconds"]) == (2, 3.0)


def test_limits_refusals_and_waits_are_told_by_key(store: Store, make: Make) -> None:
    refused = CallError("RateLimit", "336501", Words("限", "limit"))
    left = {"x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "9"}
    none_left = {**left, "x-ratelimit-remaining-requests": "0"}
    put(store, make, credential="key-a", rate_limit=RateLimit(headers=left), waited=1.5)
    put(store, make, credential=None, rate_limit=RateLimit(headers=left))
    # The headers of a refusal count like those of an answer.
    put(store, make, credential="key-b", rate_limit=RateLimit(headers=none_left), error=refused,
        state="failed")  # fmt: skip
    view = View(store)
    limits = view.limits().set_index("credential")["remaining"]
    assert limits.to_dict() == {"": 9, "key-a": 9, "key-b": 0}
    assert view.refusals()[["credential", "calls"]].to_numpy().tolist() == [["key-b", 1]]
    assert view.waits()[["credential", "waits"]].to_numpy().tolist() == [["key-a", 1]]
    assert View(store, Filter(credential="key-b")).limits()["remaining"].tolist() == [0]
    assert view.headers()[["answered", "with_limits"]].to_numpy().tolist() == [[2, 3]]


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("X-RateLimit-Remaining-Requests", "requests"),
        ("ratelimit-remaining", "requests"),
        ("RateLimit-Remaining-Tokens", "tokens"),
        ("x-ratelimit-remaining-output-tokens", "output-tokens"),
    ],
)
def test_limit_headers_are_read_however_they_are_written(
    store: Store, make: Make, name: str, unit: str
) -> None:
    put(store, make, rate_limit=RateLimit(headers={name: "7"}))
    assert View(store).limits()[["unit", "remaining"]].to_numpy().tolist() == [[unit, 7]]


def test_quantiles_are_within_one_percent(store: Store, make: Make) -> None:
    for count in range(1, 101):
        put(store, make, total_time=count / 7, emulated=count == 1)
    [live] = [row for row in View(store).latency("total_time").to_dict("records")
              if not row["emulated"]]  # fmt: skip
    assert live["calls"] == 99
    for name, rank in (("p50", 51), ("p95", 96), ("p99", 100)):
        assert live[name] == pytest.approx(rank / 7, rel=0.01)


def test_cost_is_that_of_the_calls_one_by_one(store: Store, make: Make) -> None:
    made = [
        put(store, make, model=PRICED, usage=Usage(1000 + count, 500, None))
        for count in range(20)
    ]  # fmt: skip
    put(store, make, model="no-such-model")
    put(store, make, model=PRICED, usage=None, state="failed", billed="possible")
    prices = Prices.load()
    costs = View(store).costs(prices)
    known = costs[costs["currency"] == "CNY"]
    each = [found.amount for call in made if (found := prices.cost(call))]
    assert known["amount"].tolist() == [sum(each, Decimal(0))] and len(each) == 20
    assert costs.loc[costs["currency"] == "", ["amount", "unknown"]].isna().sum().sum() == 2
    assert costs["unknown"].sum() == 2


def test_a_filter_holds_for_every_frame(store: Store, make: Make) -> None:
    put(store, make, run="r1", provider="spark")
    put(store, make, started_at=later(days=2))
    assert View(store, Filter(run="r1")).totals()["provider"].tolist() == ["spark"]
    assert View(store, Filter(since=later(days=1))).totals()["calls"].tolist() == [1]
    assert View(store, Filter(states=("failed",))).totals().empty
