"""The parameter panel in Streamlit: one block per knob, the *send* switch apart from the value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from backends import ModelSpec, account
from panels import knobs
from panels.knobs import Knob
from panels.words import Lang, pick, t


@dataclass(slots=True)
class Dials:
    """What the user set. Knobs never touched are not in it and follow the model.

    Kept apart from the widgets' own state, which Streamlit resets when a slider's ends change.
    """

    values: dict[str, Any] = field(default_factory=dict)
    sends: dict[str, bool] = field(default_factory=dict)

    def set_all(self, settings: dict[str, tuple[Any, bool]]) -> None:
        """Take over a preset of every knob."""
        self.values = {name: value for name, (value, _) in settings.items()}
        self.sends = {name: send for name, (_, send) in settings.items()}

    def forget_unsent(self) -> None:
        """For another model: what is not sent shows that model's default again."""
        self.values = {name: value for name, value in self.values.items() if self.sends.get(name)}


def dials() -> Dials:
    """This session's settings."""
    found: Dials = st.session_state.setdefault("dials", Dials())
    return found


def knob_panel(model: ModelSpec, lang: Lang) -> dict[str, Any]:
    """Draw every knob of the catalogue for a model; returns what is to be sent."""
    held = dials()
    st.subheader(t("parameters", lang), help=t("parameters_help", lang))
    with st.container(horizontal=True):
        st.button(
            t("neutral", lang),
            help=t("neutral_help", lang),
            key="neutral",
            on_click=held.set_all,
            args=(knobs.neutral_values(model),),
        )
        st.button(
            t("defaults", lang),
            help=t("defaults_help", lang),
            key="defaults",
            on_click=held.set_all,
            args=(knobs.default_values(model),),
        )
    shown = {}
    for knob in knobs.knobs(model):
        shown[knob.name] = held.values.get(knob.name, knob.start)
        _block(model, knob, shown[knob.name], held, lang)
    return knobs.requested(shown, held.sends)


def _block(model: ModelSpec, knob: Knob, value: Any, held: Dials, lang: Lang) -> None:
    with st.container(key=f"knob-{knob.name}", gap="xsmall"):
        _switch(knob, held, lang)
        _value(knob, value, held, lang)
        st.caption(knobs.knob_caption(knob, lang))
        _say_if_out_of_range(model, knob, value, lang)


def _switch(knob: Knob, held: Dials, lang: Lang) -> None:
    key = f"send-{knob.name}"
    _show(key, held.sends.get(knob.name, False))
    st.toggle(
        t("knob_send", lang, name=pick(knob.label, lang)),
        key=key,
        help=pick(knob.help, lang),
        disabled=not knob.enabled,
        on_change=_switched,
        args=(knob.name, key),
    )


def _value(knob: Knob, value: Any, held: Dials, lang: Lang) -> None:
    label = pick(knob.label, lang)
    common: dict[str, Any] = {
        "disabled": not knob.enabled,
        "label_visibility": "collapsed",
        "on_change": _turned,
    }
    if knob.kind == "strings":
        key = f"value-{knob.name}"
        _show(key, value)
        st.text_area(
            label,
            key=key,
            placeholder=t("stop_placeholder", lang),
            height=68,
            args=(knob.name, key),
            **common,
        )
    elif knob.slides:
        # The ends reach out to a value that lies beyond them: it is shown, never clamped.
        low, high = min(knob.minimum, value), max(knob.maximum, value)
        key = f"value-{knob.name}-{low}-{high}"
        _show(key, value)
        st.slider(label, low, high, step=knob.step, key=key, args=(knob.name, key), **common)
    else:
        key = f"value-{knob.name}"
        _show(key, value)
        # Without bounds: a number box with bounds puts a value outside them back in silence.
        st.number_input(label, step=knob.step, key=key, args=(knob.name, key), **common)


def _say_if_out_of_range(model: ModelSpec, knob: Knob, value: Any, lang: Lang) -> None:
    for trace in account(model, knobs.requested({knob.name: value}, {knob.name: True})):
        if trace.name == knob.name and trace.outcome == "out of range":
            # Not as coloured text: the bracket of a range such as (0, 1] would end it.
            st.warning(pick(trace.reason, lang))


def _show(key: str, value: Any) -> None:
    """Make a widget show what is held; only where they differ, so that a drag is not disturbed."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def _switched(name: str, key: str) -> None:
    dials().sends[name] = st.session_state[key]


def _turned(name: str, key: str) -> None:
    """A value was set, so it is meant to be sent; the switch shows it and can take it back."""
    held = dials()
    held.values[name] = st.session_state[key]
    held.sends[name] = True
