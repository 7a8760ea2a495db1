"""The parameter panel in Streamlit: one block per knob, the *send* switch apart from the value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from backends import ModelSpec
from panels import answer, knobs
from panels.knobs import Knob
from panels.streamlit_values import Dials, show, value_widget
from panels.words import Lang, pick, t

Caption = Callable[[Knob, Lang], str]


def knob_panel(
    model: ModelSpec,
    held: Dials,
    lang: Lang,
    prefix: str = "",
    caption: Caption = knobs.knob_caption,
) -> None:
    """Draw the knobs for a model; what is set goes into `held`.

    What one tunes stands openly, the rest behind *more parameters*. A knob that the model does
    not take is only named, unless it is switched on. `caption` gives the line below each knob.
    """
    every = knobs.knobs(model)
    st.subheader(t("parameters", lang), help=t("parameters_help", lang))
    _presets(model, held, lang, prefix)
    for knob in every:
        if knob.main if knob.enabled else held.sends.get(knob.name):
            _block(knob, held, lang, prefix, caption)
    _not_taken([knob for knob in every if knob.main], held, lang)
    _rest([knob for knob in every if not knob.main], held, lang, prefix, caption)


def wanted(model: ModelSpec, held: Dials) -> dict[str, Any]:
    """What is to be sent of that: the parameters whose *send* is on."""
    every = knobs.knobs(model)
    return knobs.requested({knob.name: held.value(knob) for knob in every}, held.sends)


def _presets(model: ModelSpec, held: Dials, lang: Lang, prefix: str) -> None:
    presets = {"neutral": knobs.neutral_values(model), "defaults": knobs.default_values(model)}
    with st.container(horizontal=True):
        for name, settings in presets.items():
            st.button(
                t(name, lang),
                help=t(f"{name}_help", lang),
                key=f"{prefix}{name}",
                on_click=held.set_all,
                args=(settings,),
            )


def _rest(rest: Sequence[Knob], held: Dials, lang: Lang, prefix: str, caption: Caption) -> None:
    # Drawn only when opened: the page sends everything it draws again at every run. Its label
    # never changes, because that would close it.
    label, key = t("more_parameters", lang), f"{prefix}more-parameters"
    more = st.expander(label, key=key, on_change="rerun")
    if more.open:
        with more:
            for knob in rest:
                if knob.enabled:
                    _block(knob, held, lang, prefix, caption)
            _not_taken(rest, held, lang)
    sent = [knob.name for knob in rest if knob.enabled and held.sends.get(knob.name)]
    if sent:
        st.caption(t("more_sent_names", lang, names=answer.plain(", ".join(sent))))


def _not_taken(group: Sequence[Knob], held: Dials, lang: Lang) -> None:
    names = [knob.name for knob in group if not knob.enabled and not held.sends.get(knob.name)]
    if names:
        st.caption(t("not_taken", lang, names=answer.plain(", ".join(names))))


def _block(knob: Knob, held: Dials, lang: Lang, prefix: str, caption: Caption) -> None:
    with st.container(key=f"{prefix}knob-{knob.name}", gap="xsmall"):
        _switch(knob, held, lang, f"{prefix}send-{knob.name}")
        value_widget(knob, held, lang, prefix)
        st.caption(caption(knob, lang))


def _switch(knob: Knob, held: Dials, lang: Lang, key: str) -> None:
    sent = held.sends.get(knob.name, False)
    show(key, sent)
    st.toggle(
        t("knob_send", lang, name=pick(knob.label, lang)),
        sent,
        key=key,
        help=pick(knob.help, lang),
        on_change=_switched,
        args=(held, knob, key),
    )


def _switched(held: Dials, knob: Knob, key: str) -> None:
    held.switch(knob, st.session_state[key])
