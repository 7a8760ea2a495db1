"""A study's results, tables and figures as JSON: what a bundle holds and a replay makes again."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from experiments import results
from experiments.figures import frames
from experiments.figures.study_figures import Choice, StudyFigures
from experiments.figures.study_view import StudyView, margin
from experiments.journal import Journal, Run
from experiments.said import verdicts
from usage.prices import Prices

RESULTS = "results.json"


def report(
    journal: Journal, run: Run, words: Mapping[str, str], prices: Prices
) -> Iterator[tuple[str, Any]]:
    """The name of each part and its value: `results.json` is what `study export` prints; tables
    have `columns` and `rows`; charts are plotly's JSON. `words` are those of the figures, which
    draw the first two factors where they draw two, and quality against the first of its prices.
    """
    yield RESULTS, _finite(results.as_json(journal, run))
    view = StudyView(journal, run, words)
    yield "tables/settings.json", table(view.table())
    yield "tables/cells.json", table(view.cells)
    yield "tables/calls.json", table(frames.calls_frame(journal.store, run.id))
    for name, figure in _figures(journal, view, prices):
        yield f"charts/{name}.json", json.loads(figure.to_json())


def _figures(journal: Journal, view: StudyView, prices: Prices) -> Iterator[tuple[str, go.Figure]]:
    choice = Choice(*view.factors[:2])
    for name, draw in StudyFigures(view, prices).all().items():
        yield name, draw(choice)
    yield "verdicts", view.verdicts(verdicts(journal, view.run), margin(view.run))
    if not view.winner().empty:
        yield "winner", view.winner_figure()


def table(frame: pd.DataFrame) -> dict[str, Any]:
    """A frame as plain values; what is missing or not finite is null."""
    columns = [[_plain(value) for value in frame[name]] for name in frame]
    return {"columns": list(frame), "rows": [list(row) for row in zip(*columns, strict=True)]}


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    value = value.item() if hasattr(value, "item") else value
    return None if value is None or value is pd.NA or value is pd.NaT else _finite(value)


def _finite(value: Any) -> Any:
    """The same with null for every number that JSON has no word for."""
    if isinstance(value, Mapping):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
