"""A study's settings in several dimensions, as figures: a fitted surface, and lines across axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from experiments.figures.chart_parts import MOST_POINTS, SCALE, SEEN, all_of, bar, mark, shown
from usage.charts import GREY, bare_figure


def contour_figure(
    surface: tuple[np.ndarray, np.ndarray, np.ndarray],
    asked: pd.DataFrame,
    factors: tuple[str, str],
    score: str,
    words: Mapping[str, str],
    emulated: Sequence[bool] = (),
) -> go.Figure:
    """A fitted surface over two factors, with the settings that were asked as points.

    `surface` is x, y and the values (of shape y × x, at most 40 × 40 are drawn); `asked` has the
    columns x, y and mean.
    """
    figure = bare_figure(*factors)
    x, y, values = surface
    figure.add_contour(
        x=np.asarray(x, np.float32)[:40],
        y=np.asarray(y, np.float32)[:40],
        z=np.asarray(values, np.float32)[:40, :40],
        colorscale=SCALE,
        contours={"showlabels": True, "labelfont": {"color": "white"}},
        colorbar=bar(mark(score, emulated, words)),
        hovertemplate="%{x:.3g}, %{y:.3g}: %{z:.3g}<extra></extra>",
    )
    points = asked.head(MOST_POINTS)
    hollow = "circle-open" if all_of(emulated) else "circle"
    figure.add_scatter(
        x=points["x"],
        y=points["y"],
        customdata=points["mean"].to_numpy(np.float32),
        mode="markers",
        name=words["asked"],
        marker={"color": "white", "size": 8, "symbol": hollow, "line": {"color": GREY, "width": 1}},
        hovertemplate="%{x}, %{y}: %{customdata:.3g}<extra></extra>",
    )
    figure.update_yaxes(rangemode="normal")
    return figure.update_layout(height=400, showlegend=False)


def parallel_figure(
    table: pd.DataFrame, score: str, words: Mapping[str, str], emulated: Sequence[bool] = ()
) -> go.Figure:
    """One line per setting across its factors and figures, coloured by `score`.

    `table` has a row per setting and a column per axis, in order, `score` among them; columns
    that are not of numbers become axes of names.
    """
    figure = bare_figure("", "")
    table = table[table[score].notna()].head(MOST_POINTS)
    figure.add_parcoords(
        dimensions=[_dimension(str(name), table[name], emulated, words) for name in table],
        line={"color": table[score].to_numpy(float), "colorscale": SEEN, "showscale": True},
        # The library's own shadow is made for paper, and blurs the text on a dark page.
        labelfont={"color": GREY, "shadow": "none"},
        tickfont={"color": GREY, "shadow": "none"},
        # Ends are among the ticks; said twice they would run into each other on a phone.
        rangefont={"color": "rgba(0,0,0,0)", "shadow": "none"},
        labelangle=-20,
    )
    room = max((len(shown(value)) for value in table.iloc[:, 0]), default=0)
    return figure.update_layout(height=380, margin={"l": 24 + 6 * room, "r": 32, "t": 72, "b": 16})


def _dimension(
    name: str, column: pd.Series, emulated: Sequence[bool], words: Mapping[str, str]
) -> dict[str, Any]:
    label = mark(name, emulated, words) if name == "model" else name
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return {"label": label, "values": column.to_numpy(float, na_value=np.nan)}
    names = column.map(shown)
    levels = list(dict.fromkeys(names))
    return {
        "label": label,
        "values": names.map(levels.index).to_numpy(int),
        "tickvals": list(range(len(levels))),
        "ticktext": levels,
    }
