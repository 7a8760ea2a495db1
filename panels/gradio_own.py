"""Gradio's components, but with what arrives from a browser read in a way that never fails.

An exception while a value is read would block the message box until the page is reloaded, and half
a character, sent back, ends the stream that carries every answer. What a value means is for the
door to judge, which names a bad one in a sentence.
"""

from __future__ import annotations

from abc import ABCMeta
from typing import Any

import gradio as gr


def derived(kind: Any, name: str, **methods: Any) -> Any:
    """A component with methods of ours."""
    # Past Gradio's metaclass, which writes a stub file beside every class made from a component.
    return ABCMeta.__new__(type(kind), name, (kind,), {**methods, "is_template": True})


def sound(value: Any) -> Any:
    """A value as JSON has them, in whose texts a mark stands in place of half a character."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    if isinstance(value, dict):
        return {sound(key): sound(inner) for key, inner in value.items()}
    return [sound(inner) for inner in value] if isinstance(value, list) else value


def text_of(value: Any) -> str:
    """A text; "" for everything else, which no box of a page sends."""
    return str(sound(value)) if isinstance(value, str) else ""


def _taking_anything(kind: Any) -> Any:
    return derived(kind, f"Any{kind.__name__}", preprocess=lambda self, payload: sound(payload))


AnySlider = _taking_anything(gr.Slider)
AnyNumber = _taking_anything(gr.Number)
AnyRadio = _taking_anything(gr.Radio)
AnyDropdown = _taking_anything(gr.Dropdown)
# A list whose value is a name, and a switch that is on or off.
NameList = derived(gr.Dropdown, "NameList", preprocess=lambda self, payload: text_of(payload))
Switch = derived(gr.Checkbox, "Switch", preprocess=lambda self, payload: payload is True)
TextBox = derived(gr.Textbox, "TextBox", preprocess=lambda self, payload: text_of(payload))


class Chat(gr.ChatInterface):
    """Gradio's chat, with Stop left to the function behind it.

    Gradio shows its icon before the function has begun, where nothing hears it, and at a click cuts
    the function off, which may come before its last words.
    """

    def _setup_stop_events(
        self, event_triggers: list[Any], events_to_cancel: list[Any], after_success: Any
    ) -> None:
        always: dict[str, Any] = {
            "inputs": None,
            "outputs": [self.textbox],
            "api_visibility": "undocumented",
            "queue": False,
        }
        for event in (after_success.success, *event_triggers):
            event(lambda: gr.update(submit_btn=False), **always)
        for ended in events_to_cancel:
            ended.then(lambda: gr.update(submit_btn=True, stop_btn=False), **always)
