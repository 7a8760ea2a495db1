"""What the figures over time share: their axis, the lines that matter, and what marks emulated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from usage.charts import COLOURS, GREY, bare_figure

# More lines than this cannot be told apart; the rest are drawn as one.
MOST_LINES = 6
OTHERS = ""
# Without words of its own, so that no month stands there in English.
_TICKS = [
    {"dtickrange": [None, 86_400_000], "value": "%H:%M\n%m-%d"},
    {"dtickrange": [86_400_000, None], "value": "%m-%d"},
]


def time_figure(y: str) -> go.Figure:
    """An empty figure over time, its legend below. `y` names the other axis."""
    figure = bare_figure("", y)
    figure.update_xaxes(type="date", tickformatstops=_TICKS, hoverformat="%Y-%m-%d %H:%M")
    figure.update_layout(
        # Of one line alone Plotly would leave its name out.
        showlegend=True,
        legend={"orientation": "h", "y": -0.16, "yanchor": "top", "x": 0},
        margin={"l": 48, "r": 8, "t": 8, "b": 24},
    )
    return figure


def moments(at: pd.Series) -> Any:
    """Moments in milliseconds of the epoch: the browser draws them by its own clock.

    As text they would be three times the size of the page's data.
    """
    return at.astype("datetime64[ms, UTC]").astype("int64").to_numpy(dtype="float64")


def regrouped(frame: pd.DataFrame, per: str, zone: tzinfo) -> pd.DataFrame:
    """Buckets of "hour" or "day" by the reader's clock in place of narrower ones; else as it is."""
    if per == "auto" or frame.empty:
        return frame
    local = frame["at"].dt.tz_convert(zone)
    # A day that changes to winter time has an hour twice; one bucket holds both.
    floor = local.dt.floor(
        "h" if per == "hour" else "D", ambiguous=True, nonexistent="shift_forward"
    )
    return frame.assign(at=floor.dt.tz_convert("UTC"))


def named(frame: pd.DataFrame, by: str, weight: str, most: int = MOST_LINES) -> pd.DataFrame:
    """The frame with a column `line`: the model, or the column `by`; the lightest together are
    `OTHERS`."""
    names = frame["provider"] + "/" + frame["model"] if by == "model" else frame[by]
    weights = frame[weight].astype("Float64").fillna(0).groupby(names).sum()
    kept = weights.sort_values(ascending=False, kind="stable").index[:most]
    return frame.assign(line=names.where(names.isin(kept), OTHERS))


def lines_of(frame: pd.DataFrame) -> dict[str, str]:
    """Line → colour, the heaviest first as they come; what is together is grey, and last."""
    found = [line for line in dict.fromkeys(frame["line"]) if line != OTHERS]
    colours = dict(zip(sorted(found), COLOURS, strict=False))
    return {**colours, OTHERS: GREY} if OTHERS in set(frame["line"]) else colours


def marked(name: str, emulated: bool, words: Mapping[str, str]) -> str:
    """A name in a legend, which says what is emulated."""
    shown = name if name != OTHERS else words["others"]
    return f"{shown} ({words['emulated']})" if emulated else shown


def kinds_in(frame: pd.DataFrame) -> Sequence[bool]:
    """Of live and emulated those that are there, live first."""
    return sorted(set(frame["emulated"].astype(bool)))
