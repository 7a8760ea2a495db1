"""The answers of a study in Streamlit: prompt by prompt, one in full, two compared word by word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from backends import Call
from panels import answer
from panels.diff import diff
from panels.streamlit_address import remember
from panels.streamlit_calls import open_call
from panels.streamlit_diff import draw_diff
from panels.streamlit_text import draw_text
from panels.words import Lang, t

_BEGINS = 160


def choose_prompt(prompts: Mapping[str, str], troubled: Sequence[str], lang: Lang) -> str | None:
    """Draw the choice of a prompt, kept in the address; `prompts` are their beginnings by id."""
    only = st.toggle(
        t("tune_answers_trouble", lang), key="tune-only-trouble", disabled=not troubled
    )
    ids = [name for name in prompts if not only or name in troubled]
    if not ids:
        return None
    if st.session_state.get("tune-prompt") not in ids:
        linked = st.query_params.get("prompt", ids[0])
        st.session_state["tune-prompt"] = linked if linked in ids else ids[0]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _step(ids, -1, ":material/chevron_left:")
        found: str = st.selectbox(
            t("tune_answers_prompt", lang),
            ids,
            key="tune-prompt",
            format_func=lambda name: f"{name} · {prompts[name]}",
        )
        _step(ids, 1, ":material/chevron_right:")
    remember("prompt", found)
    return found


def answers(
    question: str,
    reference: str | None,
    cells: pd.DataFrame,
    scores: Sequence[str],
    calls: Mapping[str, Call],
    lang: Lang,
) -> None:
    """Draw a prompt's answers and the one or two that are selected.

    `cells` has a row per cell with the columns prompt_id, name, stage, repeat, kind, call_id and
    those of `scores`; `calls` are theirs by id.
    """
    with st.container(border=True):
        st.text(question)
        if reference is not None:
            st.caption(t("tune_reference", lang))
            st.text(reference)
    called = cells[cells["call_id"].notna()].reset_index(drop=True)
    if called.empty:
        st.info(t("tune_nothing_yet", lang))
        return
    chosen: Any = st.dataframe(
        _shown(called, scores, calls, lang),
        # A selection is of row numbers, so each prompt has a table of its own.
        key=f"tune-answers-{called['prompt_id'][0]}-{len(called)}",
        hide_index=True,
        placeholder=answer.UNKNOWN,
        on_select="rerun",
        selection_mode="multi-row",
    )
    st.caption(t("tune_answers_hint", lang))
    rows = chosen["selection"]["rows"][:2]
    found = [(called["name"][row], calls[called["call_id"][row]]) for row in rows]
    if len(found) == 2:
        _compared(found, lang)
    elif found:
        open_call(found[0][1], lang)


def _compared(found: Sequence[tuple[str, Call]], lang: Lang) -> None:
    (first, before), (second, after) = found
    if st.toggle(t("tune_answers_diff", lang), True, key="tune-diff"):
        with st.container(border=True):
            st.caption(f"~~{answer.plain(first)}~~ → {answer.plain(second)}")
            draw_diff(diff(before.text, after.text))
        return
    for column, (name, call) in zip(st.columns(2, border=True), found, strict=True):
        with column:
            st.markdown(f"**{answer.plain(name)}**")
            st.caption(answer.footer(call, lang))
            draw_text(call.text or answer.UNKNOWN, lang)


def _shown(
    called: pd.DataFrame, scores: Sequence[str], calls: Mapping[str, Call], lang: Lang
) -> pd.DataFrame:
    again = t("tune_confirm_mark", lang)
    repeats = zip(called["repeat"], called["stage"], strict=True)
    return pd.DataFrame(
        {
            t("tune_column_setting", lang): called["name"],
            t("tune_column_repeat", lang): [
                f"{repeat + 1}" + (f" ({again})" if stage == "confirm" else "")
                for repeat, stage in repeats
            ],
            t("tune_column_outcome", lang): [
                t(f"kind_{kind}", lang) if isinstance(kind, str) else answer.UNKNOWN
                for kind in called["kind"]
            ],
            **{name: called[name].round(4) for name in scores},
            t("tune_column_text", lang): [
                " ".join(calls[each].text.split())[:_BEGINS] for each in called["call_id"]
            ],
        }
    )


def _step(ids: Sequence[str], by: int, icon: str) -> None:
    place = list(ids).index(st.session_state["tune-prompt"]) + by
    st.button(
        " ",
        key=f"tune-step-{by}",
        icon=icon,
        disabled=not 0 <= place < len(ids),
        on_click=_go,
        args=(ids[place % len(ids)],),
    )


def _go(name: str) -> None:
    st.session_state["tune-prompt"] = name
