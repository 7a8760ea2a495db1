"""The language of the Streamlit pages: the browser's, until one is chosen; kept in the address."""

from __future__ import annotations

from typing import cast

import streamlit as st

from panels.streamlit_address import remember
from panels.words import Lang, language, t

_CHOICES: tuple[Lang, Lang] = ("zh", "en")


def choose() -> Lang:
    """Draw the switch and say which language is on."""
    chosen: Lang | None = st.segmented_control(
        "语言 Language",
        _CHOICES,
        default=_initial(),
        key="language",
        required=True,
        label_visibility="collapsed",
        format_func=lambda code: t(f"language_{code}", cast(Lang, code)),
    )
    st.session_state["lang"] = lang = chosen or _initial()
    remember("lang", lang)
    return lang


def current() -> Lang:
    """The language of this run; `choose` was called before."""
    return cast(Lang, st.session_state["lang"])


def _initial() -> Lang:
    linked = st.query_params.get("lang")
    return linked if linked in _CHOICES else language(st.context.locale)
