"""What will be sent, shown in Gradio before anything is: obstacles, turns left out, the account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from backends import Words, account
from panels import answer, gradio_knobs
from panels.before import obstacles, overflow_note
from panels.gradio_chat import Find, Turn, conversation
from panels.gradio_details import account_table, table
from panels.gradio_events import QUIET, visitor
from panels.gradio_page import word
from panels.gradio_picture import question
from panels.gradio_sidebar import Sidebar
from panels.words import Lang, pick


@dataclass(slots=True)
class Preview:
    """Where it is shown: a sentence per obstacle, which turns are left out, the whole account."""

    sidebar: Sidebar
    find: Find
    trouble: Any = None
    left_out: Any = None
    table: Any = None

    def draw(self) -> None:
        """Draw it: sentences openly, the account collapsed."""
        self.trouble = gr.Markdown(visible=False, elem_classes="trouble", elem_id="trouble")
        self.left_out = gr.Markdown(visible=False, elem_classes="quiet", elem_id="left-out")
        with gr.Accordion(word("preview"), open=False, elem_id="preview"):
            gr.Markdown(word("account_help"), elem_classes="quiet")
            self.table = table()

    def wire(self, box: Any, picture: Any, history: Any) -> Callable[[Any], Any]:
        """Keep it true to the settings, the conversation and what is being asked.

        Returns what does so after an event that changes settings by itself.
        """
        inputs = [history, box, picture, *self.sidebar.chat.inputs]
        said = [self.trouble, self.left_out]
        shown = [*said, self.table, self.sidebar.chat.panel.more]

        def after(event: Any) -> Any:
            return event.then(self.shown, inputs, shown, **QUIET)

        gr.on(
            self.sidebar.chat.changes,
            self.shown,
            inputs,
            shown,
            trigger_mode="always_last",
            **QUIET,
        )
        # What is typed, attached or answered changes what stands in the way, not the account.
        talked = [box.change, picture.change, history.change]
        gr.on(talked, self.said, inputs, said, trigger_mode="always_last", **QUIET)
        return after

    def said(
        self,
        history: list[Turn],
        typed: str,
        picture: str | None,
        request: gr.Request,
        *settings: Any,
    ) -> list[Any]:
        """Updates of the sentences alone."""
        return self.shown(history, typed, picture, request, *settings)[:2]

    def shown(
        self,
        history: list[Turn],
        typed: str,
        picture: str | None,
        request: gr.Request,
        lang: Lang,
        model: str,
        system: str,
        stream: bool,
        overflow: str,
        *arrived: Any,
    ) -> list[Any]:
        """Updates of the sentences, the account, and the heading over the further knobs."""
        spec = self.sidebar.chat.models.find(model)
        _, sends = self.sidebar.chat.panel.read(arrived)
        more = gradio_knobs.more_update(self.sidebar.chat.panel, sends, lang)
        if isinstance(spec, Words):
            return [_sentence(pick(spec, lang)), _sentence(""), gr.skip(), more]
        asked = (
            *conversation(history, self.find, visitor(request)),
            question(typed or "", picture),
        )
        wanted = self.sidebar.chat.request(
            asked, visitor(request), model, system, stream, overflow, arrived
        )
        sentences = [answer.answer_markdown(each) for each in obstacles(wanted, spec, lang)]
        return [
            _sentence("\n\n".join(sentences)),
            _sentence(overflow_note(wanted, spec, lang)),
            account_table(account(spec, wanted.params), lang),
            more,
        ]


def _sentence(text: str) -> Any:
    return gr.update(value=text, visible=bool(text))
