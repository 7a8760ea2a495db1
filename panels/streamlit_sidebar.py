"""The sidebar of the chat page: model, persona, parameters, and what will be sent."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from backends import Client, Input, account
from panels import models
from panels.recognise import usual
from panels.streamlit_details import account_lines
from panels.streamlit_knobs import knob_panel, wanted
from panels.streamlit_model import choose_model
from panels.streamlit_persona import overflow_box, persona_box
from panels.streamlit_turn import Settings
from panels.streamlit_values import dials
from panels.words import Lang, t

_READ: dict[Input, str] = {"image": "picture", "audio": "recording"}


def sidebar(client: Client, emulated: Callable[[str], bool], earlier: int, lang: Lang) -> Settings:
    """Draw it; returns what is set. `earlier` turns will be sent along with the question."""
    name, model = choose_model(client, emulated, lang)
    system = persona_box(lang)
    knob_panel(model, dials(), lang)
    params = wanted(model, dials())
    stream = st.toggle(
        t("stream", lang), True, key="stream", help=t("stream_help", lang), persist_state="session"
    )
    overflow = overflow_box(lang)
    settings = Settings(name, model, system, params, stream, overflow, _readers(client, lang))
    _preview(settings, earlier, lang)
    return settings


def _readers(client: Client, lang: Lang) -> dict[Input, str]:
    """Who turns a picture or a recording into text; of several, the one chosen."""
    chosen: dict[Input, str] = {}
    with st.expander(t("attach", lang), icon=":material/attach_file:"):
        for kind, word in _READ.items():
            labels = {name: label for label, name in models.readers(client.catalogue, kind, lang)}
            if not labels:
                continue
            key = f"reader-{kind}"
            if st.session_state.get(key) not in labels:
                st.session_state[key] = usual(list(labels), lang)
            chosen[kind] = st.selectbox(
                f"{t(word, lang)} · {t('reader', lang)}",
                list(labels),
                key=key,
                format_func=labels.__getitem__,
                persist_state="session",
            )
            st.caption(t(f"{word}_help", lang))
    return chosen


def _preview(settings: Settings, earlier: int, lang: Lang) -> None:
    with st.expander(t("preview", lang)):
        st.caption(t("preview_talk", lang, turns=earlier, characters=len(settings.system)))
        st.caption(account_lines(account(settings.spec, settings.params), lang))
