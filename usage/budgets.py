"""Budgets: how much of what may be spent in a day, a week or a month is spent.

They are rows `[[budget]]` in the user's price file. Emulated calls cost nobody anything and count
for none of them. Days, weeks (from Monday) and months are those of UTC.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args

from sqlalchemy import func, or_, select

from backends import State, Words
from usage.filters import Filter
from usage.ledger import Store
from usage.prices import Prices, PriceTrouble
from usage.series import View
from usage.tables import calls

Unit = Literal["CNY", "USD", "tokens", "calls"]
Period = Literal["day", "week", "month"]
Standing = Literal["ok", "near", "over", "unknown"]

# How each is said to people.
STANDINGS: Mapping[Standing, Words] = {
    "ok": Words("正常", "ok"),
    "near": Words("接近上限", "near the limit"),
    "over": Words("已超出", "over the limit"),
    "unknown": Words("有未知用量", "partly unknown"),
}
# What Tunedesk itself refused was never sent, and used nothing.
_SENT = tuple(state for state in get_args(State) if state != "refused")

_BAD_ROW = Words(
    "价目表 {path} 的第 {number} 条 [[budget]] 里，{why} 缺失或写得不对。请修正后重试。",
    "In row {number} of [[budget]] in {path}, {why} is missing or wrong. Correct it, then retry.",
)


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `limit` of a unit per period, of the calls that fit all that is named.

    `model` is `provider/name`. From the share `near` of the limit on, it is near. `source` says
    where a provider's free allowance is promised; a budget of one's own has none.
    """

    name: str
    limit: Decimal
    unit: Unit
    per: Period
    provider: str | None = None
    model: str | None = None
    tag: str | None = None
    user: str | None = None
    near: Decimal = Decimal("0.8")
    source: str = ""

    def since(self, now: datetime) -> datetime:
        """When the period began that `now` is in."""
        today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        if self.per == "month":
            return today.replace(day=1)
        return today if self.per == "day" else today - timedelta(days=today.weekday())


@dataclass(frozen=True, slots=True)
class Row:
    """How a budget stands. `used` counts what is known; `unknown` are the calls whose cost, in
    this currency, or whose tokens nobody knows, so that more may be used than `used` says."""

    budget: Budget
    since: datetime
    used: Decimal
    share: float
    unknown: int
    state: Standing


def standing(store: Store, budgets: Iterable[Budget], prices: Prices, now: datetime) -> list[Row]:
    """How each budget stands at a moment, in the order in which they are listed."""
    return [_row(store, budget, prices, now) for budget in budgets]


def load(path: Path | None) -> tuple[Budget, ...]:
    """The budgets in a price file; none without a file.

    Raises:
        PriceTrouble: the file is missing, no TOML, or a row is not right.
    """
    if path is None:
        return ()
    try:
        listed = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, ValueError) as exc:
        why = exc.strerror if isinstance(exc, OSError) else str(exc)
        raise PriceTrouble(_BAD_ROW.format(path=path, number=1, why=why)) from None
    rows = listed.get("budget", [])
    found = []
    for number, row in enumerate(rows if isinstance(rows, list) else [rows], 1):
        if (fault := _fault(row)) is not None:
            raise PriceTrouble(_BAD_ROW.format(path=path, number=number, why=fault))
        amounts = {name: Decimal(row[name]) for name in ("limit", "near") if name in row}
        found.append(Budget(**{**row, **amounts}))
    return tuple(found)


def _row(store: Store, budget: Budget, prices: Prices, now: datetime) -> Row:
    since = budget.since(now)
    which = Filter(
        since,
        now.astimezone(UTC) + timedelta(milliseconds=1),
        (budget.provider,) if budget.provider else (),
        models=(budget.model,) if budget.model else (),
        states=_SENT,
        emulated=False,
        tag=budget.tag,
        user=budget.user,
    )
    used, unknown = _used(store, which, budget.unit, prices)
    share = float(used / budget.limit)
    state: Standing = "unknown" if unknown else "ok"
    if share >= 1:
        state = "over"
    elif used >= budget.near * budget.limit:
        state = "near"
    return Row(budget, since, used, share, unknown, state)


def _used(store: Store, which: Filter, unit: Unit, prices: Prices) -> tuple[Decimal, int]:
    view = View(store, which)
    if unit in ("CNY", "USD"):
        costs = view.costs(prices)
        here, other = costs[costs["currency"] == unit], ~costs["currency"].isin(("", unit))
        # Another currency's amounts have no rate here: they are not known in this one.
        unknown = int(costs["unknown"].sum()) + int(costs[other]["calls"].sum())
        return sum(here["amount"], Decimal(0)), unknown + (not view.whole)
    totals = view.totals()
    if unit == "calls":
        return Decimal(int(totals["calls"].sum())), int(not view.whole)
    known = sum(int(totals[name].fillna(0).sum()) for name in ("input_tokens", "output_tokens"))
    uncounted = or_(calls.c.input_tokens.is_(None), calls.c.output_tokens.is_(None))
    query = select(func.count().label("n")).select_from(calls).where(uncounted)
    [found] = store.rows(which.apply(query.where(calls.c.billed != "no")))
    return Decimal(known), int(found["n"]) + (not view.whole)


_NEEDED: Mapping[str, type | tuple[type, ...]] = {
    "name": str,
    "limit": (int, Decimal),
    "unit": str,
    "per": str,
}
_TEXTS = {field.name for field in fields(Budget)} - {"limit", "near"}


def _fault(row: Any) -> str | None:
    """The field that keeps a row from being a budget; None where it is one."""
    if not isinstance(row, Mapping):
        return "[[budget]]"
    for name in (*_NEEDED, *row):
        known = _NEEDED.get(name, str if name in _TEXTS else (int, Decimal))
        if name not in row or (name not in _TEXTS and name not in ("limit", "near")):
            return str(name)
        if not isinstance(row[name], known) or isinstance(row[name], bool):
            return str(name)
    right = {
        "limit": Decimal(row["limit"]).is_finite() and row["limit"] > 0,
        "unit": row["unit"] in get_args(Unit),
        "per": row["per"] in get_args(Period),
        "near": 0 < Decimal(row.get("near", 1)) <= 1,
        "model": "model" not in row or "/" in row["model"],
    }
    return next((name for name, good in right.items() if not good), None)
