"""The left side in Gradio: the language, and the settings of the page that is looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from backends import ChatRequest, Client
from panels import gradio_setups
from panels.gradio_events import QUIET
from panels.gradio_keys import KeyPanel
from panels.gradio_own import derived
from panels.gradio_page import LANGUAGE_JS, SWITCH_JS, WIDTH_JS, word
from panels.gradio_settings import Settings
from panels.gradio_tab import tab
from panels.own_keys import OwnKeys
from panels.words import Lang

_WIDE = 900
Language = derived(
    gr.Radio, "Language", preprocess=lambda self, payload: "zh" if payload == "zh" else "en"
)


@dataclass(slots=True)
class Sidebar:
    """The widgets of the left side: the chat's settings, and room for those of a column.

    The style shows one of them, by the page that is looked at. After `other_keys` another may
    answer for a provider than before.
    """

    client: Client
    emulated: Callable[[str], bool]
    own: OwnKeys
    keys: KeyPanel = field(init=False)
    other_keys: list[Any] = field(default_factory=list)
    language: Any = field(init=False)
    chat: Settings = field(init=False)
    bar: Any = field(init=False)
    column: Any = field(init=False)

    def draw(self) -> None:
        """Draw the widgets."""
        with gr.Sidebar(open=False, width=380) as self.bar:
            self.language = Language(
                [("中文", "zh"), ("English", "en")],
                value="en",
                label=word("language"),
                show_label=False,
                container=False,
                elem_id="language",
            )
            self.keys = KeyPanel(self.own)
            self.keys.draw()
            self.chat = Settings(self.client, self.emulated, self.language)
            with gr.Column(elem_classes="room-chat"):
                self.chat.draw()
            # A column of fifty knobs is drawn by a browser when it is first needed.
            with gr.Column(elem_classes="room-compare", visible=False) as self.column:
                pass

    def wire(
        self,
        demo: gr.Blocks,
        preview: Callable[[Any], Any],
        last: Callable[[str], ChatRequest | None],
    ) -> None:
        """Connect the widgets with each other; `preview` hangs itself on an event that ends.

        `last` is the latest question of a tab whose page is loaded anew: the next is asked so, too.
        """
        fit = self.chat.wire(preview)
        width = gr.Number(visible=False)
        start = demo.load(None, None, self.language, js=LANGUAGE_JS)
        inputs = [self.language, self.chat.models.found]
        start = start.then(self.chat.worded, inputs, self.chat.lists, **QUIET)

        def as_before(lang: Lang, request: gr.Request) -> dict[Any, Any]:
            who = tab(request)
            asked = last(who) if who is not None else None
            if asked is None:
                return {self.chat.stream: gr.skip()}
            return gradio_setups.loaded(self.chat, gradio_setups.of_request(asked), lang)

        settings = gradio_setups.outputs(self.chat)
        start = start.then(as_before, self.language, settings, **QUIET)
        preview(start.then(**fit))
        self.language.input(None, self.language, None, js=SWITCH_JS)
        models = self.chat.models
        self.other_keys = self.keys.wire(self.language, models.choose)
        for event in self.other_keys:
            listed = event.then(self.chat.worded, inputs, self.chat.lists, **QUIET)
            listed.then(models.described, [models.choose, self.language], models.facts, **QUIET)
        demo.load(
            lambda pixels: gr.Sidebar(open=(pixels or 0) > _WIDE),
            width,
            self.bar,
            js=WIDTH_JS,
            **QUIET,
        )
