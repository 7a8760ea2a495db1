"""The Streamlit pages, and what each begins with."""

import logging
import runpy
from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

import wiring
from panels.streamlit_language import current
from panels.streamlit_visitor import meet, visitor
from panels.words import pick, t
from usage import Trouble

log = logging.getLogger("tunedesk.streamlit")

_ENTRY = Path(__file__).resolve().parent.parent / "ui_streamlit.py"


def opened() -> wiring.Desk:
    """The desk; without a usable store, a sentence that says so stands in place of the page."""
    if "lang" not in st.session_state:
        # Until the entry has run once in a process, Streamlit takes the name of this folder for
        # an older kind of app, and runs a page that is asked for by its address without the entry.
        runpy.run_path(str(_ENTRY), run_name="__main__")
        st.stop()
    try:
        desk = wiring.desk()
    except Trouble as trouble:
        _cannot_open(trouble)
        st.stop()
    meet(desk.typed)
    return desk


def _cannot_open(trouble: Trouble) -> None:
    """Why, and the button that tries again. Where the store is, is for who runs this place."""
    log.error("the desk cannot be opened: %s", trouble.message.en)
    lang = current()
    st.error(pick(trouble.message, lang) if wiring.policy().detail else t("no_desk", lang))
    st.button(t("retry", lang), key="open-again", icon=":material/refresh:", type="primary")


def reader() -> str | None:
    """Whose calls and runs alone may be read: this tab's visitor's where strangers come; None:
    everybody's."""
    return visitor().name if wiring.policy().strangers else None


def emulated_for_visitor(desk: wiring.Desk) -> Callable[[str], bool]:
    """Whether an emulator answers for a provider when this tab's visitor asks."""
    return partial(desk.emulated, visitor=visitor().name)
