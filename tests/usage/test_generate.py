"""Made-up logs: like real ones, alike for a like seed, and never taken for real."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

from tests.shell import Shell
from usage import Store
from usage.generate import generate, synthetic
from usage.prices import Prices
from usage.series import View

END = datetime(2026, 11, 20, tzinfo=UTC)


def test_a_like_seed_makes_alike_calls_and_exactly_so_many() -> None:
    first, again, other = (list(synthetic(700, 5, seed, END)) for seed in (3, 3, 4))
    assert len(first) == len(other) == 700
    assert [(call.started_at, call.model, call.usage) for call in first] == [
        (call.started_at, call.model, call.usage) for call in again
    ]
    assert [call.usage for call in first] != [call.usage for call in other]
    assert len({call.id for call in (*first, *again)}) == 1400


def test_they_have_busy_hours_and_everything_that_can_happen() -> None:
    made = list(synthetic(60_000, 2, 1, END))
    assert all(call.emulated and END - timedelta(days=2) <= call.started_at < END for call in made)
    assert [call.started_at for call in made] == sorted(call.started_at for call in made)
    hours = Counter(call.started_at.hour for call in made)
    assert max(hours.values()) > 4 * min(hours.values())
    states = Counter(call.state for call in made)
    assert states.keys() >= {"ok", "length", "failed", "partial", "cancelled", "refused"}
    refused = Counter(
        call.error.code for call in made if call.error and call.error.kind == "RateLimit"
    )
    assert refused.keys() & {"336501", "rate_limit_exceeded", "rpm_rate_limit_exceeded"}
    assert 0 in {call.rate_limit.remaining_tokens for call in made if call.rate_limit}
    assert any(call.rate_limit is None for call in made)
    assert any(call.usage and call.usage.details for call in made)


def test_they_go_the_way_of_any_other_call(store: Store) -> None:
    assert list(generate(store, 1500, 3, 0)) == [1000, 1500]
    view = View(store)
    assert view.totals()["calls"].sum() == 1500 and view.totals()["emulated"].all()
    assert len(list(store.each())) == 1500
    costs = view.costs(Prices.load())
    assert {"CNY", "USD"} <= set(costs["currency"])


def test_the_command_says_how_many(shell: Shell) -> None:
    told = shell.run("usage", "generate", "--calls", "25", "--days", "2")
    assert (told.returncode, told.stdout.strip()) == (0, "25")
    assert "25 calls" in told.stderr
    rows = json.loads(shell.run("usage", "--json").stdout)
    assert sum(row["calls"] for row in rows) == 25 and all(row["emulated"] for row in rows)
    assert shell.run("usage", "generate", "--calls", "0").returncode == 2
