"""The address of a Streamlit page: what is looked at is kept in it, so that a link leads there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

_HELD = "address"


def hold() -> None:
    """Take the address of this run; before anything else of it.

    The browser sends each click with the address that it knows. One that is under way while the
    page gets another, as the second half of a double click, comes with the one before, and would
    lead back there. So on one page the address is ours, unless the way there is the browser's own.
    """
    running = get_script_run_ctx()
    assert running is not None  # pages are drawn by a server
    page, held = st.session_state.get(_HELD, (None, {}))
    if page != running.page_script_hash or running.is_history_navigation:
        st.session_state[_HELD] = running.page_script_hash, _now()
    elif _now() != held:
        st.query_params.from_dict(held)


def remember(name: str, value: str | Sequence[str]) -> None:
    """Keep a choice in the address.

    By hand, because `bind="query-params"` writes labels, and a label is in one language only.
    """
    if st.query_params.get_all(name) != ([value] if isinstance(value, str) else list(value)):
        st.query_params[name] = value
        _keep()


def forget(*names: str) -> None:
    """Take these out of the address."""
    for name in names:
        st.query_params.pop(name, None)
    _keep()


def _keep() -> None:
    page, _ = st.session_state[_HELD]
    st.session_state[_HELD] = page, _now()


def _now() -> Mapping[str, Sequence[str]]:
    return {name: st.query_params.get_all(name) for name in st.query_params}
