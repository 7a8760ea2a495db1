"""Budgets say what is used, what is not known, and when the limit is near."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from backends import Usage
from tests.shell import Shell
from tests.usage.conftest import Make
from usage import Store
from usage.budgets import Budget, load, standing
from usage.prices import Price, Prices, PriceTrouble

pytestmark = pytest.mark.databases

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)  # a Friday
MODEL = "qianfan/ernie-speed-8k"
PRICES = Prices([Price(MODEL, "CNY", Decimal(2), Decimal(8), NOW.date(), "合同")])


def stands(store: Store, **fields: Any) -> tuple[Any, int, str]:
    budget = Budget("b", **{"limit": Decimal(100), "unit": "calls", "per": "day", **fields})
    [row] = standing(store, [budget], PRICES, NOW)
    assert row.share == float(row.used / budget.limit)
    return row.used, row.unknown, row.state


@pytest.fixture
def spent(store: Store, make: Make) -> Store:
    live: dict[str, Any] = {"emulated": False, "error": None}
    store.take_over(
        [
            make(**live, usage=Usage(1_000_000, 500_000, 1_500_000), tag="chat"),
            make(**live, usage=Usage(10, None, None), tag="batch"),
            make(**live, started_at=datetime(2026, 11, 17, tzinfo=UTC), user="v"),
            make(**live, started_at=datetime(2026, 11, 2, tzinfo=UTC), provider="spark"),
            make(**live, state="refused", billed="no"),
            make(usage=Usage(10**9, 10**9, 2 * 10**9)),
        ]
    )
    return store


def test_a_period_begins_in_utc(spent: Store) -> None:
    assert [stands(spent, per=per)[0] for per in ("day", "week", "month")] == [2, 3, 4]


def test_money_is_what_prices_tell_and_the_rest_is_unknown(spent: Store) -> None:
    assert stands(spent, unit="CNY") == (6, 1, "unknown")
    assert stands(spent, unit="CNY", tag="chat") == (6, 0, "ok")
    assert stands(spent, unit="USD", tag="chat") == (0, 1, "unknown")
    assert stands(spent, unit="CNY", per="month")[1] == 3  # no tokens, no price yet, no price


def test_near_and_over(spent: Store) -> None:
    assert stands(spent, unit="CNY", limit=Decimal(7))[2] == "near"
    assert stands(spent, unit="CNY", limit=Decimal(6))[2] == "over"
    assert stands(spent, limit=Decimal(2), provider="qianfan")[2] == "over"


def test_tokens_that_nobody_counted_are_unknown(spent: Store) -> None:
    assert stands(spent, unit="tokens") == (1_500_010, 1, "over")
    assert stands(spent, unit="tokens", limit=Decimal(10**8), user="v", per="week")[0] == 30


def test_only_what_is_named_counts(spent: Store) -> None:
    assert stands(spent, per="month", model=MODEL)[0] == 3
    assert stands(spent, per="month", user="v")[0] == 1
    assert stands(spent, per="month", provider="nobody") == (0, 0, "ok")


ROW = {"name": '"b"', "limit": "5", "unit": '"CNY"', "per": '"day"'}


@pytest.mark.parametrize(
    ("field", "value"),
    [(name, None) for name in ROW]
    + [("limit", "0"), ("limit", "true"), ("unit", '"EUR"'), ("per", '"year"')]
    + [("near", "2"), ("model", '"m"'), ("colour", '"red"')],
)
def test_a_wrong_row_is_named_with_its_field(tmp_path: Path, field: str, value: str | None) -> None:
    rows = {name: one for name, one in {**ROW, field: value}.items() if one is not None}
    path = tmp_path / "prices.toml"
    path.write_text("[[budget]]\n" + "\n".join(f"{name} = {one}" for name, one in rows.items()))
    with pytest.raises(PriceTrouble, match=field):
        load(path)


FREE = {"provider": '"spark"', "limit": "9", "unit": '"calls"', "per": '"month"',
        "valid_from": "2026-01-01", "source": '"https://example.com"'}  # fmt: skip


def _free(path: Path, **fields: str | None) -> Path:
    rows = {name: one for name, one in {**FREE, **fields}.items() if one is not None}
    path.write_text("[[free]]\n" + "\n".join(f"{name} = {one}" for name, one in rows.items()))
    return path


@pytest.mark.parametrize("field", ["provider", "valid_from", "source", "limit"])
def test_a_free_tier_says_of_whom_since_when_and_who_said_so(tmp_path: Path, field: str) -> None:
    with pytest.raises(PriceTrouble, match=rf"\[\[free\]\].*{field}|{field}.*\[\[free\]\]"):
        load(_free(tmp_path / "prices.toml", **{field: None}))


def test_a_free_tier_of_ones_own_takes_the_place_of_the_built_in_one(tmp_path: Path) -> None:
    [built_in] = load(None)
    assert built_in.free and built_in.valid_from and built_in.source.startswith("https://")
    own, other = load(_free(tmp_path / "prices.toml"))
    assert (own.name, own.free, other) == ("spark", True, built_in)
    [mine] = load(_free(tmp_path / "prices.toml", provider=f'"{built_in.provider}"'))
    assert mine.limit == 9


def test_a_free_tier_is_told_once_something_of_it_is_used(
    spent: Store, make: Make, tmp_path: Path
) -> None:
    listed = load(_free(tmp_path / "prices.toml"))
    [row] = standing(spent, listed, PRICES, NOW)
    assert (row.budget.name, int(row.used), row.state) == ("spark", 1, "ok")
    dictated = make(emulated=False, provider="iat", model="iat", usage=None, error=None)
    spent.take_over([dictated, make(provider="iat", model="iat", error=None)])
    told = {each.budget.name: int(each.used) for each in standing(spent, listed, PRICES, NOW)}
    assert told == {"spark": 1, "iat": 1}


def test_the_command_tells_and_fails_when_one_is_used_up(shell: Shell, tmp_path: Path) -> None:
    assert "[[budget]]" in shell.run("usage", "budgets").stderr
    path = tmp_path / "prices.toml"
    path.write_text("[[budget]]\n" + "\n".join(f"{name} = {one}" for name, one in ROW.items()))
    told = shell.run("usage", "budgets", TUNEDESK_PRICES=str(path))
    assert (told.returncode, told.stdout) == (0, "b: 0 of 5 CNY this day (0%, ok)\n")
