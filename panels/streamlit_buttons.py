"""Buttons of all pages in Streamlit."""

from __future__ import annotations

import streamlit as st

# Where the page changes at the first half of a double click, the second half meets what has come to
# stand there. For the length of one that is not there to be clicked; the keyboard always is.
_NOT_YET = """<style>
@keyframes not-yet { from, to { pointer-events: none } }
[data-testid="stButton"] button, [data-testid="stChatInputStopButton"] { animation: not-yet 0.5s }
</style>"""


def one_act_per_double_click() -> None:
    """Have a button that has just appeared let the second half of a double click pass."""
    st.html(_NOT_YET)
