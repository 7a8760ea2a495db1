"""Which columns a comparison in Gradio has, and the panel that shows one of them to be set.

What is set in the others stays with the browser. The panel is the truth about the column it shows,
so that nothing is lost between a change and the next question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from panels import gradio_setups
from panels.compare import FEWEST, MOST, Column
from panels.faces import letter
from panels.gradio_own import AnyNumber, AnyRadio
from panels.gradio_page import word
from panels.gradio_settings import Settings
from panels.gradio_setups import Setup
from panels.words import Lang


@dataclass(frozen=True, slots=True)
class Set:
    """What is set: every column, and which of them the panel shows."""

    setups: tuple[Setup, ...]
    chosen: int

    @property
    def columns(self) -> list[Column]:
        """What the columns ask for."""
        return [setup.column for setup in self.setups]

    def choose(self, wanted: int) -> Set:
        """The same, with another column in the panel."""
        return Set(self.setups, min(max(wanted, 0), len(self.setups) - 1))

    def copied(self) -> Set:
        """With one column more at the end, like the one in the panel, which then shows it."""
        if len(self.setups) >= MOST:
            return self
        return Set((*self.setups, self.setups[self.chosen]), len(self.setups))

    def without(self) -> Set:
        """Without the column in the panel."""
        if len(self.setups) <= FEWEST:
            return self
        left = self.setups[: self.chosen] + self.setups[self.chosen + 1 :]
        return Set(left, min(self.chosen, len(left) - 1))


@dataclass(slots=True)
class Columns:
    """The widgets."""

    settings: Settings
    usual: Sequence[str]
    kept: Any = field(init=False)
    shown: Any = field(init=False)
    choose: Any = field(init=False)
    add: Any = field(init=False)
    remove: Any = field(init=False)

    def draw(self) -> None:
        """Draw the list of columns and the panel of the first."""
        first = [gradio_setups.of_model(name) for name in self.usual[:FEWEST]]
        # Together with the panel they change at one stroke, which no list does that one clicks.
        self.kept = gr.JSON([setup.kept for setup in first], visible=False)
        self.shown = AnyNumber(0, visible=False)
        self.choose = AnyRadio(
            _names(first), value=0, label=word("compare_columns"), elem_id="compare-columns"
        )
        with gr.Row():
            self.add = gr.Button(
                word("compare_add"), size="sm", min_width=80, elem_id="compare-add"
            )
            self.remove = gr.Button(
                word("compare_remove"),
                size="sm",
                min_width=80,
                interactive=False,
                elem_id="compare-remove",
            )
        self.settings.draw()

    @property
    def inputs(self) -> list[Any]:
        """What `read` takes apart."""
        return [self.kept, self.shown, *self.settings.own]

    @property
    def outputs(self) -> list[Any]:
        """What the functions here update."""
        return [
            self.kept,
            self.shown,
            self.choose,
            self.add,
            self.remove,
            *gradio_setups.outputs(self.settings),
        ]

    def read(self, arrived: Sequence[Any]) -> Set:
        """What is set, from whatever a browser sent for `inputs`."""
        kept, shown, *own = arrived
        setups = gradio_setups.kept(self.settings, kept)
        if setups is None:
            setups = [gradio_setups.of_model(name) for name in self.usual[:FEWEST]]
        chosen = _place(shown, len(setups))
        setups[chosen] = gradio_setups.edited(self.settings, own)
        return Set(tuple(setups), chosen)

    def loaded(self, now: Set, blind: bool, lang: Lang) -> dict[Any, Any]:
        """Updates that show another column in the panel, or other columns."""
        return {
            self.kept: [setup.kept for setup in now.setups],
            self.shown: now.chosen,
            **self.listed(now, blind),
            self.add: gr.update(interactive=len(now.setups) < MOST),
            self.remove: gr.update(interactive=len(now.setups) > FEWEST),
            **gradio_setups.loaded(self.settings, now.setups[now.chosen], lang),
        }

    def listed(self, now: Set, blind: bool) -> dict[Any, Any]:
        """The list of columns by their models."""
        return {self.choose: gr.update(choices=_names(now.setups, blind), value=now.chosen)}


def _names(setups: Sequence[Setup], blind: bool = False) -> list[tuple[str, int]]:
    """Blind, the letters belong to the answers, on whatever side they come."""
    return [
        (setup.model if blind else f"{letter(place)} · {setup.model}", place)
        for place, setup in enumerate(setups)
    ]


def _place(arrived: Any, count: int) -> int:
    """The place of a column that a browser named, the first where it names none."""
    named = isinstance(arrived, int | float) and arrived in range(count)
    return int(arrived) if named else 0
