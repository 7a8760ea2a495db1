"""How budgets and free tiers stand: how much of what may be spent in a day, a week or a month is.

Emulated calls cost nobody anything and count for none of them. Days, weeks (from Monday) and months
are those of UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Literal, get_args

from sqlalchemy import func, or_, select

from backends import State, Words
from usage.budget_rows import Budget, Unit, load
from usage.filters import Filter
from usage.ledger import Store
from usage.prices import Prices
from usage.series import View
from usage.tables import calls

__all__ = ["STANDINGS", "Budget", "Row", "Standing", "load", "standing"]

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
    """How each budget stands at a moment, in the order in which they are listed; of free tiers
    those of which something is used."""
    rows = (_row(store, budget, prices, now) for budget in budgets)
    return [row for row in rows if not row.budget.free or row.used or row.unknown]


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
