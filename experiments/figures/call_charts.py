"""What became of a study's calls, as figures: when each was made, and how each setting fared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from experiments.figures.chart_parts import MOST_POINTS, down_the_side, mark
from experiments.figures.frames import KINDS
from usage.charts import COLOURS, bare_figure

# By outcome: told apart by colour and by shape, as no one colour is for everybody.
_COLOURS = dict(
    zip(KINDS, (*COLOURS[:2], COLOURS[3], COLOURS[5], COLOURS[4], "#999999"), strict=True)
)
_SHAPES = dict(
    zip(KINDS, ("circle", "square", "x", "triangle-up", "diamond", "triangle-down"), strict=True)
)
MOST_BARS = 12
# Four series of 1,000 points and their numbers stay below 100 kB.
_MOST_IN_ALL = 4000


def timeline_figure(calls: pd.DataFrame, words: Mapping[str, str]) -> go.Figure:
    """Every call when it was made and how long it took, by outcome, refused tries included.

    `calls` is of `frames.calls_frame`. Seconds since the first call. A call whose
    duration is not known lies at 0. Of a series of more than 1,000 calls every nth is drawn.
    """
    figure = bare_figure(words["since_start"], words["seconds"])
    calls = calls[calls["kind"].notna()]
    if calls.empty:
        return figure
    since = (calls["started_at"] - calls["started_at"].min()).dt.total_seconds()
    calls = calls.assign(since=since, live=~calls["emulated"].astype(bool))
    groups = [
        (kind, live, part)
        for kind in KINDS
        for live in (True, False)
        if len(part := calls[(calls["kind"] == kind) & (calls["live"] == live)])
    ]
    for kind, live, part in groups:
        few = thin(part, min(MOST_POINTS, _MOST_IN_ALL // len(groups)))
        figure.add_scattergl(
            x=few["since"].to_numpy(np.float32),
            y=few["total_time"].fillna(0).to_numpy(np.float32),
            mode="markers",
            name=_name(kind, len(part), not live, words),
            marker={
                "color": _COLOURS[kind],
                "symbol": _SHAPES[kind] + ("" if live else "-open"),
                "size": 7,
            },
            hovertemplate="%{x:.1f} s · %{y:.2f} s",
        )
    return figure.update_layout(height=320, showlegend=True)


def outcomes_figure(
    cells: pd.DataFrame, words: Mapping[str, str], emulated: Sequence[bool] = ()
) -> go.Figure:
    """How the calls of each setting ended, stacked: apart from scores, which only answers have.

    `cells` is of `frames.cells_frame` with a column `name`, what a setting is called.
    Of more than 12 settings those with the largest share of trouble are drawn.
    """
    called = cells[cells["kind"].notna()]
    counts = pd.crosstab(called["name"], called["kind"]).reindex(columns=list(KINDS), fill_value=0)
    trouble = 1 - counts["ok"] / counts.sum(axis=1)
    worst = counts.loc[trouble.sort_values(ascending=False, kind="stable").index[:MOST_BARS]]
    figure = bare_figure(mark(words["calls"], emulated, words), "")
    for kind in KINDS:
        if worst[kind].any():
            figure.add_bar(
                x=worst[kind].to_numpy(int),
                y=list(worst.index),
                orientation="h",
                name=words[f"kind_{kind}"],
                marker={"color": _COLOURS[kind]},
                hovertemplate="%{y}<br>%{x}",
            )
    down_the_side(figure, list(worst.index))
    return figure.update_layout(
        barmode="stack", bargap=0.3, showlegend=True, legend_traceorder="normal"
    )


def thin(part: pd.DataFrame, most: int) -> pd.DataFrame:
    """At most `most` of the rows, evenly spaced, the first and the last among them."""
    if len(part) <= most:
        return part
    return part.iloc[np.linspace(0, len(part) - 1, most).round().astype(int)]


def _name(kind: str, count: int, emulated: bool, words: Mapping[str, str]) -> str:
    return mark(f"{words[f'kind_{kind}']} {count}", [emulated], words)
