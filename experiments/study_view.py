"""A study as people look at it: one table of its settings, and its figures by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from experiments import call_charts, charts, frames, verdict_charts
from experiments.designs import labels
from experiments.journal import Journal, Run
from experiments.level_means import by_group, leveled
from experiments.types import Verdict

MODEL = "model"
# Which factors are drawn where a figure takes two: the one across, and the other.
Pair = tuple[str, str]


class StudyView:
    """What a run's cells say at one time.

    `words` are those of the figures; `conditions` on the cells narrow them.
    """

    def __init__(
        self, journal: Journal, run: Run, words: Mapping[str, str], *conditions: Any
    ) -> None:
        self.run, self.words = run, words
        self._store = journal.store
        self.cells = frames.cells_frame(journal.store, run.id, *conditions)
        self.primary = run.plan.primary.label if run.plan.primary else ""
        self._score = frames.column_of(self.cells, self.primary)

    @cached_property
    def answered(self) -> pd.DataFrame:
        """The cells of the study itself; those that measure the winner again are not among them."""
        return self.cells[self.cells["stage"] == "main"]

    @cached_property
    def names(self) -> dict[str, str]:
        """What each setting is called in charts, by its label; emulated ones say so."""
        who = self.cells.groupby("setting")["emulated"].any()
        marked = {int(place) for place, emulated in who.items() if emulated}  # type: ignore[call-overload]
        mark = f" ({self.words['emulated']})"
        short = frames.short_labels(self.run.settings)
        return {
            label: short[place] + (mark if place in marked else "")
            for place, label in enumerate(labels(self.run.settings))
        }

    @cached_property
    def emulated(self) -> list[bool]:
        """Of every call that was made, whether an emulator answered it."""
        return [bool(each) for each in self.cells["emulated"].dropna()]

    @cached_property
    def factors(self) -> list[str]:
        """What differs between the settings, the model among it."""
        several = len({setting.model for setting in self.run.settings}) > 1
        return [*([MODEL] if several else []), *frames.factors(self.run.settings)]

    @property
    def scores(self) -> list[str]:
        """The columns of scores that some answer has."""
        found = (frames.column_of(self.cells, spec.label) for spec in self.run.plan.scores)
        return [column for column in found if column is not None]

    def named(self) -> pd.DataFrame:
        """The cells with a column `name`: what their setting is called in charts."""
        names = [name.replace("<br>", " ") for name in self.names.values()]
        return self.cells.assign(name=[names[place] for place in self.cells["setting"]])

    def table(self) -> pd.DataFrame:
        """A row per setting: name, planned, answers, trouble (how many calls gave none that is
        scored), output_tokens and seconds (medians), low and high of the primary score's mean, and
        a column with the mean of each score, by its label."""
        return pd.DataFrame(
            [
                {"name": name.replace("<br>", " "), **self._row(place)}
                for place, name in enumerate(self.names.values())
            ]
        )

    def figures(self) -> Mapping[str, Callable[[Pair], go.Figure]]:
        """The figures that this study can have, by name; those of two factors take which two."""
        found: dict[str, Callable[[Pair], go.Figure]] = {"outcomes": lambda _: self._outcomes()}
        if self._score and self.factors:
            found["main"] = lambda _: self._main(self._score or "")
        if self._score and len(self.factors) > 1:
            found["interaction"] = self._interaction
            found["heat"] = self._heat
        if self._score and len(self.run.settings) > 2:
            found["parallel"] = lambda _: self._parallel()
        found["timeline"] = lambda _: call_charts.timeline_figure(
            frames.calls_frame(self._store, self.run.id), self.words
        )
        return found

    def verdicts(self, said: Sequence[Verdict], delta: float | None) -> go.Figure:
        """The differences of verdicts on one score."""
        return verdict_charts.verdicts_figure(said, self.names, self.words, delta)

    def _row(self, place: int) -> dict[str, Any]:
        part = self.answered[self.answered["setting"] == place]
        found: dict[str, Any] = {
            "planned": len(part),
            "answers": int((part["kind"] == "ok").sum()),
            "trouble": int((part["kind"].notna() & (part["kind"] != "ok")).sum()),
            "output_tokens": part["output_tokens"].astype(float).median(),
            "seconds": part["total_time"].median(),
        }
        if self._score:
            ends = self._intervals.get(place, (None, None))
            found |= {"low": ends[0], "high": ends[1]}
        for spec in self.run.plan.scores:
            if column := frames.column_of(self.cells, spec.label):
                by_prompt = part.groupby("prompt_id")[column].mean()
                found[spec.label] = by_prompt.mean()
        return found

    @cached_property
    def _intervals(self) -> dict[int, tuple[float, float]]:
        known = by_group(self.answered, self._score or "", ["setting"], within=False)
        rows = zip(known["setting"], known["low"], known["high"], strict=True)
        return {int(setting): (low, high) for setting, low, high in rows}

    def _outcomes(self) -> go.Figure:
        names = list(self.names.values())
        named = self.answered.assign(name=[names[place] for place in self.answered["setting"]])
        return call_charts.outcomes_figure(named, self.words)

    def _main(self, score: str) -> go.Figure:
        parts = []
        for factor in self.factors:
            cells = self.answered.assign(level=leveled(self.answered, factor))
            parts.append(by_group(cells, score, ["level"]).assign(factor=factor))
        effects = pd.concat(parts, ignore_index=True)
        return charts.main_effects_figure(effects, self.primary, self.words, self.emulated)

    def _pairs(self, pair: Pair) -> pd.DataFrame:
        across, other = pair
        cells = self.answered.assign(
            x=leveled(self.answered, across), line=leveled(self.answered, other)
        )
        return by_group(cells, self._score or "", ["line", "x"])

    def _interaction(self, pair: Pair) -> go.Figure:
        return charts.interaction_figure(
            self._pairs(pair), pair, self.primary, self.words, self.emulated
        )

    def _heat(self, pair: Pair) -> go.Figure:
        return charts.heat_figure(self._pairs(pair), pair, self.primary, self.words, self.emulated)

    def _parallel(self) -> go.Figure:
        table = self.table()
        columns = [setting.model for setting in self.run.settings]
        first = self.cells.drop_duplicates("setting").set_index("setting")
        shown = pd.DataFrame({MODEL: columns})
        for factor in frames.factors(self.run.settings):
            shown[factor] = first[factor].reindex(range(len(columns)))
        seconds = table["seconds"].rename(self.words["seconds"])
        shown = pd.concat([shown, table[[self.primary]], seconds], axis=1)
        return charts.parallel_figure(shown, self.primary, self.words, self.emulated)
