"""The columns of a comparison in Streamlit: each its own model, persona and parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from backends import Catalogue, ModelSpec, ParamTrace, ProviderError, not_honoured
from panels import answer
from panels.compare import FEWEST, MOST, Column
from panels.faces import letter, settings_line
from panels.models import compared
from panels.streamlit_address import remember
from panels.streamlit_details import account_lines
from panels.streamlit_knobs import knob_panel, wanted
from panels.streamlit_model import badges, hold, model_labels
from panels.streamlit_persona import (
    copy_persona,
    overflow,
    overflow_box,
    persona_box,
    persona_text,
)
from panels.streamlit_values import Dials
from panels.words import Lang, pick, t

_COUNT = "compare-count"
_MODELS = "models"


def choose_count(catalogue: Catalogue, lang: Lang) -> int:
    """Draw the choice of how many columns there are; a link opens the same number."""
    if _COUNT not in st.session_state:
        linked = _linked(catalogue, lang)
        st.session_state[_COUNT] = max(len(linked), FEWEST)
        for place, name in enumerate(linked):
            st.session_state[_key(place, "model")] = name
    chosen = st.segmented_control(
        t("compare_count", lang),
        range(FEWEST, MOST + 1),
        key=_COUNT,
        required=True,
        persist_state="session",
    )
    return chosen or FEWEST


def heads(
    places: Sequence[DeltaGenerator],
    catalogue: Catalogue,
    emulated: Callable[[str], bool],
    lang: Lang,
    *,
    blind: bool,
) -> list[Column]:
    """Draw the head of every column in its place; returns what is set. A link opens the models.

    `blind`: the answers below go by letters of their own.
    """
    labels = model_labels(catalogue, emulated, lang)
    made = []
    for place, column in enumerate(places):
        with column, st.container(key=f"compare-head-{place}", gap="xsmall"):
            called = str(place + 1) if blind else letter(place)
            made.append(_column(place, called, catalogue, emulated, labels, lang))
    remember(_MODELS, ",".join(each.model for each in made))
    return made


def _column(
    place: int,
    called: str,
    catalogue: Catalogue,
    emulated: Callable[[str], bool],
    labels: dict[str, str],
    lang: Lang,
) -> Column:
    held, prefix = _dials()[place], _key(place)
    key = _key(place, "model")
    chosen = hold(catalogue, key, lambda: compared(catalogue, place))
    name: str = st.selectbox(
        t("compare_column", lang, letter=called),
        list(dict.fromkeys([*labels, chosen])),
        key=key,
        format_func=lambda option: labels.get(option, option),
        persist_state="session",
        on_change=held.forget_unsent,
    )
    provider, model = catalogue.find(name)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        _settings(place, model, lang)
        badges(provider, model, emulated(provider.name), lang)
    column = Column(name, wanted(model, held), persona_text(prefix), overflow=overflow(prefix))
    if set_here := settings_line(column):
        st.caption(answer.plain(set_here))
    _honour(not_honoured(model, column.params), bool(column.params), lang)
    return column


def _settings(place: int, model: ModelSpec, lang: Lang) -> None:
    held, prefix = _dials()[place], _key(place)
    # Its label never changes, because that would close it.
    box = st.popover(
        t("compare_settings", lang),
        icon=":material/tune:",
        help=t("compare_settings_help", lang),
        key=_key(place, "settings"),
        on_change="rerun",
    )
    # Drawn only when opened: six columns of knobs would be sent again at every run.
    if not box.open:
        return
    with box:
        st.button(
            t("compare_for_all", lang),
            key=_key(place, "for-all"),
            help=t("compare_for_all_help", lang),
            icon=":material/content_copy:",
            on_click=_use_for_all,
            args=(place,),
        )
        persona_box(lang, prefix)
        knob_panel(model, held, lang, prefix)
        overflow_box(lang, prefix)


def _honour(refused: Sequence[ParamTrace], any_set: bool, lang: Lang) -> None:
    """What the model will not honour, each with its reason on demand."""
    if refused:
        names = answer.plain(", ".join(trace.name for trace in refused))
        reasons = account_lines(refused, lang)
        st.caption(f":orange-badge[{t('not_honoured', lang)}] {names}", help=reasons)
    elif any_set:
        st.caption(f":green-badge[{t('honoured', lang)}]")


def _use_for_all(source: int) -> None:
    every = _dials()
    for place in range(MOST):
        if place != source:
            every[place] = replace(
                every[source], values=dict(every[source].values), sends=dict(every[source].sends)
            )
            copy_persona(_key(source), _key(place))


def _dials() -> list[Dials]:
    made = [Dials() for _ in range(MOST)]
    found: list[Dials] = st.session_state.setdefault("compare-dials", made)
    return found


def _key(place: int, name: str = "") -> str:
    return f"compare-{place}-{name}"


def _linked(catalogue: Catalogue, lang: Lang) -> list[str]:
    """The models that a link asks for; where there is none such, a sentence."""
    found = []
    for name in filter(None, st.query_params.get(_MODELS, "").split(",")):
        try:
            catalogue.find(name)
        except ProviderError as error:
            st.warning(pick(error.message, lang))
        else:
            found.append(name)
    return found[:MOST]
