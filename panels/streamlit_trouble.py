"""What a page says when a run of it failed: a sentence of ours in place of Streamlit's."""

from __future__ import annotations

from typing import cast

import streamlit as st

from backends import ProviderError
from panels.words import Lang, pick, t


def told(error: Exception) -> bool:
    """Say so, with the reason where it is one of ours: a store that cannot be read, for instance.
    The log has it already. True: nothing else needs to be said.

    A page of ours does not fail by itself on what it was sent by itself, but whoever speaks to its
    connection may send what no page does, such as a number that is none.
    """
    # The run may have failed before it knew.
    lang = cast(Lang, st.session_state.get("lang", "en"))
    if isinstance(error, ProviderError):
        st.error(pick(error.message, lang))
    else:
        st.error(t("page_failed", lang))
    return True
