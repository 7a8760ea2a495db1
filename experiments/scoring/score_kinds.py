"""What a kind of score is: its row in the table, and the case that its function is given."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from backends import Call, ChatRequest, Words
from experiments.types import Prompt, ScoreSpec
from usage.prices import Prices

log = logging.getLogger("tunedesk.scores")

Ask = Callable[[ChatRequest], Call]
Tell = Callable[[Words], None]
# What a score looks at: one answer, all repeats of one setting and prompt, or two answers.
Over = Literal["answer", "repeats", "pair"]
# "or reference": the prompt's reference stands in where no value is given.
Value = Literal["none", "optional", "or reference", "required"]


class ScoreTrouble(Exception):
    """The scores of a plan cannot be computed; `message` says why and what to do."""

    def __init__(self, message: Words) -> None:
        super().__init__(message.en)
        self.message = message


def to_log(sentence: Words) -> None:
    """Where sentences about single answers go when nobody asked to be told."""
    log.warning(sentence.en)


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a kind takes beside its value: its kind, its default and its limits.

    `choices` are the words of kind "choice"; `minimum` and `maximum` bound whole numbers, both
    included. `required`: there is no default.
    """

    kind: Literal["int", "choice", "text", "switch", "number", "table"]
    label: Words
    default: Any = None
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One answer to be scored, and what a score may need for it.

    `ask` makes a call that is on record; `tell` is given a sentence where the answer could not
    be scored and somebody should know why.
    """

    spec: ScoreSpec
    call: Call
    prompt: Prompt
    ask: Ask
    prices: Prices
    tell: Tell = to_log

    def option(self, name: str, default: Any) -> Any:
        """An option of the score, else what it is without one."""
        return self.spec.options.get(name, default)


@dataclass(frozen=True, slots=True)
class ScoreKind:
    """One kind of score: a row of the table.

    `bounds` are the lowest and highest value, None where there is none. `delta` is the difference
    that is too small to matter, where the scale is natural enough to say so. `check` refuses a
    spec of this kind with `ScoreTrouble`. Of `score`, `across` and `pair` a kind has the one that
    fits what it looks at; `pair` gives 1 where the first answer is better, 0 where the second is.
    """

    label: Words
    help: Words
    value: Value = "none"
    value_help: Words | None = None
    needs_reference: bool = False
    lower_is_better: bool = False
    bounds: tuple[float | None, float | None] = (None, None)
    delta: float | None = None
    options: Mapping[str, Option] = field(default_factory=dict)
    check: Callable[[ScoreSpec], None] | None = None
    score: Callable[[Case], float | None] | None = None
    across: Callable[[ScoreSpec, Sequence[str]], float | None] | None = None
    pair: Callable[[Case, Call], float | None] | None = None

    @property
    def over(self) -> Over:
        """What the kind looks at."""
        if self.score is not None:
            return "answer"
        return "repeats" if self.across is not None else "pair"
