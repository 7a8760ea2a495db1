"""Where one is on the Tune page: writing a study, before it runs, in a study, or in their list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from panels.streamlit_runs import Steps
from panels.streamlit_tune_fill import example, fill
from panels.tune_draft import Draft
from panels.words import Lang, t

STEPS = Steps("tune", "studies", ("run", "view", "prompt"))


def begin_from(form: Mapping[str, Any], lang: Lang) -> None:
    """Draw a button that begins a new study from the plan of one there is."""

    def begin() -> None:
        fill(form, lang)
        STEPS.forget_run()

    st.button(t("tune_again", lang), key="tune-again", icon=":material/edit:", on_click=begin)


def choose_part(lang: Lang) -> str:
    """Draw the choice between a new study and those there are."""
    st.session_state.setdefault("tune-part", "new")
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = st.segmented_control(
            t("tune_studies", lang),
            ["new", "studies"],
            required=True,
            key="tune-part",
            format_func=lambda part: t(f"tune_{part}", lang),
            label_visibility="collapsed",
            persist_state="session",
        )
        if chosen != "studies":
            st.button(
                t("tune_example", lang),
                key="tune-example",
                type="tertiary",
                icon=":material/lightbulb:",
                on_click=example,
                args=(lang,),
            )
    return chosen or "new"


def next_step(
    draft: Draft, size: Mapping[str, int] | None, troubles: Sequence[str], lang: Lang
) -> None:
    """Draw how many calls the study comes to and the way on; or what is still to be done."""
    with st.container(border=True, key="tune-next"):
        if size is not None and not troubles:
            st.markdown(f"**{t('tune_plan_size', lang, **size)}**")
            if size["held"]:
                st.caption(t("tune_plan_held", lang, count=size["held"]))
        for trouble in troubles:
            st.markdown(f":orange[:material/info:] {trouble}")
        pressed = st.button(
            t("tune_check", lang),
            key="tune-check",
            type="primary",
            disabled=bool(troubles),
            icon=":material/arrow_forward:",
            help=t("tune_check_help", lang),
        )
    if pressed:
        STEPS.look_before(draft.form)
