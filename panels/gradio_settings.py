"""One way of asking in Gradio: model, persona, knobs, and what a request takes from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from backends import Catalogue, ChatRequest, Client, Message, ModelSpec, Overflow, Words
from panels import gradio_knobs, knobs
from panels.gradio_events import QUIET
from panels.gradio_models import ModelList
from panels.gradio_own import NameList, Switch
from panels.gradio_page import word
from panels.gradio_persona import Persona, persona_choices, persona_panel
from panels.words import Lang, t

# A pasted text is a change but, to Gradio, no input. No model has a default text, so what stands
# in a box was written there.
_WRITTEN_JS = "(text, send) => send || text !== ''"
_OVERFLOWS: tuple[Overflow, ...] = ("stop", "drop oldest")


@dataclass(slots=True)
class Settings:
    """The widgets and what they mean. `prefix` tells their ids from those of another such panel."""

    client: Client
    emulated: Callable[[str], bool]
    language: Any
    prefix: str = ""
    models: ModelList = field(init=False)
    persona: Persona = field(init=False)
    stream: Any = field(init=False)
    overflow: Any = field(init=False)
    panel: gradio_knobs.KnobPanel = field(init=False)
    neutral: Any = field(init=False)
    defaults: Any = field(init=False)

    def draw(self) -> None:
        """Draw the widgets, for the union of all models and the default one chosen."""
        self.models = ModelList(self.client, self.emulated, self.prefix)
        self.models.draw()
        self.persona = persona_panel(self.prefix)
        self.stream = Switch(True, label=word("stream"), container=False, elem_classes="plain-box")
        self.overflow = NameList(
            _overflow_choices("en"),
            value="stop",
            label=word("overflow"),
            elem_id=f"{self.prefix}overflow",
            elem_classes="small-list",
        )
        gr.Markdown(word("knobs_help"), elem_classes="quiet", elem_id=f"{self.prefix}knobs-help")
        with gr.Row():
            self.neutral = gr.Button(word("neutral"), size="sm", min_width=80)
            self.defaults = gr.Button(word("defaults"), size="sm", min_width=80)
        self.panel = gradio_knobs.knob_panel(_asked(self.client.catalogue), self.prefix)

    @property
    def own(self) -> list[Any]:
        """The settings themselves: model, persona, stream, overflow, switches, values."""
        return [
            self.models.choose,
            self.persona.text,
            self.stream,
            self.overflow,
            *self.panel.inputs,
        ]

    @property
    def inputs(self) -> list[Any]:
        """The language, then the settings in the order in which `request` takes them."""
        return [self.language, *self.own]

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
            overflow=overflow_of(overflow),
        )

    def wire(self, after: Callable[[Any], Any]) -> dict[str, Any]:
        """Connect the widgets with each other; `after` hangs itself on an event that ends.

        Returns the event that fits all widgets to the model, for `then`.
        """
        inputs = [self.language, self.models.choose, *self.panel.inputs]
        outputs = [*self.models.facts, *self.panel.outputs]
        fit = {"fn": self._fitted, "inputs": inputs, "outputs": outputs, **QUIET}
        self.models.wire(self.language)
        after(self.models.choose.input(**fit))
        after(self.persona.wire(self.language))
        for button, values in (
            (self.neutral, knobs.neutral_values),
            (self.defaults, knobs.default_values),
        ):
            chosen = [self.language, self.models.choose]
            after(button.click(self._preset(values), chosen, self.panel.outputs, **QUIET))
        for send, value in zip(self.panel.sends, self.panel.values, strict=True):
            # Who moves a knob means it to count.
            if isinstance(value, gr.Textbox):
                value.change(None, [value, send], send, js=_WRITTEN_JS, **QUIET)
            else:
                value.input(None, None, send, js="() => true", **QUIET)
        return fit

    @property
    def changes(self) -> list[Any]:
        """The events after which something else would be sent.

        To Gradio a pasted text is no input; nor is a switch that its knob turned on.
        """
        return [
            widget.change if isinstance(widget, gr.Textbox | gr.Checkbox) else widget.input
            for widget in (self.persona.text, self.overflow, *self.panel.inputs)
        ]

    @property
    def lists(self) -> list[Any]:
        """What `worded` updates."""
        return [self.models.choose, self.persona.library, self.overflow]

    def worded(self, lang: Lang, found: list[str]) -> list[Any]:
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

    def _preset(
        self, values: Callable[[ModelSpec], Mapping[str, tuple[Any, bool]]]
    ) -> Callable[..., list[Any]]:
        def preset(lang: Lang, model: str) -> list[Any]:
            spec = self.models.find(model)
            if isinstance(spec, Words):
                return [gr.skip() for _ in self.panel.outputs]
            return gradio_knobs.preset(self.panel, spec, lang, values(spec))

        return preset


def overflow_of(arrived: Any) -> Overflow:
    """What a page sent for *overflow*; everything unknown stops."""
    return "drop oldest" if arrived == "drop oldest" else "stop"


def _asked(catalogue: Catalogue) -> list[ModelSpec]:
    """The models one can ask something; the others only read pictures or recordings."""
    return [model for _, _, model in catalogue if "text" in model.inputs]


def _overflow_choices(lang: Lang) -> list[tuple[str, str]]:
    return [(t(f"overflow_{each.replace(' ', '_')}", lang), each) for each in _OVERFLOWS]
