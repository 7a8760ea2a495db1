"""Who is asked in a batch, in Streamlit's sidebar: models, persona, parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from backends import Catalogue
from panels import tune_draft
from panels.joint import caption, joint
from panels.models import DEFAULT_MODEL
from panels.streamlit_knobs import knob_panel, wanted
from panels.streamlit_model import model_labels
from panels.streamlit_persona import persona_box
from panels.streamlit_values import Dials
from panels.words import Lang, t

_PREFIX = "batch-"
_MODELS = f"{_PREFIX}models"
_MOST_AT_ONCE, _USUAL_AT_ONCE = 128, 4


@dataclass(frozen=True, slots=True)
class Way:
    """The way each row is asked."""

    models: Sequence[str]
    system: str
    params: dict[str, Any]
    concurrency: int


def choose_way(catalogue: Catalogue, emulated: Callable[[str], bool], lang: Lang) -> Way:
    """Draw it; returns what is set."""
    names = _models(catalogue, emulated, lang)
    system = persona_box(lang, _PREFIX)
    specs = tune_draft.specs(catalogue, names)
    held: Dials = st.session_state.setdefault(f"{_PREFIX}dials", Dials())
    params: dict[str, Any] = {}
    if specs:
        both = joint(specs)
        knob_panel(both, held, lang, _PREFIX, caption(specs))
        params = wanted(both, held)
    st.session_state.setdefault(f"{_PREFIX}at-once", _USUAL_AT_ONCE)
    at_once = st.number_input(
        t("batch_concurrency", lang),
        1,
        _MOST_AT_ONCE,
        key=f"{_PREFIX}at-once",
        help=t("tune_concurrency_help", lang),
        persist_state="session",
    )
    return Way(names, system, params, int(at_once))


def _models(catalogue: Catalogue, emulated: Callable[[str], bool], lang: Lang) -> Sequence[str]:
    labels = model_labels(catalogue, emulated, lang)
    st.session_state.setdefault(_MODELS, [DEFAULT_MODEL])
    chosen: list[str] = st.multiselect(
        t("batch_models", lang),
        list(dict.fromkeys([*labels, *st.session_state[_MODELS]])),
        key=_MODELS,
        format_func=lambda name: labels.get(name, name),
        help=t("batch_models_help", lang),
        placeholder=t("tune_models_placeholder", lang),
        persist_state="session",
    )
    return chosen
