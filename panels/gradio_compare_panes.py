"""The answers of a comparison in Gradio, side by side: heads, conversations, Stop for each.

Six places are prebuilt and shown as needed, so that Gradio keeps what it knows of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from backends import Completion
from panels import answer
from panels.compare import FEWEST, MOST, Column, Round
from panels.faces import Cost, face, letter
from panels.gradio_chat import Turn, block, finished, growing, internal_error
from panels.gradio_compare_heads import Heads
from panels.gradio_page import word
from panels.waiting import held_seconds, waiting_text
from panels.words import Lang, t


@dataclass(frozen=True, slots=True)
class Pane:
    """The widgets of one place."""

    place: Any
    head: Any
    edit: Any
    chat: Any
    foot: Any
    stop: Any


@dataclass(slots=True)
class Panes:
    """All places, and what stands in them."""

    heads: Heads
    cost: Cost
    places: list[Pane] = field(default_factory=list)

    def draw(self) -> None:
        """Draw the places, as many of them visible as there are columns at first."""
        with gr.Row(elem_id="compare-panes"):
            self.places = [_pane(position) for position in range(MOST)]

    @property
    def outputs(self) -> list[Any]:
        """What the other functions update."""
        return [
            widget
            for pane in self.places
            for widget in (pane.place, pane.head, pane.edit, pane.chat, pane.foot, pane.stop)
        ]

    def named(
        self,
        columns: Sequence[Column],
        rounds: Sequence[Round],
        blind: bool,
        chosen: int,
        lang: Lang,
    ) -> dict[Any, Any]:
        """Which places there are, and who answers there; blind, that it is not told."""
        last = rounds[-1] if rounds else None
        masked = last.blind if last is not None else blind
        count = FEWEST if masked else len(columns)
        updates: dict[Any, Any] = {}
        for position, pane in enumerate(self.places):
            updates[pane.place] = gr.update(visible=position < count)
            updates[pane.edit] = gr.update(visible=not masked)
            if masked and position < count:
                updates[pane.head] = self.heads.blind(last, position, lang)
            elif position < count:
                shown = columns[position]
                updates[pane.head] = self.heads.open(shown, position, position == chosen, lang)
        return updates

    def sides(self, last: Round | None, lang: Lang) -> dict[Any, Any]:
        """The heads of a blind round, which change with the vote."""
        if last is None or not last.blind:
            return {}
        return {
            pane.head: self.heads.blind(last, position, lang)
            for position, pane in enumerate(self.places[:FEWEST])
        }

    def head(self, columns: Sequence[Column], chosen: int, lang: Lang) -> dict[Any, Any]:
        """The head of the column in the panel."""
        return {self.places[chosen].head: self.heads.open(columns[chosen], chosen, True, lang)}

    def answered(self, rounds: Sequence[Round], lang: Lang) -> dict[Any, Any]:
        """Everything that was asked and answered, in every place."""
        updates: dict[Any, Any] = {}
        for position, pane in enumerate(self.places):
            updates[pane.chat] = self.turns(rounds, position, lang)
            updates |= self.foot(rounds, position, lang)
        return updates

    def turns(self, rounds: Sequence[Round], position: int, lang: Lang) -> list[Turn]:
        """The conversation in one place."""
        return [
            turn
            for each in rounds
            if position < len(each.flights)
            for turn in (_asked(each), *self._answer(each, position, lang))
        ]

    def emulated(self, columns: Sequence[Column]) -> list[bool]:
        """Which of the columns an emulator answers."""
        return [self.heads.is_emulated(column) for column in columns]

    def phase(self, last: Round, position: int) -> tuple[bool, bool, int | None]:
        """Whether an answer has ended, whether it has begun, and how long a limit holds it back:
        what `foot` depends on."""
        flight = last.flights[position]
        return flight.done, bool(flight.completion().text), held_seconds(flight)

    def foot(self, rounds: Sequence[Round], position: int, lang: Lang) -> dict[Any, Any]:
        """What stands under one place: that its answer is still coming, and Stop."""
        pane = self.places[position]
        flights = rounds[-1].flights if rounds else ()
        if position >= len(flights):
            return {pane.foot: "", pane.stop: gr.update(visible=False)}
        ended, begun, _ = self.phase(rounds[-1], position)
        if ended:
            return {pane.foot: "", pane.stop: gr.update(visible=False)}
        said = t("compare_answering", lang) if begun else waiting_text(flights[position], lang)
        return {pane.foot: said, pane.stop: gr.update(visible=True)}

    def _answer(self, shown: Round, position: int, lang: Lang) -> list[Turn]:
        seen = face(shown, position, lang, self.cost)
        if shown.hidden:
            trouble = [block(t("error", lang), seen.trouble)] if seen.trouble else []
            return [*growing(Completion(text=seen.text), lang), *trouble]
        if seen.running:
            return growing(shown.flights[position].completion(), lang)
        if seen.call is None:
            return internal_error(lang)
        return finished(seen.call, lang, seen.figures)


def _pane(position: int) -> Pane:
    with gr.Column(
        min_width=0,
        visible=position < FEWEST,
        elem_classes="compare-pane",
        elem_id=f"compare-pane-{position}",
    ) as place:
        with gr.Row(elem_classes="compare-head"):
            head = gr.HTML(padding=False, apply_default_css=False, elem_classes="compare-name")
            edit = gr.Button(
                word("compare_edit"), size="sm", scale=0, min_width=0, elem_classes="compare-edit"
            )
        chat = gr.Chatbot(
            label=letter(position),
            show_label=False,
            height=None,
            layout="panel",
            # The page's script follows the answers.
            autoscroll=False,
            buttons=["copy"],
            placeholder=word("compare_empty_hint"),
            elem_classes="compare-chat",
        )
        with gr.Row(elem_classes="compare-foot"):
            foot = gr.Markdown(elem_classes="quiet")
            stop = gr.Button(
                word("stop"),
                size="sm",
                scale=0,
                min_width=70,
                visible=False,
                elem_classes="compare-stop",
            )
    return Pane(place, head, edit, chat, foot, stop)


def _asked(asked: Round) -> Turn:
    said = [{"type": "text", "text": answer.answer_markdown(asked.question)}]
    return {"role": "user", "content": said}
