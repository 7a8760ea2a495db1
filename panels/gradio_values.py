"""One Gradio widget for one parameter's value, by its kind."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr

from panels.gradio_own import AnyDropdown, AnyNumber, AnyRadio, AnySlider, TextBox
from panels.gradio_page import word
from panels.knobs import Knob
from panels.words import Lang, t


def value_widget(knob: Knob) -> Any:
    """Draw the widget for every value that any model takes."""
    common = {
        "label": word(f"knob_{knob.name}"),
        "show_label": False,
        "container": False,
        "interactive": True,
        "value": knob.start,
        "elem_classes": "knob-value",
    }
    return _DRAWN.get(knob.kind, _number)(knob, common)


def value_update(
    widget: Any, knob: Knob, value: Any, lang: Lang, *, stays: bool = False
) -> dict[str, Any]:
    """The widget for one model and a value, which it shows even where the model takes no such.

    A value that stays is not in the update: what was set while this was on its way is not undone.
    """
    # Whether it is a slider was decided for the union of the models.
    slides = isinstance(widget, AnySlider)
    if slides and not (isinstance(value, int | float) and math.isfinite(value)):
        value, stays = knob.start, False
    changes: dict[str, Any] = {"interactive": knob.enabled}
    if slides:
        # The ends reach out to a value that lies beyond them.
        changes["step"] = knob.step
        changes["minimum"] = min(knob.minimum, value)
        changes["maximum"] = max(knob.maximum, value)
    elif knob.kind == "bool":
        changes["choices"] = [(t("yes", lang), True), (t("no", lang), False)]
    elif knob.kind == "choice":
        changes["choices"] = list(dict.fromkeys((*knob.choices, value)))
    return dict(gr.update(**changes) if stays else gr.update(**changes, value=value))


def _number(knob: Knob, common: Mapping[str, Any]) -> Any:
    if knob.slides:
        ends = {"minimum": knob.minimum, "maximum": knob.maximum}
        return AnySlider(step=knob.step, buttons=[], **ends, **common)
    return AnyNumber(step=knob.step, **{**common, "elem_classes": "knob-corner"})


def _bool(knob: Knob, common: Mapping[str, Any]) -> Any:
    return AnyRadio(
        [("yes", True), ("no", False)], **{**common, "elem_classes": ["knob-corner", "knob-bool"]}
    )


def _choice(knob: Knob, common: Mapping[str, Any]) -> Any:
    return AnyDropdown(list(knob.choices), **common)


def _strings(knob: Knob, common: Mapping[str, Any]) -> Any:
    return TextBox(lines=1, max_lines=4, placeholder=word("stop_placeholder"), **common)


def _text(knob: Knob, common: Mapping[str, Any]) -> Any:
    return TextBox(lines=1, max_lines=1, **common)


def _json(knob: Knob, common: Mapping[str, Any]) -> Any:
    return TextBox(lines=2, max_lines=8, placeholder="JSON", **common)


_DRAWN: Mapping[str, Callable[[Knob, Mapping[str, Any]], Any]] = {
    "float": _number,
    "int": _number,
    "bool": _bool,
    "choice": _choice,
    "strings": _strings,
    "text": _text,
    "json": _json,
}
