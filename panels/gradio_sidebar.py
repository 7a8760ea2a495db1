"""The left side in Gradio: language, model, persona, knobs; and what will be sent of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from backends import (
    Catalogue,
    ChatRequest,
    Message,
    ModelSpec,
    ParamTrace,
    ProviderError,
    Words,
    account,
)
from panels import gradio_knobs, knobs, personas
from panels.gradio_details import account_table, table
from panels.gradio_page import LANGUAGE_JS, SWITCH_JS, WIDTH_JS, word
from panels.models import DEFAULT_MODEL, choices, model_notes
from panels.words import Lang, pick, t

# Light events: not queued, not drawn as busy, not part of the public interface.
QUIET: Mapping[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
_WIDE = 900
_OWN = "own"


@dataclass(frozen=True, slots=True)
class Preview:
    """Where it is shown what will be sent: a sentence per obstacle, and the whole account."""

    trouble: Any
    table: Any


def preview_panel() -> Preview:
    """Draw it: obstacles openly, the account collapsed."""
    trouble = gr.Markdown(visible=False, elem_classes="trouble", elem_id="trouble")
    with gr.Accordion(word("preview"), open=False, elem_id="preview"):
        gr.Markdown(word("account_help"), elem_classes="quiet")
        return Preview(trouble, table())


@dataclass(slots=True)
class Sidebar:
    """The widgets of the left side and what they mean."""

    catalogue: Catalogue
    emulated: Callable[[str], bool]
    language: Any = field(init=False)
    model: Any = field(init=False)
    notes: Any = field(init=False)
    persona: Any = field(init=False)
    system: Any = field(init=False)
    stream: Any = field(init=False)
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
            self.model = gr.Dropdown(
                choices(self.catalogue, self.emulated, "en"),
                value=DEFAULT_MODEL,
                label=word("model"),
                elem_id="model",
                allow_custom_value=True,
            )
            self.notes = gr.Markdown(elem_classes="quiet", elem_id="notes")
            self.persona = gr.Dropdown(
                _persona_choices("en"),
                value=personas.PERSONAS[0].key,
                label=word("persona_library"),
                elem_id="persona",
            )
            self.system = gr.Textbox(
                "",
                label=word("persona_text"),
                lines=2,
                max_lines=8,
                placeholder=word("persona_placeholder"),
                elem_id="system",
            )
            self.stream = gr.Checkbox(
                True, label=word("stream"), container=False, elem_classes="plain-box"
            )
            self._draw_knobs()

    def _draw_knobs(self) -> None:
        gr.Markdown(word("knobs_help"), elem_classes="quiet", elem_id="knobs-help")
        with gr.Row():
            self.neutral = gr.Button(word("neutral"), size="sm", min_width=80)
            self.defaults = gr.Button(word("defaults"), size="sm", min_width=80)
        self.panel = gradio_knobs.knob_panel(model for _, _, model in self.catalogue)

    @property
    def inputs(self) -> list[Any]:
        """What `request` takes, in order."""
        return [self.language, self.model, self.system, self.stream, *self.panel.inputs]

    def request(
        self,
        messages: tuple[Message, ...],
        visitor: str,
        model: str,
        system: str,
        stream: bool,
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
        )

    def wire(self, demo: gr.Blocks, preview: Preview) -> None:
        """Connect the widgets with each other and with the preview."""
        settings = [self.language, self.model, self.system, *self.panel.inputs]
        shown = [preview.trouble, preview.table]
        self._wire_start(demo, settings, shown)
        self.language.input(None, self.language, None, js=SWITCH_JS)
        fitted = self.model.input(
            self._fitted, settings, [self.notes, *self.panel.outputs], **QUIET
        )
        fitted.then(self._preview, settings, shown, **QUIET)
        persona = self.persona.input(
            _persona_text, [self.language, self.persona], self.system, **QUIET
        )
        persona.then(self._preview, settings, shown, **QUIET)
        self.system.input(lambda: _OWN, None, self.persona, trigger_mode="always_last", **QUIET)
        for button, values in (
            (self.neutral, knobs.neutral_values),
            (self.defaults, knobs.default_values),
        ):
            preset = button.click(
                self._preset(values), [self.language, self.model], self.panel.outputs, **QUIET
            )
            preset.then(self._preview, settings, shown, **QUIET)
        for send, value in zip(self.panel.sends, self.panel.values, strict=True):
            # Who moves a knob means it to count.
            value.input(None, None, send, js="() => true", **QUIET)
        # A text pasted with the mouse is a change but, to Gradio, no input; nor is a switch that
        # its knob turned on.
        changed = [
            widget.change if isinstance(widget, gr.Textbox | gr.Checkbox) else widget.input
            for widget in (self.system, *self.panel.inputs)
        ]
        gr.on(changed, self._preview, settings, shown, trigger_mode="always_last", **QUIET)

    def _wire_start(self, demo: gr.Blocks, settings: list[Any], shown: list[Any]) -> None:
        width = gr.Number(visible=False)
        start = demo.load(None, None, self.language, js=LANGUAGE_JS)
        start = start.then(self._worded, self.language, [self.model, self.persona], **QUIET)
        start = start.then(self._fitted, settings, [self.notes, *self.panel.outputs], **QUIET)
        start.then(self._preview, settings, shown, **QUIET)
        demo.load(
            lambda pixels: gr.Sidebar(open=(pixels or 0) > _WIDE),
            width,
            self.bar,
            js=WIDTH_JS,
            **QUIET,
        )

    def _worded(self, lang: Lang) -> list[Any]:
        """The lists in the reader's language."""
        return [
            gr.update(choices=choices(self.catalogue, self.emulated, lang)),
            gr.update(choices=_persona_choices(lang)),
        ]

    def _fitted(self, lang: Lang, model: str, _: str, *arrived: Any) -> list[Any]:
        """Notes and knobs for a model; where there is no such model, why, and no change."""
        spec = self._find(model)
        if isinstance(spec, Words):
            return [pick(spec, lang), *(gr.skip() for _ in self.panel.outputs)]
        return [
            self._notes(spec, model, lang),
            *gradio_knobs.fitted(self.panel, spec, lang, arrived),
        ]

    def _notes(self, spec: ModelSpec, model: str, lang: Lang) -> str:
        """The model's facts, and who answers for it where that is not the provider itself."""
        notes = model_notes(spec, lang)
        if self.emulated(model.partition("/")[0]):
            notes += f"\n\n**{t('mark_emulated', lang)}** · {t('emulated_help', lang)}"
        return notes

    def _preset(self, values: Callable[[ModelSpec], Any]) -> Callable[..., list[Any]]:
        def preset(lang: Lang, model: str) -> list[Any]:
            spec = self._find(model)
            if isinstance(spec, Words):
                return [gr.skip() for _ in self.panel.outputs]
            return gradio_knobs.preset(self.panel, spec, lang, values(spec))

        return preset

    def _preview(self, lang: Lang, model: str, system: str, *arrived: Any) -> list[Any]:
        """What stands in the way of sending, if anything, and the account before sending."""
        spec = self._find(model)
        if isinstance(spec, Words):
            return [gr.update(value=pick(spec, lang), visible=True), gr.skip()]
        values, sends = self.panel.read(arrived)
        traces = account(spec, knobs.requested(values, sends))
        trouble = _obstacles(traces, lang)
        if (system or "").strip() and not spec.takes_system:
            trouble = "\n\n".join((t("persona_not_taken", lang), trouble)).strip()
        return [gr.update(value=trouble, visible=bool(trouble)), account_table(traces, lang)]

    def _find(self, model: str) -> ModelSpec | Words:
        """The spec of a model, or the sentence that says there is none."""
        try:
            return self.catalogue.find(model or "")[1]
        except ProviderError as error:
            return error.message


def _obstacles(traces: tuple[ParamTrace, ...], lang: Lang) -> str:
    return "\n\n".join(
        pick(trace.reason, lang) for trace in traces if trace.outcome == "out of range"
    )


def _persona_choices(lang: Lang) -> list[tuple[str, str]]:
    return [
        *((pick(persona.title, lang), persona.key) for persona in personas.PERSONAS),
        (t("persona_own", lang), _OWN),
    ]


def _persona_text(lang: Lang, key: str) -> Any:
    """The text of a persona of the library; one's own text stays."""
    found = next((persona for persona in personas.PERSONAS if persona.key == key), None)
    return gr.skip() if found is None else pick(found.text, lang)
