"""What the calls of a view come to, in a few figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from usage.prices import Prices
from usage.series import View

# What a call may end in that is no answer, and that nobody asked for.
TROUBLE = ("failed", "refused", "partial", "unknown", "interrupted")


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures of some calls; None is unknown.

    `first` is the median time to the first token, in seconds. `money` is by currency, and
    `unpriced` counts the calls that may be billed at a cost which nobody knows.
    """

    calls: int
    input_tokens: int | None
    output_tokens: int | None
    trouble: int
    first: float | None
    money: Mapping[str, Decimal]
    unpriced: int


def summary(view: View, prices: Prices) -> Summary:
    """The figures of a view's calls."""
    totals, states, costs = view.totals(), view.states(), view.costs(prices)
    first = view.latency("time_to_first_token")
    return Summary(
        int(totals["calls"].sum()),
        _sum(totals["input_tokens"]),
        _sum(totals["output_tokens"]),
        int(states.loc[states["state"].isin(TROUBLE), "calls"].sum()),
        None if first.empty else float(first["p50"].iloc[0]),
        money(costs),
        int(costs["unknown"].sum()),
    )


def money(costs: pd.DataFrame) -> dict[str, Decimal]:
    """Currency → the sum of what is known; `costs` is of `View.costs`."""
    known = costs[costs["amount"].notna()]
    return {
        str(currency): sum(part["amount"], Decimal(0))
        for currency, part in known.groupby("currency")
    }


def _sum(column: pd.Series) -> int | None:
    known = column.dropna()
    return int(known.sum()) if len(known) else None
