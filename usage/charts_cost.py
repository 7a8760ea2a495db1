"""Money over time: one figure for each currency."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

import pandas as pd
import plotly.graph_objects as go

from usage.charts import filled
from usage.charts_lines import (
    kinds_in,
    lines_of,
    marked,
    moments,
    named,
    regrouped,
    time_figure,
)


def cost_over_time(
    frame: pd.DataFrame, currency: str, per: str, words: Mapping[str, str], zone: tzinfo
) -> go.Figure:
    """By model, stacked; `frame` is of `usage.series.View.costs(prices, "at")`.

    Calls of unknown price, and free ones, have no bar. What emulated calls would have cost is
    hatched.
    """
    figure = time_figure(currency)
    paid = frame[(frame["currency"] == currency) & (frame["amount"].astype("Float64") > 0)]
    if paid.empty:
        return figure
    paid = regrouped(paid.assign(amount=paid["amount"].astype(float)), per, zone)
    paid = named(paid, "model", "amount")
    sums = paid.groupby(["line", "emulated", "at"], as_index=False)["amount"].sum()
    for line, colour in lines_of(paid).items():
        for emulated in kinds_in(paid):
            part = sums[(sums["line"] == line) & (sums["emulated"].astype(bool) == emulated)]
            if part.empty:
                continue
            figure.add_bar(
                x=moments(part["at"]),
                y=part["amount"].to_numpy(dtype="float64"),
                name=marked(line, emulated, words),
                marker=filled(colour, emulated),
                hovertemplate="%{x}<br>%{y:.4~g}<extra>%{fullData.name}</extra>",
            )
    figure.update_layout(barmode="stack", bargap=0.1)
    return figure
