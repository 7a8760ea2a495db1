"""A figure in Streamlit: its name, itself, and how to read it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from panels.words import Lang, t

# Plotly's own buttons speak English only, and one of them would send the data away.
PLOTLY = {"displayModeBar": False, "displaylogo": False, "showSendToCloud": False}


def draw(key: str, figure: Any, lang: Lang) -> None:
    """Draw a figure under the words of `key`: its name, and below `{key}_caption`."""
    with st.container(border=True, key=key):
        st.markdown(f"**{t(key, lang)}**")
        if not figure.data:
            st.caption(t("tune_nothing_yet", lang))
            return
        # The legend above takes a line for each name on a phone.
        legend = 22 * len(figure.data) if figure.layout.showlegend is not False else 0
        figure.update_layout(height=(figure.layout.height or 300) + legend)
        alt = t(f"{key}_caption", lang)
        st.plotly_chart(figure, key=f"{key}-figure", config=PLOTLY, alt=alt)
        st.caption(alt)
