"""Choosing a model in Streamlit: the list, who answers, and asking a service for its models."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from backends import Catalogue, Client, ModelSpec, Provider, ProviderError
from panels import models
from panels.streamlit_address import remember
from panels.streamlit_values import dials
from panels.streamlit_visitor import visitor
from panels.words import Lang, pick, t


def choose_model(
    client: Client, emulated: Callable[[str], bool], lang: Lang
) -> tuple[str, ModelSpec]:
    """Draw the choice; returns the model's full name and what is known of it."""
    catalogue = client.catalogue
    labels = model_labels(catalogue, emulated, lang)
    linked = st.query_params.get("model", models.DEFAULT_MODEL)
    held = hold(catalogue, "model", lambda: _known(catalogue, linked, lang))
    options = list(dict.fromkeys([*labels, held]))
    name: str = st.selectbox(
        t("model", lang),
        options,
        key="model",
        help=t("model_help", lang),
        format_func=lambda option: labels.get(option, option),
        persist_state="session",
        on_change=dials().forget_unsent,
    )
    remember("model", name)
    provider, model = catalogue.find(name)
    badges(provider, model, emulated(provider.name), lang)
    st.caption(models.model_notes(model, lang))
    if provider.lists_models:
        _discover(client, provider, lang)
    return name, model


def hold(catalogue: Catalogue, key: str, first: Callable[[], str]) -> str:
    """The model chosen in the list with this key, set before the list is drawn.

    A browser sends the line that it shows. One of an earlier list, in another language or from
    before a key was typed, or one that never was in any, leaves the choice as it was.
    """
    kept = f"{key}-kept"
    chosen = st.session_state.get(key)
    if not is_model(catalogue, chosen):
        chosen = st.session_state[kept] if kept in st.session_state else first()
    st.session_state[key] = st.session_state[kept] = chosen
    return str(chosen)


def is_model(catalogue: Catalogue, name: object) -> bool:
    """Whether what a browser sent names a model."""
    try:
        return isinstance(name, str) and bool(catalogue.find(name))
    except ProviderError:
        return False


def model_labels(
    catalogue: Catalogue, emulated: Callable[[str], bool], lang: Lang
) -> dict[str, str]:
    """Every model one can ask by its full name, those that services reported among them."""
    labels = {name: label for label, name in models.choices(catalogue, emulated, lang)}
    return {**labels, **{name: name for name in _reported()}}


def badges(provider: Provider, model: ModelSpec, emulated: bool, lang: Lang) -> None:
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


def _discover(client: Client, provider: Provider, lang: Lang) -> None:
    """A button that adds, for this session, the models a service says it has."""
    if st.button(t("discover", lang), key="discover", icon=":material/search:", type="tertiary"):
        with st.spinner(t("discover", lang)):
            found = models.discover(client, provider, lang, visitor().name)
        st.session_state["discovery"] = (provider.name, found)
        st.session_state["reported"] = list(dict.fromkeys([*_reported(), *found.more]))
        st.rerun()
    whose, told = st.session_state.get("discovery", ("", None))
    if told is not None and whose == provider.name:
        (st.warning if told.trouble else st.caption)(told.said)


def _reported() -> list[str]:
    found: list[str] = st.session_state.get("reported", [])
    return found
