"""A model's text in Streamlit: as markdown or as it is, of a very long one its beginning."""

from __future__ import annotations

import streamlit as st

from panels.excerpt import beginning, drawn, unshown
from panels.words import Lang


def draw_markdown(text: str, lang: Lang) -> None:
    """Draw what a model wrote."""
    st.markdown(drawn(text))
    _rest(text, lang)


def draw_text(text: str, lang: Lang) -> None:
    """Draw it with every sign as it is."""
    st.text(beginning(text))
    _rest(text, lang)


def _rest(text: str, lang: Lang) -> None:
    if said := unshown(text, lang):
        st.caption(said)
