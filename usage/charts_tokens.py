"""Tokens over time as stacked bars: by kind of token, provider or model."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

import pandas as pd
import plotly.graph_objects as go

from usage.charts import COLOURS, filled
from usage.charts_lines import (
    kinds_in,
    lines_of,
    marked,
    moments,
    named,
    regrouped,
    time_figure,
)

# What is drawn is disjoint: cached tokens are part of the input, reasoning ones of the output.
_PARTS = {
    "cached_tokens": COLOURS[5],
    "input_tokens": COLOURS[0],
    "reasoning_tokens": COLOURS[4],
    "output_tokens": COLOURS[1],
}
_COUNTS = ("input_tokens", "output_tokens", "reasoning_tokens", "cached_tokens")


def tokens_over_time(
    frame: pd.DataFrame, by: str, per: str, words: Mapping[str, str], zone: tzinfo
) -> go.Figure:
    """`frame` is of `usage.series.View.tokens`; `by` is "kind", "provider" or "model"; `per` is
    "auto" (as the frame has it), "hour" or "day". Emulated calls are hatched."""
    figure = time_figure(words["tokens"])
    counted = frame[frame["input_tokens"].notna() | frame["output_tokens"].notna()]
    if counted.empty:
        return figure
    counted = regrouped(counted, per, zone)
    for column in _COUNTS:
        counted[column] = counted[column].astype("Float64").fillna(0)
    if by == "kind":
        _by_kind(figure, counted, words)
    else:
        _by_line(figure, counted, by, words)
    figure.update_layout(barmode="stack", bargap=0.1)
    return figure


def _by_kind(figure: go.Figure, counted: pd.DataFrame, words: Mapping[str, str]) -> None:
    for emulated in kinds_in(counted):
        part = counted[counted["emulated"].astype(bool) == emulated]
        sums = part.groupby("at", as_index=False)[list(_COUNTS)].sum()
        sums["input_tokens"] -= sums["cached_tokens"]
        # Not every provider counts its reasoning as output.
        sums["output_tokens"] = (sums["output_tokens"] - sums["reasoning_tokens"]).clip(lower=0)
        for column, colour in _PARTS.items():
            name = marked(words[column], emulated, words)
            _bars(figure, sums[sums[column] > 0], column, name, colour, emulated)


def _by_line(figure: go.Figure, counted: pd.DataFrame, by: str, words: Mapping[str, str]) -> None:
    counted["all"] = counted["input_tokens"] + counted["output_tokens"]
    counted = named(counted, by, "all")
    sums = counted.groupby(["line", "emulated", "at"], as_index=False)["all"].sum()
    for line, colour in lines_of(counted).items():
        for emulated in kinds_in(counted):
            part = sums[(sums["line"] == line) & (sums["emulated"].astype(bool) == emulated)]
            _bars(figure, part, "all", marked(line, emulated, words), colour, emulated)


def _bars(
    figure: go.Figure, part: pd.DataFrame, column: str, name: str, colour: str, emulated: bool
) -> None:
    if part.empty:
        return
    figure.add_bar(
        x=moments(part["at"]),
        y=part[column].to_numpy(dtype="float64"),
        name=name,
        marker=filled(colour, emulated),
        hovertemplate="%{x}<br>%{y:,}<extra>%{fullData.name}</extra>",
    )
