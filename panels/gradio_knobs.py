"""The parameter panel in Gradio: a *send* switch, a value and a caption per knob.

Widgets are built for the union of all models, because Gradio compares values on the server with
what a widget was built with, and are narrowed for a model by update. Whether a value may be sent
is never decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from backends import ModelSpec
from panels import knobs
from panels.gradio_own import Switch
from panels.gradio_page import word
from panels.gradio_values import value_update, value_widget
from panels.knobs import Knob
from panels.words import Lang, t


@dataclass(frozen=True, slots=True)
class KnobPanel:
    """The widgets of all knobs: first the `openly` many drawn openly, then those in `more`.

    `not_taken` are the lines that name what is not drawn of either.
    """

    names: tuple[str, ...]
    columns: tuple[Any, ...]
    sends: tuple[Any, ...]
    values: tuple[Any, ...]
    captions: tuple[Any, ...]
    openly: int
    more: Any
    not_taken: tuple[Any, Any]

    @property
    def inputs(self) -> list[Any]:
        """What a handler takes: all switches, then all values; `read` takes them apart."""
        return [*self.sends, *self.values]

    @property
    def outputs(self) -> list[Any]:
        """What `fitted` updates."""
        return [*self.columns, *self.sends, *self.values, *self.captions, *self.not_taken]

    def read(self, arrived: Sequence[Any]) -> tuple[dict[str, Any], dict[str, bool]]:
        """Handler arguments as (values, switches) by parameter."""
        count = len(self.names)
        sends, values = arrived[:count], arrived[count : 2 * count]
        return (
            dict(zip(self.names, values, strict=True)),
            {name: bool(send) for name, send in zip(self.names, sends, strict=True)},
        )


@dataclass(frozen=True, slots=True)
class _Setting:
    """A knob as it is to stand: its value, whether that is sent, whether it stands so already."""

    knob: Knob
    value: Any
    send: bool
    stays: bool = False

    @property
    def shown(self) -> bool:
        """A knob that the model does not take is only named, unless it is switched on."""
        return self.knob.enabled or self.send


def knob_panel(models: Iterable[ModelSpec], prefix: str = "") -> KnobPanel:
    """Draw a knob for every parameter that any of the models takes."""
    taken = [knob for knob in knobs.union(models) if knob.enabled]
    openly = [_drawn(knob, prefix) for knob in taken if knob.main]
    not_taken = _quiet(f"{prefix}not-taken")
    with gr.Accordion(
        word("more_parameters"),
        open=False,
        elem_id=f"{prefix}more-parameters",
        elem_classes="more-parameters",
    ) as more:
        further = [_drawn(knob, prefix) for knob in taken if not knob.main]
        not_taken_either = _quiet(f"{prefix}more-not-taken")
    names, columns, sends, values, captions = zip(*openly, *further, strict=True)
    lines = (not_taken, not_taken_either)
    return KnobPanel(names, columns, sends, values, captions, len(openly), more, lines)


def _quiet(name: str) -> Any:
    return gr.Markdown(elem_classes=["quiet", "not-taken"], elem_id=name)


def _drawn(knob: Knob, prefix: str) -> tuple[str, Any, Any, Any, Any]:
    with gr.Column(
        elem_classes=["knob", f"knob-{knob.name}"],
        elem_id=f"{prefix}knob-{knob.name}",
        min_width=0,
    ) as column:
        send = Switch(
            label=word(f"knob_{knob.name}"),
            container=False,
            elem_classes=["knob-send", "plain-box"],
        )
        value = value_widget(knob)
        caption = gr.Markdown(elem_classes="knob-caption")
    return knob.name, column, send, value, caption


def fitted(panel: KnobPanel, model: ModelSpec, lang: Lang, arrived: Sequence[Any]) -> list[Any]:
    """Updates of every widget for a model, in the order of `panel.outputs`.

    A value that is to be sent stays as it is, even outside the new model's range: the account
    then says so, and nothing is clamped in silence; it also waits, disabled, for a model that takes
    it. One that is not to be sent shows the default.
    """
    values, sends = panel.read(arrived)
    settings = [
        _Setting(knob, values[knob.name], True, stays=True)
        if sends[knob.name]
        else _Setting(knob, knob.start, False)
        for knob in _of(panel, model)
    ]
    switches = [gr.update(interactive=True) if setting.shown else gr.skip() for setting in settings]
    return _updates(panel, settings, switches, lang)


def preset(
    panel: KnobPanel, model: ModelSpec, lang: Lang, wanted: Mapping[str, tuple[Any, bool]]
) -> list[Any]:
    """Updates that set every value and switch, in the order of `panel.outputs`."""
    settings = [_Setting(knob, *wanted[knob.name]) for knob in _of(panel, model)]
    switches = [gr.update(value=setting.send) for setting in settings]
    return _updates(panel, settings, switches, lang)


def more_update(panel: KnobPanel, sends: Mapping[str, bool], lang: Lang) -> Any:
    """The heading over the knobs that are not drawn openly says how many of them are sent."""
    count = sum(sends[name] for name in panel.names[panel.openly :])
    sent = f" · {t('more_sent', lang, count=count)}" if count else ""
    return gr.update(label=t("more_parameters", lang) + sent)


def _of(panel: KnobPanel, model: ModelSpec) -> list[Knob]:
    """The panel's knobs as the model takes them."""
    by_name = {knob.name: knob for knob in knobs.knobs(model)}
    return [by_name[name] for name in panel.names]


def _updates(
    panel: KnobPanel, settings: Sequence[_Setting], switches: Sequence[Any], lang: Lang
) -> list[Any]:
    return [
        *(gr.update(visible=setting.shown) for setting in settings),
        *switches,
        *(
            value_update(widget, setting.knob, setting.value, lang, stays=setting.stays)
            if setting.shown
            else gr.skip()
            for widget, setting in zip(panel.values, settings, strict=True)
        ),
        *(
            knobs.knob_caption(setting.knob, lang) if setting.shown else gr.skip()
            for setting in settings
        ),
        _not_taken(settings[: panel.openly], lang),
        _not_taken(settings[panel.openly :], lang),
    ]


def _not_taken(settings: Sequence[_Setting], lang: Lang) -> str:
    """One line for the knobs that are not drawn."""
    names = [f"`{setting.knob.name}`" for setting in settings if not setting.shown]
    return t("not_taken", lang, names=", ".join(names)) if names else ""
