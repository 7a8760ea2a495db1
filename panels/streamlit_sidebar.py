"""The sidebar of the chat page: model, persona, parameters, and what will be sent."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from backends import Catalogue, ModelSpec, Provider, ProviderError, account
from panels import models, streamlit_knobs
from panels.personas import PERSONAS, persona
from panels.streamlit_details import account_lines
from panels.streamlit_language import remember
from panels.streamlit_talk import Settings
from panels.words import Lang, pick, t

_OWN = "own"


def sidebar(
    catalogue: Catalogue, emulated: Callable[[str], bool], earlier: int, lang: Lang
) -> Settings:
    """Draw it; returns what is set. `earlier` turns will be sent along with the question."""
    name, model = _model(catalogue, emulated, lang)
    system = _persona(model, lang)
    params = streamlit_knobs.knob_panel(model, lang)
    stream = st.toggle(
        t("stream", lang), True, key="stream", help=t("stream_help", lang), persist_state="session"
    )
    settings = Settings(name, system, params, stream)
    _preview(settings, model, earlier, lang)
    return settings


def _model(
    catalogue: Catalogue, emulated: Callable[[str], bool], lang: Lang
) -> tuple[str, ModelSpec]:
    labels = {name: label for label, name in models.choices(catalogue, emulated, lang)}
    linked = st.query_params.get("model", models.DEFAULT_MODEL)
    if "model" not in st.session_state:
        st.session_state["model"] = _known(catalogue, linked, lang)
    options = list(dict.fromkeys([*labels, st.session_state["model"]]))
    name: str = st.selectbox(
        t("model", lang),
        options,
        key="model",
        help=t("model_help", lang),
        format_func=lambda option: labels.get(option, option),
        persist_state="session",
        on_change=streamlit_knobs.dials().forget_unsent,
    )
    remember("model", name)
    provider, model = catalogue.find(name)
    _badges(provider, model, emulated(provider.name), lang)
    st.caption(models.model_notes(model, lang))
    return name, model


def _badges(provider: Provider, model: ModelSpec, emulated: bool, lang: Lang) -> None:
    """Who answers, in words that the narrow list above may have to cut."""
    with st.container(horizontal=True):
        if emulated:
            st.badge(t("mark_emulated", lang), color="orange", help=t("emulated_help", lang))
        elif models.built_in(provider):
            st.badge(pick(provider.label, lang), color="blue")
        else:
            st.badge(t("mark_live", lang), color="green")
        if model.retired_on is not None:
            st.badge(t("mark_retired", lang, date=model.retired_on), color="gray")


def _known(catalogue: Catalogue, name: str, lang: Lang) -> str:
    """A model that a link asks for; if there is none such, a sentence and the usual one."""
    try:
        catalogue.find(name)
    except ProviderError as error:
        st.warning(pick(error.message, lang))
        return models.DEFAULT_MODEL
    return name


def _persona(model: ModelSpec, lang: Lang) -> str:
    titles = {each.key: pick(each.title, lang) for each in PERSONAS}
    titles[_OWN] = t("persona_own", lang)
    st.selectbox(
        t("persona", lang),
        list(titles),
        key="persona",
        persist_state="session",
        format_func=lambda key: titles[key],
        on_change=_take_persona,
        args=(lang,),
    )
    system: str = st.text_area(
        t("persona_text", lang),
        key="persona-text",
        persist_state="session",
        height=120,
        label_visibility="collapsed",
        placeholder=t("persona_placeholder", lang),
        on_change=_own_persona,
    )
    if system.strip() and not model.takes_system:
        st.warning(t("persona_not_taken", lang))
    return system


def _take_persona(lang: Lang) -> None:
    chosen = st.session_state["persona"]
    if chosen != _OWN:
        st.session_state["persona-text"] = pick(persona(chosen).text, lang)


def _own_persona() -> None:
    st.session_state["persona"] = _OWN if st.session_state["persona-text"].strip() else "none"


def _preview(settings: Settings, model: ModelSpec, earlier: int, lang: Lang) -> None:
    with st.expander(t("preview", lang)):
        st.caption(t("preview_talk", lang, turns=earlier, characters=len(settings.system)))
        st.caption(account_lines(account(model, settings.params), lang))
