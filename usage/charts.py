"""Frames to figures: built once, drawn by both apps. Neutral in light and dark."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

# Okabe-Ito: told apart with every common colour blindness, and readable on light and dark.
COLOURS = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#0072B2", "#999999")
GREY = "#8a8f98"


def tokens_figure(frame: pd.DataFrame, words: Mapping[str, str]) -> go.Figure:
    """Input and output tokens of each call, in order, stacked.

    `frame` is of `usage.frames.calls_frame`; `words` gives "input_tokens", "output_tokens",
    "emulated", "call". A call without a count has no bar. Emulated calls are hatched.
    """
    figure = bare_figure(words["call"], words["tokens"])
    counted = frame[frame["total_tokens"].notna()]
    for index, column in enumerate(("input_tokens", "output_tokens")):
        for emulated in (False, True):
            part = counted[counted["emulated"].astype(bool) == emulated]
            if part.empty:
                continue
            mark = f" ({words['emulated']})" if emulated else ""
            figure.add_bar(
                x=part.index + 1,
                y=part[column],
                name=words[column] + mark,
                marker={
                    "color": COLOURS[index],
                    "pattern": {"shape": "/" if emulated else "", "solidity": 0.25},
                },
                customdata=part[["who", "state"]],
                hovertemplate="%{y}<br>%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
            )
    figure.update_layout(barmode="stack", bargap=0.25)
    return figure


def limits_figure(limits: pd.DataFrame, unit: str, words: Mapping[str, str]) -> go.Figure:
    """Limit (dashed) and remaining (stepped) of one unit over time, per provider and model.

    `limits` is of `usage.frames.limits_frame`; `unit` "requests", or "tokens" for every kind of
    tokens; `words` gives "limit", "remaining", "time", "emulated" and the unit's name.
    """
    figure = bare_figure(words["time"], words[unit])
    wanted = limits[limits["unit"].str.endswith(unit)] if len(limits) else limits
    # An empty selection of an empty frame has no string accessor, hence the guard above.
    groups = wanted.groupby(["who", "emulated", "unit"], sort=True)
    for colour, (keys, group) in enumerate(groups):
        who, emulated, detail = (str(key) for key in keys)
        mark = f" ({words['emulated']})" if emulated == "True" else ""
        detail = "" if detail == unit else f" {detail.removesuffix('-tokens')}"
        for kind, dash in (("limit", "dash"), ("remaining", "solid")):
            line = group[group["kind"] == kind]
            if line.empty:
                continue
            figure.add_scatter(
                x=line["started_at"],
                y=line["value"],
                mode="lines+markers",
                name=f"{words[kind]} · {who}{detail}{mark}",
                line={"shape": "hv", "dash": dash, "color": COLOURS[colour % len(COLOURS)]},
                marker={"size": 5, "symbol": "circle-open" if mark else "circle"},
            )
    return figure


def timing_figure(frame: pd.DataFrame, words: Mapping[str, str]) -> go.Figure:
    """Time to first token and total time of each call, in order, seconds."""
    figure = bare_figure(words["call"], words["seconds"])
    for index, column in enumerate(("time_to_first_token", "total_time")):
        part = frame[frame[column].notna()]
        figure.add_scatter(
            x=part.index + 1,
            y=part[column],
            mode="markers",
            name=words[column],
            marker={
                "color": COLOURS[index],
                "size": 7,
                "symbol": ["circle-open" if e else "circle" for e in part["emulated"]],
            },
            customdata=part[["who", "state"]],
            hovertemplate="%{y:.2f} s<br>%{customdata[0]}<extra></extra>",
        )
    return figure


def bare_figure(x: str, y: str) -> go.Figure:
    """An empty figure without a background, so that the page's own shows. `x`, `y`: axes' names."""
    axis = {"gridcolor": "rgba(138,143,152,0.25)", "zeroline": False, "rangemode": "tozero"}
    return go.Figure(
        layout={
            "xaxis": {"title": {"text": x}, "gridcolor": "rgba(0,0,0,0)"},
            "yaxis": {"title": {"text": y}, **axis},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"color": GREY, "size": 12},
            "margin": {"l": 48, "r": 8, "t": 8, "b": 40},
            "height": 300,
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "hoverlabel": {"namelength": -1},
        }
    )
