"""The parameter panel in Gradio: a *send* switch, a value and a caption per knob.

Widgets are built for the union of all models, because Gradio compares values on the server with
the bounds a widget was built with, and are narrowed for a model by update. Whether a value may be
sent is never decided here.
"""

from __future__ import annotations

import math
from abc import ABCMeta
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from backends import ModelSpec
from panels import knobs
from panels.gradio_page import word
from panels.knobs import Knob
from panels.words import Lang


def _taking_anything(kind: Any) -> Any:
    """The widget, but its value arrives as it is.

    An error while reading a value (an emptied number box is enough) would block the message box
    until the page is reloaded; the account names a bad value in a sentence instead.
    """
    own = {"preprocess": lambda self, payload: payload, "is_template": True}
    # Past Gradio's metaclass, which writes a stub file beside every class made from a component.
    return ABCMeta.__new__(type(kind), f"Any{kind.__name__}", (kind,), own)


_AnySlider = _taking_anything(gr.Slider)
_AnyNumber = _taking_anything(gr.Number)


@dataclass(frozen=True, slots=True)
class KnobPanel:
    """The widgets of all knobs, in the order of the catalogue."""

    names: tuple[str, ...]
    sends: tuple[Any, ...]
    values: tuple[Any, ...]
    captions: tuple[Any, ...]

    @property
    def inputs(self) -> list[Any]:
        """What a handler takes: all switches, then all values; `read` takes them apart."""
        return [*self.sends, *self.values]

    @property
    def outputs(self) -> list[Any]:
        """What `fitted` updates."""
        return [*self.sends, *self.values, *self.captions]

    def read(self, arrived: Sequence[Any]) -> tuple[dict[str, Any], dict[str, bool]]:
        """Handler arguments as (values, switches) by parameter."""
        count = len(self.names)
        sends, values = arrived[:count], arrived[count : 2 * count]
        return (
            dict(zip(self.names, values, strict=True)),
            {name: bool(send) for name, send in zip(self.names, sends, strict=True)},
        )


def knob_panel(models: Iterable[ModelSpec]) -> KnobPanel:
    """Draw a knob for every parameter there is."""
    drawn = [(knob.name, *_drawn(knob)) for knob in knobs.union(models)]
    return KnobPanel(*zip(*drawn, strict=True))


def _drawn(knob: Knob) -> tuple[Any, Any, Any]:
    with gr.Column(elem_classes="knob", elem_id=f"knob-{knob.name}", min_width=0):
        send = gr.Checkbox(
            label=word(f"knob_{knob.name}"),
            container=False,
            elem_classes=["knob-send", "plain-box"],
        )
        value = _value_widget(knob)
        caption = gr.Markdown(elem_classes="knob-caption")
    return send, value, caption


def _value_widget(knob: Knob) -> Any:
    common = {
        "label": word(f"knob_{knob.name}"),
        "show_label": False,
        "container": False,
        "interactive": True,
        "value": knob.start,
        "elem_classes": "knob-value",
    }
    if knob.kind == "strings":
        return gr.Textbox(lines=1, max_lines=4, placeholder=word("stop_placeholder"), **common)
    if knob.slides:
        return _AnySlider(
            minimum=knob.minimum, maximum=knob.maximum, step=knob.step, buttons=[], **common
        )
    return _AnyNumber(step=knob.step, **{**common, "elem_classes": "knob-number"})


def fitted(panel: KnobPanel, model: ModelSpec, lang: Lang, arrived: Sequence[Any]) -> list[Any]:
    """Updates of every widget for a model, in the order of `panel.outputs`.

    A value that is to be sent stays as it is, even outside the new model's range: the account
    then says so, and nothing is clamped in silence; it also waits, disabled, for a model that takes
    it. One that is not to be sent shows the default.
    """
    values, sends = panel.read(arrived)
    wanted = {
        knob.name: values[knob.name] if sends[knob.name] else knob.start
        for knob in knobs.knobs(model)
    }
    return _updates(panel, model, lang, wanted, {})


def preset(
    panel: KnobPanel, model: ModelSpec, lang: Lang, settings: Mapping[str, tuple[Any, bool]]
) -> list[Any]:
    """Updates that set every value and switch, in the order of `panel.outputs`."""
    return _updates(
        panel,
        model,
        lang,
        {name: value for name, (value, _) in settings.items()},
        {name: send for name, (_, send) in settings.items()},
    )


def _updates(
    panel: KnobPanel,
    model: ModelSpec,
    lang: Lang,
    values: Mapping[str, Any],
    switches: Mapping[str, bool],
) -> list[Any]:
    by_name = {knob.name: knob for knob in knobs.knobs(model)}
    drawn = [by_name[name] for name in panel.names]
    return [
        *(_switch(knob, switches) for knob in drawn),
        *(
            _value(knob, values[knob.name], slides=isinstance(widget, _AnySlider))
            for knob, widget in zip(drawn, panel.values, strict=True)
        ),
        *(knobs.knob_caption(knob, lang) for knob in drawn),
    ]


def _switch(knob: Knob, switches: Mapping[str, bool]) -> Any:
    if knob.name in switches:
        return gr.update(interactive=knob.enabled, value=switches[knob.name])
    return gr.update(interactive=knob.enabled)


def _value(knob: Knob, value: Any, *, slides: bool) -> Any:
    """The widget for a model. A slider's ends reach out to a value that lies beyond them."""
    if not slides:
        return gr.update(interactive=knob.enabled, value=value)
    finite = isinstance(value, int | float) and math.isfinite(value)
    shown = value if finite else knob.start
    return gr.update(
        interactive=knob.enabled,
        value=shown,
        step=knob.step,
        minimum=min(knob.minimum, shown),
        maximum=max(knob.maximum, shown),
    )
