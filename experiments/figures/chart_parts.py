"""What the figures of a study are made of: marks of who answered, looks, intervals, rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from experiments.designs import level_text
from usage.charts import COLOURS

MOST_POINTS = 1000
# For fields, which bring their own background; and for points and lines, to be seen on any.
SCALE = "Viridis"
SEEN = [[0, COLOURS[0]], [1, COLOURS[1]]]


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
    return level_text(level, digits=6, most=24)


def bar(title: str) -> dict[str, Any]:
    """A colour bar with a title beside it."""
    return {"title": {"text": title, "side": "right"}, "thickness": 12, "outlinewidth": 0}
