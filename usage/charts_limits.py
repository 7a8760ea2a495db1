"""Rate limits over time: what is left, what was refused, and who waited, on one axis."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from usage.charts import COLOURS, GREY
from usage.charts_lines import lines_of, marked, moments, named, time_figure
from usage.limits import whose
from usage.tally import KEYED

_REFUSED = "#D55E00"


def headroom_over_time(limits: pd.DataFrame, words: Mapping[str, str]) -> go.Figure:
    """For each model, and each of its keys, the share of the tightest limit that was left at worst.

    `limits` is of `usage.series.View.limits`.
    """
    figure = time_figure(words["headroom"])
    figure.update_yaxes(tickformat=".0%", range=[0, 1.05])
    known = limits[limits["lowest_remaining"].notna() & (limits["limit"] > 0)]
    if known.empty:
        return figure
    share = known["lowest_remaining"].astype(float) / known["limit"].astype(float)
    worst_of = known.assign(share=share).groupby(["at", *KEYED], as_index=False)[["share"]].min()
    worst_of = worst_of.assign(whose=whose(worst_of, words["key_unknown"]))
    tightest = named(worst_of.assign(used=1 - worst_of["share"]), "whose", "used")
    for line, colour in lines_of(tightest).items():
        for emulated, part in tightest[tightest["line"] == line].groupby("emulated"):
            worst = part.groupby("at", as_index=False)["share"].min()
            figure.add_scatter(
                x=moments(worst["at"]),
                y=worst["share"].to_numpy(dtype="float64").round(4),
                name=marked(line, bool(emulated), words),
                mode="lines+markers" if len(worst) < 200 else "lines",
                line={"shape": "hv", "color": colour, "dash": "dot" if emulated else "solid"},
                marker={"size": 4, "symbol": "circle-open" if emulated else "circle"},
                hovertemplate="%{x}<br>%{y:.0%}<extra>%{fullData.name}</extra>",
            )
    return figure


def limit_over_time(
    limits: pd.DataFrame,
    refusals: pd.DataFrame,
    waits: pd.DataFrame,
    unit: str,
    words: Mapping[str, str],
) -> go.Figure:
    """One model's limits of one unit under one key: dashed the limit, stepped the least left.

    Frames are of `usage.series.View`, narrowed to them; `unit` is "requests", or "tokens" for
    every kind of tokens. Refusals are crosses and waits are triangles, on the same axis.
    """
    figure = time_figure(words[unit])
    wanted = limits[limits["unit"].str.endswith(unit)] if len(limits) else limits
    for colour, (detail, part) in enumerate(wanted.groupby("unit", sort=True)):
        suffix = "" if detail == unit else f" · {words.get(str(detail), str(detail))}"
        for column, dash in (("limit", "dash"), ("lowest_remaining", "solid")):
            known = part[part[column].notna()]
            if known.empty:
                continue
            figure.add_scatter(
                x=moments(known["at"]),
                y=known[column].to_numpy(dtype="float64"),
                name=words[column] + suffix,
                mode="lines+markers" if len(known) < 200 else "lines",
                line={"shape": "hv", "dash": dash, "color": COLOURS[(2, 0, 3)[colour % 3]]},
                marker={"size": 4 if column != "limit" else 0.1},
                hovertemplate="%{x}<br>%{y:,}<extra>%{fullData.name}</extra>",
            )
    if figure.data:
        _marks(figure, refusals, "calls", words["refused"], {"color": _REFUSED, "symbol": "x"})
        _marks(figure, waits, "waits", words["waited"], {"color": GREY, "symbol": "triangle-up"})
    return figure


def _marks(
    figure: go.Figure,
    found: pd.DataFrame,
    count: str,
    name: str,
    marker: Mapping[str, str],
) -> None:
    """Marks along the bottom; how many stands in the bubble."""
    if found.empty:
        return
    sums = found.groupby("at", as_index=False)[count].sum()
    figure.add_scatter(
        x=moments(sums["at"]),
        y=[0] * len(sums),
        customdata=sums[count].to_numpy(dtype="int32"),
        name=name,
        mode="markers",
        cliponaxis=False,
        marker={"size": 9, **marker},
        hovertemplate="%{x}<br>%{customdata:,}<extra>%{fullData.name}</extra>",
    )
