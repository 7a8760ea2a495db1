"""What a study's factors do, as figures: from frames of means with intervals, words injected.

Every figure stays below 1,000 points a series, so that it is light to send and to keep. Where an
emulator answered, the figure says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from usage.charts import COLOURS, GREY, bare_figure

MOST_POINTS = 1000
SCALE = "Viridis"


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
        place = rows.index(shown(line)), columns.index(shown(x))
        values[place], texts[place] = mean, _plus_minus(mean, low, high)
    figure.add_heatmap(
        x=columns,
        y=rows,
        z=values,
        text=texts,
        texttemplate="%{text}",
        colorscale=SCALE,
        colorbar=_bar(mark(score, emulated, words)),
        hovertemplate=f"{factors[0]}=%{{x}}<br>{factors[1]}=%{{y}}<br>%{{text}}<extra></extra>",
    )
    figure.update_xaxes(type="category")
    figure.update_yaxes(type="category")
    return figure.update_layout(height=180 + 36 * len(rows))


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
        colorbar=_bar(mark(score, emulated, words)),
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
        line={"color": table[score].to_numpy(float), "colorscale": SCALE, "showscale": True},
        # The library's own shadow is made for paper, and blurs the text on a dark page.
        labelfont={"color": GREY, "shadow": "none"},
        tickfont={"color": GREY, "shadow": "none"},
        # Ends are among the ticks; said twice they would run into each other on a phone.
        rangefont={"color": "rgba(0,0,0,0)", "shadow": "none"},
        labelangle=-20,
    )
    room = max((len(shown(value)) for value in table.iloc[:, 0]), default=0)
    return figure.update_layout(height=380, margin={"l": 24 + 6 * room, "r": 32, "t": 72, "b": 16})


def mark(title: str, emulated: Iterable[bool], words: Mapping[str, str]) -> str:
    """The title with a word on who answered, where not all calls were real ones."""
    answered = [bool(each) for each in emulated]
    if not any(answered):
        return title
    return f"{title} ({words['emulated' if all(answered) else 'partly_emulated']})"


def all_of(emulated: Sequence[bool]) -> bool:
    """Whether emulators answered all of the calls, of which there is at least one."""
    return len(emulated) > 0 and all(emulated)


def down_the_side(figure: go.Figure, rows: Sequence[str]) -> None:
    """Lay out a figure whose rows have these names, from top to bottom, with room for them."""
    figure.update_yaxes(
        type="category", categoryorder="array", categoryarray=list(rows)[::-1], automargin=True
    )
    figure.update_xaxes(gridcolor="rgba(138,143,152,0.25)", zeroline=False)
    figure.update_layout(height=110 + sum(12 + 14 * (row.count("<br>") + 1) for row in rows))


def look(place: int, hollow: bool) -> dict[str, Any]:
    """Line and marker of the series at `place`; hollow where emulators answered."""
    colour = COLOURS[place % len(COLOURS)]
    symbol = "circle-open" if hollow else "circle"
    return {"line": {"color": colour}, "marker": {"color": colour, "size": 8, "symbol": symbol}}


def spread(
    part: pd.DataFrame, names: tuple[str, str, str] = ("mean", "low", "high")
) -> dict[str, Any]:
    """Error bars about the first of three columns from the second to the third."""
    middle, low, high = (part[name].to_numpy(float, na_value=np.nan) for name in names)
    return {
        "type": "data",
        "symmetric": False,
        "array": high - middle,
        "arrayminus": middle - low,
        "thickness": 1.5,
        "width": 4,
    }


def shown(level: Any) -> str:
    """A factor's level as an axis names it."""
    if level is None or level == "":
        return "–"
    if isinstance(level, float):
        return f"{level:.6g}"
    text = " ".join(str(level).split())
    return text if len(text) <= 24 else f"{text[:24]}…"


def _plus_minus(mean: Any, low: Any, high: Any) -> str:
    known = low is not None and high is not None and not (pd.isna(low) or pd.isna(high))
    return f"{mean:.3g}" + (f" ± {(high - low) / 2:.2g}" if known else "")


def _bar(title: str) -> dict[str, Any]:
    return {"title": {"text": title, "side": "right"}, "thickness": 12, "outlinewidth": 0}


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
