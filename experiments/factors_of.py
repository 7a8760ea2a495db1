"""What the factors of a run do to the score that decides: effects, interactions, predicted best."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from backends import Words
from experiments import measured
from experiments.journal import Journal, Run
from experiments.rules import rules_of
from experiments.statistics.coding import MODEL, Design, design_of
from experiments.statistics.effects import Effect, effects
from experiments.statistics.effects_said import effect_sentence, interaction_sentence
from experiments.statistics.interactions import Interaction, interactions
from experiments.statistics.optimum import Optimum, optimum
from experiments.statistics.optimum_said import optimum_sentence
from experiments.statistics.paired import Array
from experiments.statistics.verdict import Rules


class Factors:
    """Reads a run's scores once, as they are now. All lists are empty without a score."""

    def __init__(self, journal: Journal, run: Run) -> None:
        self.design: Design = design_of(run.settings)
        self.score = "" if run.plan.primary is None else run.plan.primary.label
        self._models = [setting.model for setting in run.settings]
        self._read = _read(journal, run)

    @cached_property
    def effects(self) -> list[Effect]:
        """What each factor does."""
        if self._read is None:
            return []
        values, rules, complete = self._read
        return effects(values, self.design, rules, complete)

    @cached_property
    def interactions(self) -> list[Interaction]:
        """What every two do together."""
        if self._read is None:
            return []
        values, rules, complete = self._read
        return interactions(values, self.design, rules, complete)

    @cached_property
    def optima(self) -> list[tuple[str, Optimum]]:
        """The predicted best of each model among the numbers, where there is one."""
        if self._read is None:
            return []
        values, rules, complete = self._read
        found = []
        for model in dict.fromkeys(self._models):
            own = [place for place, name in enumerate(self._models) if name == model]
            design = {
                name: [levels[place] for place in own]
                for name, levels in self.design.items()
                if name != MODEL
            }
            best = optimum(values[own, :complete], design, rules)
            if best is not None:
                found.append((model, best))
        return found

    def sentences(self) -> Iterator[Words]:
        """All of it in plain words; nothing where models are all that differs."""
        if list(self.design) == [MODEL] or self._read is None:
            return
        delta = self._read[1].delta
        for effect in self.effects:
            yield effect_sentence(effect, self.score, delta)
        for crossed in self.interactions:
            yield interaction_sentence(crossed, self.score, delta)
        yield from self.predictions()

    def predictions(self) -> Iterator[Words]:
        """Where the score is predicted to be best, in plain words."""
        several = MODEL in self.design
        for model, best in self.optima:
            yield optimum_sentence(best, f"{model}, {self.score}" if several else self.score)


def _read(journal: Journal, run: Run) -> tuple[Array, Rules, int] | None:
    primary = run.plan.primary
    if primary is None:
        return None
    values = measured.scores(journal, run, primary.label)
    rules = rules_of(run, primary, values.shape[1])
    return values, rules, measured.complete(journal, run)
