"""The left side in Gradio: language, model, persona, knobs, and what a request takes from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from backends import Catalogue, ChatRequest, Client, Message, ModelSpec, Words
from panels import gradio_knobs, knobs
from panels.gradio_events import QUIET
from panels.gradio_models import ModelList
from panels.gradio_page import LANGUAGE_JS, SWITCH_JS, WIDTH_JS, word
from panels.gradio_persona import Persona, persona_choices, persona_panel
from panels.words import Lang, t

_WIDE = 900
# A pasted text is a change but, to Gradio, no input. No model has a default text, so what stands
# in a box was written there.
_WRITTEN_JS = "(text, send) => send || text !== ''"
_OVERFLOWS = ("stop", "drop oldest")


@dataclass(slots=True)
class Sidebar:
    """The widgets of the left side and what they mean."""

    client: Client
    emulated: Callable[[str], bool]
    models: ModelList = field(init=False)
    language: Any = field(init=False)
    persona: Persona = field(init=False)
    stream: Any = field(init=False)
    overflow: Any = field(init=False)
    panel: gradio_knobs.KnobPanel = field(init=False)
    neutral: Any = field(init=False)
    defaults: Any = field(init=False)
    bar: Any = field(init=False)

    def draw(self) -> None:
        """Draw the widgets, for the union of all models and the default one chosen."""
        with gr.Sidebar(open=False, width=380) as self.bar:
            self.language = gr.Radio(
                [("中文", "zh"), ("English", "en")],
                value="en",
                label=word("language"),
                show_label=False,
                container=False,
                elem_id="language",
            )
            self.models = ModelList(self.client, self.emulated)
            self.models.draw()
            self.persona = persona_panel()
            self.stream = gr.Checkbox(
                True, label=word("stream"), container=False, elem_classes="plain-box"
            )
            self.overflow = gr.Dropdown(
                _overflow_choices("en"), value="stop", label=word("overflow"), elem_id="overflow"
            )
            self._draw_knobs()

    def _draw_knobs(self) -> None:
        gr.Markdown(word("knobs_help"), elem_classes="quiet", elem_id="knobs-help")
        with gr.Row():
            self.neutral = gr.Button(word("neutral"), size="sm", min_width=80)
            self.defaults = gr.Button(word("defaults"), size="sm", min_width=80)
        self.panel = gradio_knobs.knob_panel(_asked(self.client.catalogue))

    @property
    def inputs(self) -> list[Any]:
        """The settings, in the order in which `request` takes them."""
        return [
            self.language,
            self.models.choose,
            self.persona.text,
            self.stream,
            self.overflow,
            *self.panel.inputs,
        ]

    def request(
        self,
        messages: tuple[Message, ...],
        visitor: str,
        model: str,
        system: str,
        stream: bool,
        overflow: str,
        arrived: tuple[Any, ...],
    ) -> ChatRequest:
        """The request these settings ask for."""
        values, sends = self.panel.read(arrived)
        return ChatRequest(
            model,
            messages,
            system or "",
            knobs.requested(values, sends),
            stream=bool(stream),
            tag="chat",
            user=visitor,
            overflow="drop oldest" if overflow == "drop oldest" else "stop",
        )

    def wire(self, demo: gr.Blocks, preview: Callable[[Any], Any]) -> None:
        """Connect the widgets with each other; `preview` hangs itself on an event that ends."""
        # Where an event shows its progress is drawn anew at every word of every later answer, also
        # when it shows none; so these events, which update all knobs, have one place for it.
        light = {**QUIET, "show_progress_on": self.models.notes}
        inputs = [self.language, self.models.choose, *self.panel.inputs]
        outputs = [*self.models.facts, *self.panel.outputs]
        fit = {"fn": self._fitted, "inputs": inputs, "outputs": outputs, **light}
        self._wire_start(demo, fit, preview)
        self.language.input(None, self.language, None, js=SWITCH_JS)
        self.models.wire(self.language)
        preview(self.models.choose.input(**fit))
        preview(self.persona.wire(self.language))
        for button, values in (
            (self.neutral, knobs.neutral_values),
            (self.defaults, knobs.default_values),
        ):
            chosen = [self.language, self.models.choose]
            preview(button.click(self._preset(values), chosen, self.panel.outputs, **light))
        for send, value in zip(self.panel.sends, self.panel.values, strict=True):
            # Who moves a knob means it to count.
            if isinstance(value, gr.Textbox):
                value.change(None, [value, send], send, js=_WRITTEN_JS, **QUIET)
            else:
                value.input(None, None, send, js="() => true", **QUIET)

    @property
    def changes(self) -> list[Any]:
        """The events after which something else would be sent.

        To Gradio a pasted text is no input; nor is a switch that its knob turned on.
        """
        return [
            widget.change if isinstance(widget, gr.Textbox | gr.Checkbox) else widget.input
            for widget in (self.persona.text, self.overflow, *self.panel.inputs)
        ]

    def _wire_start(
        self, demo: gr.Blocks, fit: dict[str, Any], preview: Callable[[Any], Any]
    ) -> None:
        width = gr.Number(visible=False)
        start = demo.load(None, None, self.language, js=LANGUAGE_JS)
        worded = [self.models.choose, self.persona.library, self.overflow]
        start = start.then(self._worded, [self.language, self.models.found], worded, **QUIET)
        preview(start.then(**fit))
        demo.load(
            lambda pixels: gr.Sidebar(open=(pixels or 0) > _WIDE),
            width,
            self.bar,
            js=WIDTH_JS,
            **QUIET,
        )

    def _worded(self, lang: Lang, found: list[str]) -> list[Any]:
        """The lists in the reader's language."""
        return [
            self.models.listed(lang, found),
            gr.update(choices=persona_choices(lang)),
            gr.update(choices=_overflow_choices(lang)),
        ]

    def _fitted(self, lang: Lang, model: str, *arrived: Any) -> list[Any]:
        """Facts and knobs for a model; where there is no such model, why, and no change."""
        facts = self.models.described(model, lang)
        spec = self.models.find(model)
        if isinstance(spec, Words):
            return [*facts, *(gr.skip() for _ in self.panel.outputs)]
        return [*facts, *gradio_knobs.fitted(self.panel, spec, lang, arrived)]

    def _preset(self, values: Callable[[ModelSpec], Any]) -> Callable[..., list[Any]]:
        def preset(lang: Lang, model: str) -> list[Any]:
            spec = self.models.find(model)
            if isinstance(spec, Words):
                return [gr.skip() for _ in self.panel.outputs]
            return gradio_knobs.preset(self.panel, spec, lang, values(spec))

        return preset


def _asked(catalogue: Catalogue) -> list[ModelSpec]:
    """The models one can ask something; the others only read pictures or recordings."""
    return [model for _, _, model in catalogue if "text" in model.inputs]


def _overflow_choices(lang: Lang) -> list[tuple[str, str]]:
    return [(t(f"overflow_{each.replace(' ', '_')}", lang), each) for each in _OVERFLOWS]
