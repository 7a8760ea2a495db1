"""What one looks at on the usage page is kept in the address, so that a link opens the same view.

The widgets hold the state, one key for each part of the view; the address follows them, and leads
where it says something that they did not write: a link, or the browser's way back.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from panels.streamlit_address import forget, remember
from panels.usage_view import ALL, NAMES, View, as_params, parse

_WRITTEN = "usage-address"
_SEVERAL = ("provider", "model", "state")


def key(name: str) -> str:
    """The key in session state of a part of the view."""
    return f"usage-{name}"


def take() -> View:
    """The view as the address or else the widgets have it; call it before any is drawn."""
    params = {name: st.query_params.get_all(name) for name in NAMES if name in st.query_params}
    written = st.session_state.get(_WRITTEN)
    # An empty address comes from the navigation: what was looked at before is shown again.
    if params != written and (params or written is None):
        change(parse(params))
    st.session_state[_WRITTEN] = params
    return held()


def change(view: View) -> None:
    """Make the widgets show a view; before they are drawn, or in a callback."""
    for name in NAMES:
        value = getattr(view, name)
        st.session_state[key(name)] = _in_widget(name, value)


def held() -> View:
    """The view that the widgets show."""
    usual = View()
    found: dict[str, Any] = {
        name: st.session_state.get(key(name), getattr(usual, name)) for name in NAMES
    }
    found["time"] = found["time"] or ALL
    return View(**{**found, **{name: tuple(found[name]) for name in _SEVERAL}})


def put(view: View) -> None:
    """Write the view into the address."""
    wanted = as_params(view)
    forget(*(name for name in NAMES if name not in wanted))
    for name, value in wanted.items():
        remember(name, value)
    st.session_state[_WRITTEN] = wanted


def _in_widget(name: str, value: Any) -> Any:
    if name in _SEVERAL:
        return list(value)
    # No time is chosen where all of it is shown, as with every other filter.
    return None if name == "time" and value == ALL else value
