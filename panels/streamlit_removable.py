"""A heading beside which a press takes away what stands below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from panels.words import Lang, t

Entry = TypeVar("Entry", str, int)


def removable(
    title: str, entry: Entry, key: str, remove: Callable[[Entry], None], lang: Lang
) -> None:
    """Draw the heading of an entry of a form; its button calls `remove` with the entry."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{title}**", width="stretch")
        st.button(
            t("tune_remove", lang),
            key=f"{key}-{entry}",
            icon=":material/close:",
            type="tertiary",
            on_click=remove,
            args=(entry,),
        )
