"""The figures of one study, by name: each is made of its cells when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from experiments.figures import call_charts, charts, frames, surface_charts, verdict_charts
from experiments.figures.study_view import StudyView
from experiments.scoring.scores import lower_is_better
from experiments.statistics.coding import MODEL
from experiments.statistics.front import on_front
from experiments.statistics.level_means import by_group
from experiments.statistics.paired import Array
from experiments.statistics.surface import fitted
from usage.prices import Prices


class Choice(NamedTuple):
    """What figures of several things draw: which two factors, and quality against what."""

    across: str = ""
    other: str = ""
    against: str = ""


class StudyFigures:
    """Draws a study. `prices` say what its calls cost."""

    def __init__(self, view: StudyView, prices: Prices) -> None:
        self._view, self._prices, self._words = view, prices, view.words
        self._score = view.score or ""

    def all(self) -> Mapping[str, Callable[[Choice], go.Figure]]:
        """The figures that this study can have, by name."""
        found: dict[str, Callable[[Choice], go.Figure]] = {"outcomes": lambda _: self._outcomes()}
        factors, settings = self._view.factors, len(self._view.run.settings)
        if self._score and factors:
            found["main"] = lambda _: self._main()
        if self._score and len(factors) > 1:
            found |= {"interaction": self._interaction, "heat": self._heat}
        if self._score and len(self._numbers) > 1 and self._surface(*self._numbers[:2]):
            found["contour"] = self._contour
        if self._score and settings > 1 and self.prices:
            found["front"] = self._front
        found["timeline"] = lambda _: self._timeline()
        if self._score and settings > 2:
            found["parallel"] = lambda _: self._parallel()
        return found

    @cached_property
    def prices(self) -> Mapping[str, pd.Series]:
        """What quality can be drawn against, by name: cost, seconds and tokens of each answer.

        There is no cost where no price is known, or where prices are in two currencies; what is
        the same for every answer, as of free models, is left out.
        """
        cells = self._view.answered
        found = {"seconds": cells["total_time"], "tokens": cells["output_tokens"].astype(float)}
        cost = self._cost(cells)
        found = found if cost is None else {"cost": cost, **found}
        return {name: column for name, column in found.items() if column.nunique() > 1}

    def _outcomes(self) -> go.Figure:
        names = list(self._view.names.values())
        cells = self._view.answered
        named = cells.assign(name=[names[place] for place in cells["setting"]])
        return call_charts.outcomes_figure(named, self._words, self._view.emulated)

    def _timeline(self) -> go.Figure:
        calls = frames.calls_frame(self._view.store, self._view.run.id)
        return call_charts.timeline_figure(calls, self._words)

    def _main(self) -> go.Figure:
        rows = [
            (each.factor, level.level, level.mean, level.low, level.high)
            for each in self._view.told.effects
            for level in each.levels
        ]
        effects = pd.DataFrame(rows, columns=["factor", "level", "mean", "low", "high"])
        return charts.main_effects_figure(
            effects, self._view.primary, self._words, self._view.emulated
        )

    def _interaction(self, choice: Choice) -> go.Figure:
        return charts.interaction_figure(
            self._means(choice), choice[:2], self._view.primary, self._words, self._view.emulated
        )

    def _heat(self, choice: Choice) -> go.Figure:
        return charts.heat_figure(
            self._means(choice), choice[:2], self._view.primary, self._words, self._view.emulated
        )

    def _means(self, choice: Choice) -> pd.DataFrame:
        """The means of two factors, the first across, in the order of their levels."""
        rows: list[tuple[Any, ...]] = []
        for found in self._view.told.interactions:
            if found.factors == choice[:2]:
                rows = [(each.x, each.line, each.mean, each.low, each.high) for each in found.cells]
            elif found.factors == choice[1::-1]:
                rows = [(each.line, each.x, each.mean, each.low, each.high) for each in found.cells]
        across, other = (list(dict.fromkeys(row[place] for row in rows)) for place in (0, 1))
        rows.sort(key=lambda row: (other.index(row[1]), across.index(row[0])))
        return pd.DataFrame(rows, columns=["x", "line", "mean", "low", "high"])

    @cached_property
    def _numbers(self) -> list[str]:
        """The factors that are numbers, of three values at least."""
        cells = self._view.cells
        return [
            name
            for name in self._view.factors
            if pd.api.types.is_numeric_dtype(cells[name])
            and not pd.api.types.is_bool_dtype(cells[name])
            and cells[name].nunique() > 2
        ]

    def _surface(self, x: str, y: str) -> tuple[tuple[Array, Array, Array], pd.DataFrame] | None:
        """The surface over two factors and the places that were asked; None where there is none."""
        asked = by_group(self._view.answered.assign(x=self._view.answered[x],
                                                    y=self._view.answered[y]),
                         self._score, ["x", "y"])  # fmt: skip
        surface = fitted(asked) if len(asked) else None
        return None if surface is None else (surface, asked)

    def _contour(self, choice: Choice) -> go.Figure:
        chosen = [name for name in choice[:2] if name in self._numbers]
        x, y = chosen if len(chosen) == 2 else self._numbers[:2]
        found = self._surface(x, y)
        if found is None:
            return go.Figure()
        return surface_charts.contour_figure(
            *found, (x, y), self._view.primary, self._words, self._view.emulated
        )

    def _front(self, choice: Choice) -> go.Figure:
        against = choice.against if choice.against in self.prices else next(iter(self.prices))
        cells = self._view.answered.assign(price=self.prices[against])
        table = pd.DataFrame({"setting": range(len(self._view.run.settings))})
        for column, names in ((self._score, _QUALITY), ("price", _PRICE)):
            bounds = self._view.bounds if column == self._score else (None, None)
            known = by_group(cells, column, ["setting"], bounds)
            table = table.merge(known.rename(columns=names), on="setting", how="left")
        spec = self._view.run.plan.primary
        best = spec is None or not lower_is_better(spec)
        quality, price = (self._array(cells, name) for name in (self._score, "price"))
        table["probability"] = on_front(quality, price, higher_is_better=best)
        labels = list(self._view.names)
        table["name"] = list(self._view.names.values())
        table["emulated"] = [label in self._view.marked for label in labels]
        title = self._words[f"axis_{against}"]
        return verdict_charts.front_figure(table, title, self._view.primary, self._words)

    def _array(self, cells: pd.DataFrame, column: str) -> Array:
        """Means of shape (settings, prompts, 1), NaN where there is none."""
        table = cells.pivot_table(column, "setting", "prompt_id", "mean", dropna=False)
        settings = range(len(self._view.run.settings))
        return table.reindex(settings).to_numpy(float)[:, :, np.newaxis]

    def _cost(self, cells: pd.DataFrame) -> pd.Series | None:
        rows = zip(
            cells["model"],
            cells["input_tokens"],
            cells["output_tokens"],
            cells["started_at"],
            strict=True,
        )
        costs = [
            None
            if pd.isna(sent) or pd.isna(got)
            else self._prices.estimate(model, int(sent), int(got), 1, when)
            for model, sent, got, when in rows
        ]
        if len({cost.currency for cost in costs if cost is not None}) != 1:
            return None
        amounts = [None if cost is None else float(cost.amount) for cost in costs]
        return pd.Series(amounts, index=cells.index, dtype=float)

    def _parallel(self) -> go.Figure:
        view, table = self._view, self._view.table()
        first = view.cells.drop_duplicates("setting").set_index("setting")
        shown = pd.DataFrame({MODEL: [setting.model for setting in view.run.settings]})
        for factor in frames.factors(view.run.settings):
            shown[factor] = first[factor].reindex(range(len(shown)))
        seconds = table["seconds"].rename(self._words["seconds"])
        shown = pd.concat([shown, table[[view.primary]], seconds], axis=1)
        return surface_charts.parallel_figure(shown, view.primary, self._words, view.emulated)


_QUALITY = {"mean": "mean", "low": "low", "high": "high"}
_PRICE = {"mean": "x", "low": "x_low", "high": "x_high"}
