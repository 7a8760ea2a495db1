"""A study as people look at it: what its settings are called, their table, verdicts, winner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from experiments.designs import labels
from experiments.factors_of import Factors
from experiments.figures import frames, verdict_charts
from experiments.journal import Journal, Run
from experiments.rules import rules_of
from experiments.statistics.level_means import by_group
from experiments.statistics.paired import Bounds
from experiments.types import Verdict


def margin(run: Run) -> float | None:
    """The difference in the primary score that counts as none; None where there is none such."""
    primary = run.plan.primary
    return None if primary is None else rules_of(run, primary, 0).delta


class StudyView:
    """What a run's cells say at one time.

    `words` are those of the figures; `conditions` on the cells narrow them.
    """

    def __init__(
        self, journal: Journal, run: Run, words: Mapping[str, str], *conditions: Any
    ) -> None:
        self.run, self.words = run, words
        self._journal, self.store = journal, journal.store
        self.cells = frames.cells_frame(journal.store, run.id, *conditions)
        self.primary = run.plan.primary.label if run.plan.primary else ""
        self.score = frames.column_of(self.cells, self.primary)

    @cached_property
    def answered(self) -> pd.DataFrame:
        """The cells of the study itself; those that measure the winner again are not among them."""
        return self.cells[self.cells["stage"] == "main"]

    @cached_property
    def marked(self) -> frozenset[str]:
        """The labels of settings that emulators answered."""
        who = self.cells[self.cells["emulated"].fillna(False)]["label"]
        return frozenset(str(label) for label in who)

    @cached_property
    def names(self) -> dict[str, str]:
        """What each setting is called in charts, by its label.

        Emulated ones say so where others are not; where all are, the figures' titles say it.
        """
        mark = f" ({self.words['emulated']})"
        mixed = not all(self.emulated)
        short = frames.short_labels(self.run.settings)
        return {
            label: short[place] + (mark if mixed and label in self.marked else "")
            for place, label in enumerate(labels(self.run.settings))
        }

    @cached_property
    def told(self) -> Factors:
        """What the factors do to the primary score."""
        return Factors(self._journal, self.run)

    @cached_property
    def emulated(self) -> list[bool]:
        """Of every call that was made, whether an emulator answered it."""
        return [bool(each) for each in self.cells["emulated"].dropna()]

    @property
    def factors(self) -> list[str]:
        """What differs between the settings, the model among it."""
        return list(self.told.design)

    @property
    def scores(self) -> list[str]:
        """The columns of scores that some answer has."""
        found = (frames.column_of(self.cells, spec.label) for spec in self.run.plan.scores)
        return [column for column in found if column is not None]

    def named_cells(self) -> pd.DataFrame:
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

    def named(self, said: Sequence[Verdict]) -> list[Verdict]:
        """The same verdicts about the settings' short names."""
        names = {label: name.replace("<br>", " ") for label, name in self.names.items()}
        return [replace(each, a=names[each.a], b=names[each.b]) for each in said]

    def verdicts(self, said: Sequence[Verdict], delta: float | None) -> go.Figure:
        """The differences of the verdicts on the primary score; `delta` counts as equivalent."""
        primary = [each for each in said if each.score == self.primary]
        return verdict_charts.verdicts_figure(primary, self.names, self.words, delta, self.marked)

    def winner(self) -> pd.DataFrame:
        """The winner, then the first setting: name, stage ("main", and "confirm" once measured
        again), mean, low, high, emulated. No rows while there is no winner."""
        found = [event["setting"] for event in self.run.events if event["kind"] == "winner"]
        parts = [self._stages(place) for place in dict.fromkeys([*found[-1:], 0]) if found]
        return pd.concat(parts, ignore_index=True) if parts and self.score else pd.DataFrame()

    def winner_figure(self) -> go.Figure:
        """`winner` as a figure."""
        return verdict_charts.winner_figure(self.winner(), self.primary, self.words)

    def _stages(self, place: int) -> pd.DataFrame:
        part = self.cells[self.cells["setting"] == place]
        found = [
            by_group(part[part["stage"] == stage], self.score or "", ["stage"], self.bounds)
            for stage in ("main", "confirm")
        ]
        name, emulated = list(self.names.values())[place], bool(part["emulated"].any())
        return pd.concat(found).assign(name=name, emulated=emulated)

    def _row(self, place: int) -> dict[str, Any]:
        part = self.answered[self.answered["setting"] == place]
        found: dict[str, Any] = {
            "planned": len(part),
            "answers": int((part["kind"] == "ok").sum()),
            "trouble": int((part["kind"].notna() & (part["kind"] != "ok")).sum()),
            "output_tokens": part["output_tokens"].astype(float).median(),
            "seconds": part["total_time"].median(),
        }
        if self.score:
            ends = self._intervals.get(place, (None, None))
            found |= {"low": ends[0], "high": ends[1]}
        for spec in self.run.plan.scores:
            if column := frames.column_of(self.cells, spec.label):
                by_prompt = part.groupby("prompt_id")[column].mean()
                found[spec.label] = by_prompt.mean()
        return found

    @property
    def bounds(self) -> Bounds:
        """The lowest and highest value of the primary score."""
        spec = self.run.plan.primary
        return (None, None) if spec is None else rules_of(self.run, spec, 0).bounds

    @cached_property
    def _intervals(self) -> dict[int, tuple[float, float]]:
        known = by_group(self.answered, self.score or "", ["setting"], self.bounds)
        rows = zip(known["setting"], known["low"], known["high"], strict=True)
        return {int(setting): (low, high) for setting, low, high in rows}
