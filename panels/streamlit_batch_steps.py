"""Where one is on the Batch page: setting one up, before it runs, in a batch, or in their list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from panels.streamlit_runs import Steps
from panels.words import Lang, t

STEPS = Steps("batch", "list")


def choose_part(example: Callable[[], None], lang: Lang) -> str:
    """Draw the choice between a new batch and those there are; `example` fills in a small one."""
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = st.segmented_control(
            t("batch_parts", lang),
            ["new", "list"],
            default="new",
            required=True,
            key="batch-part",
            format_func=lambda part: t(f"batch_{part}", lang),
            label_visibility="collapsed",
            persist_state="session",
        )
        if chosen != "list":
            st.button(
                t("batch_example", lang),
                key="batch-fill-example",
                type="tertiary",
                icon=":material/lightbulb:",
                on_click=example,
            )
    return chosen or "new"


def next_step(form: Mapping[str, Any], rows: int, troubles: Sequence[str], lang: Lang) -> None:
    """Draw how many calls it comes to and the way on; or what is still to be done."""
    names = form["models"]
    with st.container(border=True, key="batch-next"):
        if rows and names:
            st.markdown(f"**{_size(rows, names, lang)}**")
            st.caption(t("batch_way", lang))
        for trouble in troubles:
            st.markdown(f":orange[:material/info:] {trouble}")
        pressed = st.button(
            t("batch_check", lang),
            key="batch-check",
            type="primary",
            disabled=bool(troubles),
            icon=":material/arrow_forward:",
            help=t("tune_check_help", lang),
        )
    if pressed:
        STEPS.look_before(form)


def _size(rows: int, names: Sequence[str], lang: Lang) -> str:
    asked = names[0] if len(names) == 1 else t("batch_size_models", lang, count=len(names))
    calls = f"{rows * len(names):,}"
    return t("batch_size", lang, rows=f"{rows:,}", models=asked, calls=calls)
