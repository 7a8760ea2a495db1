"""The models page in Streamlit: which models, which settings, and the table of both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from backends import CATALOGUE, Catalogue, ModelSpec, ProviderError
from panels import answer, knobs
from panels.honour import Column, names_in_order, taken
from panels.knobs import Knob
from panels.markdown import JOINER
from panels.streamlit_address import remember
from panels.streamlit_details import cell_text, markdown_table, sentence
from panels.streamlit_model import model_labels
from panels.streamlit_values import dials, show, value_widget
from panels.words import Lang, pick, t

_MODELS = "compared-models"
_SETTINGS = "compared-settings"
_MOST = 6
_USUAL = ("qianfan/ernie-speed-8k", "spark/generalv3.5", "deepseek/deepseek-flash")


def choose(
    catalogue: Catalogue, emulated: Callable[[str], bool], lang: Lang
) -> dict[str, ModelSpec]:
    """Draw the choice of models; returns them by label. A link opens the same choice."""
    labels = model_labels(catalogue, emulated, lang)
    if _MODELS not in st.session_state:
        linked = st.query_params.get("models", ",".join(_USUAL)).split(",")
        known = [name for name in dict.fromkeys(linked) if _spec(catalogue, name)]
        st.session_state[_MODELS] = known[:_MOST]
    chosen: list[str] = st.multiselect(
        t("models_choose", lang),
        list(dict.fromkeys([*labels, *st.session_state[_MODELS]])),
        key=_MODELS,
        max_selections=_MOST,
        placeholder=t("model", lang),
        format_func=lambda name: labels.get(name, name),
        persist_state="session",
    )
    remember("models", ",".join(chosen))
    specs = {name: _spec(catalogue, name) for name in chosen}
    return {labels.get(name, name): spec for name, spec in specs.items() if spec is not None}


def settings_editor(models: Iterable[ModelSpec], lang: Lang) -> dict[str, Any]:
    """Draw the settings to compare, which are those of the chat page; returns them."""
    held = dials()
    drawn = {knob.name: knob for knob in knobs.union(models)}
    show(_SETTINGS, [name for name in CATALOGUE if held.sends.get(name)])
    chosen: list[str] = st.multiselect(
        t("models_settings", lang),
        list(CATALOGUE),
        key=_SETTINGS,
        format_func=lambda name: pick(CATALOGUE[name].label, lang),
        placeholder=t("parameters", lang),
        on_change=_switched,
        args=(drawn,),
    )
    with st.container(horizontal=True):
        for name in chosen:
            _setting(drawn[name], lang)
    return knobs.requested({name: held.value(drawn[name]) for name in chosen}, held.sends)


def compared(columns: Mapping[str, Column], requested: Mapping[str, Any], lang: Lang) -> None:
    """Draw the table: a line for each setting, above each model what it will not honour."""
    heads = [_head(label, each) for label, each in columns.items()]
    markdown_table(
        [JOINER.join(t("account_parameter", lang)), *heads],
        [
            [f"`{name}`", *(_cell(each, name) for each in columns.values())]
            for name in names_in_order(requested)
        ],
    )


def documented(specs: Mapping[str, ModelSpec], lang: Lang) -> None:
    """Draw what each model takes at all: a line for each parameter that one of them takes."""
    st.subheader(t("models_taken", lang), anchor=False)
    markdown_table(
        [JOINER.join(t("account_parameter", lang)), *map(answer.plain, specs)],
        [
            [f"`{name}`", *(cell_text(cell) if cell else answer.UNKNOWN for cell in cells)]
            for name, cells in taken(specs.values(), lang).items()
        ],
    )


def _setting(knob: Knob, lang: Lang) -> None:
    with st.container(key=f"compared-{knob.name}", gap="xsmall", width=240):
        st.caption(pick(knob.label, lang), help=pick(knob.help, lang))
        # No model of these may take it; setting it is how one finds that out.
        value_widget(replace(knob, enabled=True), dials(), lang, "compared-")


def _switched(drawn: Mapping[str, Knob]) -> None:
    chosen = st.session_state[_SETTINGS]
    for name, knob in drawn.items():
        dials().switch(knob, name in chosen)


def _spec(catalogue: Catalogue, name: str) -> ModelSpec | None:
    try:
        return catalogue.find(name)[1]
    except ProviderError:
        return None


def _head(label: str, column: Column) -> str:
    colour = "orange" if column.not_honoured else "green"
    # A badge keeps to one line, so the names stand beside it.
    names = answer.plain(", ".join(column.not_honoured))
    return f"{answer.plain(label)} :{colour}-badge[{column.verdict}] {names}"


def _cell(column: Column, name: str) -> str:
    cell = column.cells[name]
    if cell.sent:
        return cell_text(cell.text)
    return f":orange-badge[{cell.outcome}] {sentence(cell.text)}".replace("|", "\\|")
