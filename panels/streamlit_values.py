"""One widget for one parameter's value, by its kind. What is set is kept in the dials."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

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

    def switch(self, knob: Knob, on: bool) -> None:
        """Send it or not. The value that is shown now is the one meant, under any model."""
        self.sends[knob.name] = on
        if on:
            self.values.setdefault(knob.name, knob.start)

    def value(self, knob: Knob) -> Any:
        """What the knob's widget shows."""
        return self.values.get(knob.name, knob.start)


def dials() -> Dials:
    """The settings of the chat page, which are also those that the models page compares."""
    found: Dials = st.session_state.setdefault("dials", Dials())
    return found


def value_widget(knob: Knob, held: Dials, lang: Lang, prefix: str = "") -> None:
    """Draw the widget; touching it sets the value and switches its *send* on.

    A page of its own gives a prefix of its own, because keys are of the whole app.
    """
    common = _Common(held, f"{prefix}value-{knob.name}", pick(knob.label, lang))
    _DRAWN.get(knob.kind, _number)(knob, held.value(knob), lang, common)


def show(key: str, value: Any) -> None:
    """Make a widget show what is held; only where they differ, so that a drag is not disturbed.

    Give the widget the value as its default too: one that the browser puts up anew in between
    reports its default as if a user had set it.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


@dataclass(frozen=True, slots=True)
class _Common:
    """What every widget is given."""

    held: Dials
    key: str
    label: str

    def widget(self, knob: Knob, value: Any, key: str = "") -> dict[str, Any]:
        """Its arguments, once it shows `value`."""
        key = key or self.key
        show(key, value)
        return {
            "label": self.label,
            "key": key,
            "disabled": not knob.enabled,
            "label_visibility": "collapsed",
            "on_change": _turned,
            "args": (self.held, knob.name, key),
        }


def _turned(held: Dials, name: str, key: str) -> None:
    """A value was set, so it is meant to be sent; the switch shows it and can take it back."""
    held.values[name] = st.session_state[key]
    held.sends[name] = True


def _number(knob: Knob, value: Any, lang: Lang, common: _Common) -> None:
    if knob.slides:
        # The ends reach out to a value that lies beyond them: it is shown, never clamped.
        low, high = min(knob.minimum, value), max(knob.maximum, value)
        key = f"{common.key}-{low}-{high}"
        ends = {"min_value": low, "max_value": high, "step": knob.step}
        st.slider(**common.widget(knob, value, key), value=value, **ends)
    else:
        # Without bounds: a number box with bounds puts a value outside them back in silence.
        st.number_input(**common.widget(knob, value), value=value, step=knob.step)


def _strings(knob: Knob, value: Any, lang: Lang, common: _Common) -> None:
    placeholder = t("stop_placeholder", lang)
    st.text_area(**common.widget(knob, value), value=value, placeholder=placeholder, height=68)


def _json(knob: Knob, value: Any, lang: Lang, common: _Common) -> None:
    st.text_area(**common.widget(knob, value), value=value, placeholder="JSON", height=104)


def _text(knob: Knob, value: Any, lang: Lang, common: _Common) -> None:
    st.text_input(**common.widget(knob, value), value=value)


def _choice(knob: Knob, value: Any, lang: Lang, common: _Common) -> None:
    # A word that this model does not know is shown, never replaced; the account refuses it.
    options = list(dict.fromkeys((*knob.choices, value)))
    st.selectbox(**common.widget(knob, value), options=options, index=options.index(value))


def _bool(knob: Knob, value: Any, lang: Lang, common: _Common) -> None:
    words = {True: t("yes", lang), False: t("no", lang)}
    st.segmented_control(
        **common.widget(knob, value),
        options=[True, False],
        default=value,
        required=True,
        format_func=words.__getitem__,
    )


_DRAWN: Mapping[str, Callable[[Knob, Any, Lang, _Common], None]] = {
    "float": _number,
    "int": _number,
    "strings": _strings,
    "json": _json,
    "text": _text,
    "choice": _choice,
    "bool": _bool,
}
