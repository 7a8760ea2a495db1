"""The scoreboard as a figure: how strong each is, and how sure that is."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from experiments.figures.chart_parts import down_the_side, mark
from experiments.statistics.ratings import Rating
from usage.charts import COLOURS, bare_figure

_LINE = 26  # characters of a name on one line, which leaves a phone room for the figure
_ROOM = 60.0  # points beyond everything known, where open ends are marked


def scoreboard_figure(
    rows: Sequence[Rating], emulated: bool, words: Mapping[str, str]
) -> go.Figure:
    """The strength of each with its interval, strongest first, a colour for each group.

    `words` gives "strength", "emulated", "open_end" and "group". An interval without an end
    reaches to the edge, where an arrow says so. Where emulators answered, marks are hollow and
    the axis says so.
    """
    drawn = bare_figure(mark(words["strength"], [emulated], words), "")
    known = [row for row in rows if row.strength is not None]
    edges = _edges(known)
    groups = sorted({row.group for row in known})
    for number in groups:
        part = [row for row in known if row.group == number]
        drawn.add_scatter(
            x=[row.strength for row in part],
            y=[_name(row) for row in part],
            error_x=_error(part, edges),
            mode="markers",
            name=f"{words['group']} {number + 1}",
            marker={
                "color": COLOURS[number % len(COLOURS)],
                "symbol": "circle-open" if emulated else "circle",
                "size": 10,
            },
            hovertemplate="%{y}: %{x:.0f}<extra></extra>",
        )
    open_ends = _add_arrows(drawn, known, edges, words["open_end"])
    down_the_side(drawn, [_name(row) for row in known])
    return drawn.update_layout(showlegend=len(groups) > 1 or open_ends)


def _name(row: Rating) -> str:
    # The persona in it may hold anything, and the figure would take it for HTML.
    return "<br>".join(textwrap.wrap(html.escape(row.label, quote=False), _LINE))


def _edges(rows: Sequence[Rating]) -> tuple[float, float]:
    known = [end for row in rows for end in (row.strength, row.low, row.high) if end is not None]
    return (min(known) - _ROOM, max(known) + _ROOM) if known else (0.0, 0.0)


def _error(rows: Sequence[Rating], edges: tuple[float, float]) -> dict[str, Any]:
    ends = [_ends(row, edges) for row in rows]
    return {
        "type": "data",
        "symmetric": False,
        "array": [high - at for _, at, high in ends],
        "arrayminus": [at - low for low, at, _ in ends],
        "thickness": 1.5,
        "width": 4,
    }


def _ends(row: Rating, edges: tuple[float, float]) -> tuple[float, float, float]:
    low = edges[0] if row.low is None else row.low
    high = edges[1] if row.high is None else row.high
    return low, row.strength or 0.0, high


def _add_arrows(
    drawn: go.Figure, rows: Sequence[Rating], edges: tuple[float, float], name: str
) -> bool:
    """Mark the ends that are not known; whether there are any."""
    ends = [(edges[0], _name(row), "triangle-left") for row in rows if row.low is None]
    ends += [(edges[1], _name(row), "triangle-right") for row in rows if row.high is None]
    if ends:
        x, y, symbols = zip(*ends, strict=True)
        drawn.add_scatter(
            x=x,
            y=y,
            mode="markers",
            name=name,
            marker={"symbol": symbols, "size": 9, "color": COLOURS[6]},
            hoverinfo="skip",
        )
    return bool(ends)
