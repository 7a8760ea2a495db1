"""The nouns of many calls. Frozen, and short enough to read before anything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from backends import settings_text

Word = Literal["better", "worse", "equivalent", "cannot tell"]
Design = Literal["grid", "sobol", "adaptive"]
Kind = Literal["study", "batch"]
# What a run is told to do; whoever works at it looks before every call.
Wanted = Literal["run", "pause", "stop"]
# "waiting" is yet to be called; "running" is leased to a worker; "dropped" was found needless.
CellState = Literal["waiting", "running", "done", "dropped"]
# "confirm" cells measure the winner again on calls that did not choose it.
Stage = Literal["main", "confirm"]


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question of a study: the block within which settings are compared.

    `reference` is the answer that it should have, where there is one; `columns` is the row of the
    table it came from.
    """

    id: str
    text: str
    reference: str | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Factor:
    """What is varied: a parameter of the catalogue, or "system" for the persona.

    Either `levels`, or a range of numbers with `minimum` and `maximum`, both included, of which a
    grid takes the ends and the middle.
    """

    name: str
    levels: tuple[Any, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """One way of asking: a model, its persona and the parameters that are sent."""

    model: str
    params: Mapping[str, Any] = field(default_factory=dict)
    system: str = ""

    @property
    def label(self) -> str:
        """How it is named in tables, charts and verdicts: `model name=value …`."""
        return " ".join([self.model, *settings_text(self.params, self.system)])


@dataclass(frozen=True, slots=True)
class ScoreSpec:
    """One score of a study: its kind, what that kind needs, and whether it decides.

    `name` tells two scores of one kind apart. `options` are what a kind takes beside `value`, such
    as the model of a judge.
    """

    kind: str
    value: str | None = None
    primary: bool = False
    name: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Its name, else its kind."""
        return self.name or self.kind


@dataclass(frozen=True, slots=True)
class Preregistration:
    """What was declared before the first call: a study says whether it was followed."""

    hypothesis: str
    metric: str
    delta: float | None = None
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A study before its first call.

    Every setting is asked every prompt `repeats` times, after the `examples`: questions with their
    answers. `points` is how many settings of each model a Sobol design has, or how many trials an
    adaptive one; `against` is the label of a second score that the latter trades the primary one
    off for. `budget_calls` ends the study early (None: no limit). `delta` is the difference below
    which two settings count as equivalent, in units of the primary score. `remeasure` is how often
    the winner and the first setting are asked each of the last `holdout` prompts, which did not
    choose it (0: the winner gets no figure of its own); None leaves it to `designs.held_out`.
    """

    name: str
    models: tuple[str, ...]
    prompts: tuple[Prompt, ...]
    question: str = ""
    system: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    examples: tuple[tuple[str, str], ...] = ()
    factors: tuple[Factor, ...] = ()
    repeats: int = 1
    concurrency: int = 4
    design: Design = "grid"
    points: int = 16
    budget_calls: int | None = None
    scores: tuple[ScoreSpec, ...] = ()
    delta: float | None = None
    remeasure: int = 0
    holdout: int | None = None
    stop_early: bool = True
    stream: bool = True
    against: str | None = None
    seed: int = 0
    preregistered: Preregistration | None = None

    @property
    def primary(self) -> ScoreSpec | None:
        """The score that decides: the one marked so, else the first."""
        marked = (score for score in self.scores if score.primary)
        return next(marked, self.scores[0] if self.scores else None)


@dataclass(frozen=True, slots=True)
class Cell:
    """One call that a run needs: a setting asked a prompt for the `repeat`th time (from 0).

    `outcome` is the final state of its call; `scores` hold numbers by the score's label, None
    where the answer cannot be scored. Only *ok* answers are scored.
    """

    number: int
    prompt_id: str
    setting: int
    repeat: int
    stage: Stage = "main"
    state: CellState = "waiting"
    call_id: str | None = None
    outcome: str | None = None
    scores: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be said of setting `a` against setting `b` on one score.

    `difference` is a minus b, paired by prompt, with its interval `low` to `high`, in units of the
    score; None where nothing can be computed. *better* always means the better of the two, also
    where less is better. `n_more` is about how many more prompts would settle it (None: settled,
    or unknowable). `prompts` is how many prompts both answered; `missing_a` and `missing_b` count
    the answers without a score, and whatever those were, the difference lies within `worst`
    (None: the score has no range). `delta` is the margin of *equivalent* (None: there is none).
    """

    a: str
    b: str
    score: str
    word: Word
    difference: float | None
    low: float | None
    high: float | None
    n_more: int | None
    prompts: int
    missing_a: int = 0
    missing_b: int = 0
    worst: tuple[float, float] | None = None
    delta: float | None = None
