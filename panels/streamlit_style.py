"""What all pages look like in Streamlit beyond its theme."""

from __future__ import annotations

import streamlit as st

# Where the page changes at the first half of a double click, the second half meets what has come to
# stand there. For the length of one that is not there to be clicked; the keyboard always is.
_BUTTONS = """
@keyframes not-yet { from, to { pointer-events: none } }
[data-testid="stButton"] button, [data-testid="stChatInputStopButton"] { animation: not-yet 0.5s }
"""
# On a phone a wide table scrolls by itself; Streamlit would have the whole page scroll sideways.
_TABLES = """
[data-testid="stMarkdownContainer"] table { display: block; overflow-x: auto; max-width: 100% }
"""


def style() -> None:
    """Have a button that has just appeared let the second half of a double click pass, and wide
    tables scroll by themselves."""
    st.html(f"<style>{_BUTTONS}{_TABLES}</style>")
