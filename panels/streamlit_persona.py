"""Who the model is to be, and what to do with a conversation that is too long for it."""

from __future__ import annotations

import streamlit as st

from backends import Overflow
from panels.personas import PERSONAS, persona
from panels.words import Lang, pick, t

_OWN = "own"
_OVERFLOWS: tuple[Overflow, ...] = ("stop", "drop oldest")


def persona_box(lang: Lang, prefix: str = "") -> str:
    """Draw the library and the text, which one may change; returns the text."""
    titles = {each.key: pick(each.title, lang) for each in PERSONAS}
    titles[_OWN] = t("persona_own", lang)
    held = st.session_state.get(f"{prefix}persona")
    st.selectbox(
        t("persona", lang),
        list(titles),
        # What is held is the default too, for the reason told at `streamlit_values.show`.
        list(titles).index(held) if held in titles else 0,
        key=f"{prefix}persona",
        persist_state="session",
        format_func=lambda key: titles[key],
        on_change=_take,
        args=(lang, prefix),
    )
    system: str = st.text_area(
        t("persona_text", lang),
        persona_text(prefix),
        key=f"{prefix}persona-text",
        persist_state="session",
        height=120,
        label_visibility="collapsed",
        placeholder=t("persona_placeholder", lang),
        on_change=_own,
        args=(prefix,),
    )
    return system


def persona_text(prefix: str) -> str:
    """The text of a persona box that need not be drawn now."""
    return str(st.session_state.get(f"{prefix}persona-text", ""))


def overflow_box(lang: Lang, prefix: str = "") -> Overflow:
    """Draw the choice; returns it."""
    chosen: Overflow = st.selectbox(
        t("overflow", lang),
        _OVERFLOWS,
        _OVERFLOWS.index(overflow(prefix)),
        key=f"{prefix}overflow",
        persist_state="session",
        format_func=lambda each: t(f"overflow_{each.replace(' ', '_')}", lang),
    )
    return chosen


def overflow(prefix: str) -> Overflow:
    """The choice of an overflow box that need not be drawn now."""
    chosen: Overflow = st.session_state.get(f"{prefix}overflow", "stop")
    return chosen


def copy_persona(source: str, target: str) -> None:
    """Give the boxes with one prefix what those with another hold; before they are drawn."""
    for name in ("persona", "persona-text", "overflow"):
        if f"{source}{name}" in st.session_state:
            st.session_state[f"{target}{name}"] = st.session_state[f"{source}{name}"]


def _take(lang: Lang, prefix: str) -> None:
    chosen = st.session_state[f"{prefix}persona"]
    if chosen != _OWN:
        st.session_state[f"{prefix}persona-text"] = pick(persona(chosen).text, lang)


def _own(prefix: str) -> None:
    typed = st.session_state[f"{prefix}persona-text"].strip()
    st.session_state[f"{prefix}persona"] = _OWN if typed else "none"
