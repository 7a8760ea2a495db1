"""What may be said of a study's settings, as figures: differences, the front, the winner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from experiments.figures.chart_parts import MOST_POINTS, SEEN, down_the_side, mark, spread
from experiments.types import Verdict, Word
from usage.charts import COLOURS, GREY, bare_figure

MOST_ROWS = 20
_NAMED = 3
_FAINT = "rgba(138,143,152,0.5)"
_LOOKS: Mapping[Word, tuple[str, str]] = {
    "better": (COLOURS[2], "triangle-right"),
    "worse": (COLOURS[4], "triangle-left"),
    "equivalent": (COLOURS[0], "square"),
    "cannot tell": ("#999999", "circle"),
}


def verdicts_figure(
    verdicts: Sequence[Verdict],
    names: Mapping[str, str],
    words: Mapping[str, str],
    delta: float | None = None,
    emulated: frozenset[str] = frozenset(),
) -> go.Figure:
    """The difference of each pair of settings with its interval, by what may be said of it.

    `names` are the settings' labels in short; `emulated` are the labels of settings that an
    emulator answered: where that is all of them, the title says so. A line stands at 0, and a
    band over what counts as equivalent within `delta`. Of more than 20 the largest differences are
    drawn; those unknown are not.
    """
    known = [each for each in verdicts if each.difference is not None]
    known = sorted(known, key=lambda each: -abs(each.difference or 0))[:MOST_ROWS]
    title, rows = _pairs(known, names, words)
    title = mark(title, [{each.a, each.b} <= emulated for each in known], words)
    figure = bare_figure(title, "")
    for word, (colour, symbol) in _LOOKS.items():
        these = [place for place, each in enumerate(known) if each.word == word]
        if these:
            part = _intervals([known[place] for place in these])
            hollow = all({known[place].a, known[place].b} & emulated for place in these)
            figure.add_scatter(
                x=part["mean"].to_numpy(float),
                y=[rows[place] for place in these],
                error_x=spread(part),
                mode="markers",
                name=words[word],
                marker={"color": colour, "symbol": symbol + "-open" * hollow, "size": 10},
                hovertemplate="%{y}<br>%{x:.3g}<extra></extra>",
            )
    figure.add_vline(x=0, line={"color": GREY, "width": 1})
    if delta is not None:
        figure.add_vrect(-delta, delta, fillcolor=GREY, opacity=0.15, line_width=0, layer="below")
    down_the_side(figure, rows)
    return figure


def front_figure(settings: pd.DataFrame, x: str, score: str, words: Mapping[str, str]) -> go.Figure:
    """Quality against cost or latency, with intervals; the larger, the likelier on the front.

    `settings` has the columns name, mean, low, high (of `score`), x, x_low, x_high, probability
    (of being on the front, 0 to 1) and emulated; `x` names the axis. A setting whose cost is not
    known has no point.
    """
    figure = bare_figure(x, score)
    known = settings[settings["x"].notna() & settings["mean"].notna()].head(MOST_POINTS)
    for emulated, part in known.groupby("emulated"):
        chance = part["probability"].fillna(0).to_numpy(float)
        figure.add_scatter(
            x=part["x"].to_numpy(float),
            y=part["mean"].to_numpy(float),
            error_x=spread(part, ("x", "x_low", "x_high")) | {"color": _FAINT},
            error_y=spread(part) | {"color": _FAINT},
            mode="markers+text",
            text=_likeliest(part["name"], chance),
            textposition="top center",
            name=words["setting"] + (f" ({words['emulated']})" if emulated else ""),
            marker=_by_chance(chance, "circle-open" if emulated else "circle", words),
            customdata=[list(pair) for pair in zip(part["name"], chance.tolist(), strict=True)],
            hovertemplate="%{customdata[0]}<br>%{x:.3g} · %{y:.3g}<br>P = %{customdata[1]:.2f}",
        )
    figure.update_yaxes(rangemode="normal")
    return figure.update_layout(height=380, showlegend=bool(known["emulated"].any()))


def _likeliest(names: pd.Series, chance: np.ndarray) -> list[str]:
    """The names of the few that are likeliest on the front; more would cover each other."""
    few = set(np.argsort(-chance, kind="stable")[:_NAMED])
    return [
        name.replace("<br>", " ") if place in few and chance[place] >= 0.5 else ""
        for place, name in enumerate(names)
    ]


def winner_figure(figures: pd.DataFrame, score: str, words: Mapping[str, str]) -> go.Figure:
    """What the winner scored when it was chosen, in grey, beside what it scored when asked again.

    `figures` has the columns name, stage ("main" or "confirm"), mean, low, high and emulated: rows
    of the winner, and of the setting that it is measured against.
    """
    figure = bare_figure(score, "")
    word = {"main": words["in_sample"], "confirm": words["remeasured"]}
    rows = [f"{n}<br>{word[s]}" for n, s in zip(figures["name"], figures["stage"], strict=True)]
    for stage, colour in (("main", "#999999"), ("confirm", COLOURS[2])):
        part = figures.assign(row=rows)[figures["stage"] == stage]
        if part.empty:
            continue
        hollow = bool(part["emulated"].all())
        figure.add_scatter(
            x=part["mean"].to_numpy(float),
            y=part["row"],
            error_x=spread(part),
            mode="markers",
            name=word[stage] + (f" ({words['emulated']})" if hollow else ""),
            opacity=0.6 if stage == "main" else 1,
            marker={"color": colour, "symbol": "circle" + "-open" * hollow, "size": 11},
            hovertemplate="%{y}: %{x:.3g}<extra></extra>",
        )
    down_the_side(figure, rows)
    return figure


def _by_chance(chance: np.ndarray, symbol: str, words: Mapping[str, str]) -> dict[str, Any]:
    return {
        "size": 8 + 12 * chance,
        "color": chance,
        "cmin": 0,
        "cmax": 1,
        "colorscale": SEEN,
        "symbol": symbol,
        "showscale": True,
        "colorbar": {"title": {"text": words["on_front"], "side": "right"}, "thickness": 12},
    }


def _intervals(verdicts: Sequence[Verdict]) -> pd.DataFrame:
    rows = [(each.difference, each.low, each.high) for each in verdicts]
    return pd.DataFrame(rows, columns=["mean", "low", "high"], dtype=float)


def _pairs(
    verdicts: Sequence[Verdict], names: Mapping[str, str], words: Mapping[str, str]
) -> tuple[str, list[str]]:
    """The axis' name, and one for each row; what all are compared with is said once."""
    against = {each.b for each in verdicts}
    first = [names.get(each.a, each.a) for each in verdicts]
    if len(against) == 1:
        only = against.pop()
        return f"{words['difference']}<br>− {names.get(only, only).replace('<br>', ' ')}", first
    second = [names.get(each.b, each.b) for each in verdicts]
    rows = [f"{a}<br>− {b}" for a, b in zip(first, second, strict=True)]
    return words["difference"], rows
