"""Frames to figures: built once, drawn by both apps. Neutral in light and dark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

# Okabe-Ito: told apart with every common colour blindness, and readable on light and dark.
COLOURS = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#0072B2", "#999999")
GREY = "#8a8f98"


def filled(colour: str, emulated: bool) -> dict[str, Any]:
    """The look of a bar: hatched on a paler ground where it is emulated."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    hatch = {"shape": "/", "size": 5, "solidity": 0.3, "bgcolor": f"rgba({red},{green},{blue},0.3)"}
    return {"color": colour, "line": {"width": 0}, "pattern": hatch if emulated else {"shape": ""}}


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
                marker=filled(COLOURS[index], emulated),
                customdata=part[["who", "state"]],
                hovertemplate="%{y}<br>%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
            )
    below = {"orientation": "h", "y": -0.24, "yanchor": "top", "x": 0}
    figure.update_layout(barmode="stack", bargap=0.25, legend=below)
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
