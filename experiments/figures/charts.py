"""What a study's factors do, as figures: from frames of means with intervals, words injected.

Every figure stays below 1,000 points a series, so that it is light to send and to keep. Where an
emulator answered, the figure says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from experiments.figures.chart_parts import (
    MOST_POINTS,
    SCALE,
    all_of,
    bar,
    down_the_side,
    look,
    mark,
    shown,
    spread,
)
from usage.charts import bare_figure


def main_effects_figure(
    effects: pd.DataFrame, score: str, words: Mapping[str, str], emulated: Sequence[bool] = ()
) -> go.Figure:
    """The mean score at each level of each factor with its interval, factor below factor.

    `effects` has the columns factor, level, mean, low, high, in the order to be drawn; `emulated`
    says it of each call behind them. Names of levels stand at the side, so that long ones fit.
    """
    figure = bare_figure(mark(score, emulated, words), "")
    rows: list[str] = []
    for place, (factor, part) in enumerate(effects.head(MOST_POINTS).groupby("factor", sort=False)):
        names = [f"{factor}={shown(level)}" for level in part["level"]]
        figure.add_scatter(
            x=part["mean"].to_numpy(float),
            y=names,
            error_x=spread(part),
            mode="lines+markers",
            name=str(factor),
            **look(place, all_of(emulated)),
            hovertemplate="%{y}: %{x:.3g}<extra></extra>",
        )
        # A row that stays empty parts one factor from the next.
        rows += [*names, " " * (place + 1)]
    down_the_side(figure, rows[:-1])
    return figure.update_layout(showlegend=False)


def interaction_figure(
    means: pd.DataFrame,
    factors: tuple[str, str],
    score: str,
    words: Mapping[str, str],
    emulated: Sequence[bool] = (),
) -> go.Figure:
    """The mean score along the levels of one factor, a line for each level of the other.

    `means` has the columns x, line, mean, low, high; `factors` names x and line. Lines that are
    not parallel are an interaction.
    """
    figure = bare_figure(factors[0], mark(score, emulated, words))
    for place, (level, part) in enumerate(means.groupby("line", sort=False)):
        part = part.head(MOST_POINTS)
        figure.add_scatter(
            x=part["x"].map(shown),
            y=part["mean"].to_numpy(float),
            error_y=spread(part),
            mode="lines+markers",
            name=f"{factors[1]}={shown(level)}",
            **look(place, all_of(emulated)),
        )
    figure.update_xaxes(type="category")
    figure.update_yaxes(rangemode="normal")
    return figure.update_layout(height=340)


def heat_figure(
    means: pd.DataFrame,
    factors: tuple[str, str],
    score: str,
    words: Mapping[str, str],
    emulated: Sequence[bool] = (),
) -> go.Figure:
    """The mean score of every combination of two factors; what was not asked stays blank.

    `means` is as `interaction_figure` takes it; each field says its mean and half its interval.
    """
    figure = bare_figure(factors[0], factors[1])
    means = means.head(MOST_POINTS)
    columns = list(dict.fromkeys(means["x"].map(shown)))
    rows = list(dict.fromkeys(means["line"].map(shown)))
    values = np.full((len(rows), len(columns)), np.nan)
    texts = np.full(values.shape, "", dtype=object)
    for x, line, mean, low, high in means[["x", "line", "mean", "low", "high"]].to_numpy(object):
        if pd.isna(mean):
            continue
        place = rows.index(shown(line)), columns.index(shown(x))
        values[place], texts[place] = mean, _plus_minus(mean, low, high)
    figure.add_heatmap(
        x=columns,
        y=rows,
        z=values,
        text=texts,
        texttemplate="%{text}",
        colorscale=SCALE,
        colorbar=bar(mark(score, emulated, words)),
        hovertemplate=f"{factors[0]}=%{{x}}<br>{factors[1]}=%{{y}}<br>%{{text}}<extra></extra>",
    )
    figure.update_xaxes(type="category")
    figure.update_yaxes(type="category")
    return figure.update_layout(height=180 + 36 * len(rows))


def _plus_minus(mean: Any, low: Any, high: Any) -> str:
    known = not (pd.isna(low) or pd.isna(high))
    return f"{mean:.3g}" + (f" ± {(high - low) / 2:.2g}" if known else "")
