"""How the answer of one call came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate

import plotly.graph_objects as go

from usage.charts import COLOURS, bare_figure


def timeline_figure(
    chunks: Sequence[tuple[float, int, int]], words: Mapping[str, str]
) -> go.Figure:
    """Characters that had come by each moment, thinking and answer apart; a step is a piece."""
    figure = bare_figure(words["since_question"], words["characters"])
    figure.update_layout(
        legend={"orientation": "h", "y": -0.24, "yanchor": "top", "x": 0}, height=260
    )
    times = [0.0, *(at for at, _, _ in chunks)]
    for place, name in ((2, "reasoning"), (1, "answer")):
        sizes = [int(chunk[place]) for chunk in chunks]
        if not any(sizes):
            continue
        figure.add_scatter(
            x=times,
            y=list(accumulate([0, *sizes])),
            name=words[name],
            mode="lines+markers" if len(chunks) < 200 else "lines",
            marker={"size": 4},
            line={"shape": "hv", "color": COLOURS[2 - place]},
            hovertemplate="%{x:.2f} s<br>%{y:,}<extra>%{fullData.name}</extra>",
        )
    return figure
