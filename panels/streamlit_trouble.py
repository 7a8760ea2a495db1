"""What a page does when a run of it failed: a sentence of ours, and back to what stood before.

A page of ours does not fail on what it sends by itself, but whoever speaks to its connection may
send what no page does: a number that is none, a text where a list belongs. Streamlit would keep
that, and fail at every act until the page is reloaded.
"""

from __future__ import annotations

from typing import cast

import streamlit as st
from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

from backends import ProviderError
from panels.words import Lang, pick, t

_FAILED = "failed-runs"


def told(error: Exception) -> bool:
    """Say so, with the reason where it is one of ours: a store that cannot be read, for instance.
    The log has it already. True: nothing else needs to be said.

    Otherwise the page is drawn again as if what it was sent last had not come and, if it fails then
    too, as if it were opened anew.
    """
    # The run may have failed before it knew.
    lang = cast(Lang, st.session_state.get("lang", "en"))
    if isinstance(error, ProviderError):
        st.error(pick(error.message, lang))
        st.button(t("retry", lang), key="run-again", icon=":material/refresh:")
    elif not _begun_again():
        st.error(t("page_failed", lang))
    return True


def say_what_failed(lang: Lang) -> None:
    """At the top of a page: the sentence, if this run takes the place of one that failed."""
    if _FAILED in st.session_state:
        st.warning(t("page_mended", lang))


def went_well() -> None:
    """At the end of a run: the next failure is the first again."""
    st.session_state.pop(_FAILED, None)


def _begun_again() -> bool:
    """Forget what came last, or everything, and have the page drawn again; False: that was done."""
    running = get_script_run_ctx()
    if running is None or running.script_requests is None:
        return False
    # Its public face reads what it is to let go of, and fails at that.
    held = running.session_state._state
    held._new_widget_state.states.clear()
    failed = cast(int, st.session_state.get(_FAILED, 0))
    if failed > 1:
        return False
    if failed:
        held.clear()
    st.session_state[_FAILED] = failed + 1
    return running.script_requests.request_rerun(
        RerunData(query_string=running.query_string, page_script_hash=running.page_script_hash)
    )
