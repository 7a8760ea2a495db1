"""How fast answers were: quantiles over time, and how the times are spread."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from usage.charts import COLOURS, bare_figure
from usage.charts_lines import kinds_in, lines_of, marked, moments, named, time_figure

_QUANTILES = {"p50": COLOURS[0], "p95": COLOURS[1], "p99": COLOURS[4]}


def quantiles_over_time(frame: pd.DataFrame, unit: str, words: Mapping[str, str]) -> go.Figure:
    """p50, p95 and p99; `frame` is of `usage.series.View.latency(measure, "at")`; `unit` names
    what is measured. Emulated calls have dotted lines."""
    figure = time_figure(unit)
    for emulated in kinds_in(frame):
        part = frame[frame["emulated"].astype(bool) == emulated]
        for name, colour in _QUANTILES.items():
            figure.add_scatter(
                x=moments(part["at"]),
                y=part[name].to_numpy(dtype="float64").round(4),
                name=marked(name, emulated, words),
                # A bucket without neighbours is a point, and no line would show it.
                mode="lines+markers" if len(part) < 200 else "lines",
                marker={"size": 4, "symbol": "circle-open" if emulated else "circle"},
                line={"color": colour, "width": 1.5, "dash": "dot" if emulated else "solid"},
                hovertemplate="%{x}<br>%{y:.3~g}<extra>%{fullData.name}</extra>",
            )
    return figure


def distribution(
    frame: pd.DataFrame, unit: str, words: Mapping[str, str], by: str = "provider"
) -> go.Figure:
    """The share of each line's answers by how long they took (or how fast they came).

    `frame` is of `usage.series.View.distribution(measure, by)`; the axis is logarithmic.
    """
    figure = bare_figure(unit, words["share"])
    figure.update_xaxes(type="log")
    figure.update_yaxes(tickformat=".0%")
    figure.update_layout(
        legend={"orientation": "h", "y": -0.24, "yanchor": "top", "x": 0},
        margin={"l": 48, "r": 8, "t": 8, "b": 24},
    )
    if frame.empty:
        return figure
    frame = named(frame.assign(model="") if "model" not in frame else frame, by, "calls")
    keys = ["line", "emulated", "low", "high"]
    sums = frame.groupby(keys, as_index=False)["calls"].sum()
    for line, colour in lines_of(frame).items():
        for emulated in kinds_in(frame):
            part = sums[(sums["line"] == line) & (sums["emulated"].astype(bool) == emulated)]
            if part.empty:
                continue
            figure.add_scatter(
                # A step from edge to edge; the last edge closes the outline.
                x=[*part["low"], part["high"].iloc[-1]],
                y=[*(part["calls"] / part["calls"].sum()), 0.0],
                name=marked(line, emulated, words),
                mode="lines",
                line={"color": colour, "shape": "hv", "dash": "dot" if emulated else "solid"},
                hovertemplate="≥ %{x:.3~g}<br>%{y:.1%}<extra>%{fullData.name}</extra>",
            )
    return figure
