"""Buttons that make a file when they are pressed, in one row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st


def download_row(
    exported: Callable[[str], str] | Callable[[str], bytes],
    forms: Mapping[str, str],
    name: str,
    key: str,
    label: Callable[[str], str],
) -> None:
    """Draw a button for each of `forms`, which are endings of the file `name` with their MIME type.

    `exported` makes the file of an ending, when its button is pressed; `label` names the button.
    """
    with st.container(horizontal=True):
        for form, mime in forms.items():
            st.download_button(
                label(form),
                partial(exported, form),
                f"{name}.{form}",
                mime,
                key=f"{key}-{form}",
                on_click="ignore",
                icon=":material/download:",
            )
