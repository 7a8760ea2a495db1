"""The template of a batch in Streamlit: columns to click, and the first questions as they come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import streamlit as st

from backends import Words
from panels import answer
from panels.streamlit_batch_examples import add_example
from panels.words import Lang, pick, t

_KEY = "batch-template"
_MOST_FIELDS = 40
_PREVIEWED = 3


class Rendered(Protocol):
    """A template with a row's values."""

    @property
    def text(self) -> str: ...
    @property
    def missing(self) -> Sequence[str]: ...


# The template and a row's number from 0; the question, or the sentence on why there is none.
Render = Callable[[str, int], Rendered | Words]


def choose_template(columns: Sequence[str], rows: int, render: Render, lang: Lang) -> str:
    """Draw the editor with the columns beside it and the first questions below; returns it."""
    brace = t("batch_template_field", lang)
    st.subheader(
        t("batch_template", lang),
        anchor=False,
        help=t("batch_template_help", lang, field=f"`{{{brace}}}`", brace="`{{`"),
    )
    _fields(columns, lang)
    field = f"{{{columns[-1]}}}"
    template: str = st.text_area(
        t("batch_template", lang),
        key=_KEY,
        height=120,
        persist_state="session",
        label_visibility="collapsed",
        placeholder=t("batch_template_placeholder", lang, field=field),
    )
    if template.strip():
        _preview(template, rows, render, lang)
    return template


def _fields(columns: Sequence[str], lang: Lang) -> None:
    # A name with a brace in it cannot be written as a field.
    offered = [name for name in columns if "{" not in name and "}" not in name]
    st.pills(
        t("batch_fields", lang),
        offered[:_MOST_FIELDS],
        key="batch-field",
        format_func=lambda name: answer.plain(f"{{{name}}}"),
        on_change=_insert,
    )
    if len(offered) > _MOST_FIELDS:
        st.caption(t("batch_fields_more", lang, count=len(offered) - _MOST_FIELDS))


def _insert() -> None:
    name = st.session_state["batch-field"]
    if name is not None:
        st.session_state[_KEY] = f"{st.session_state.get(_KEY, '')}{{{name}}}"
        st.session_state["batch-field"] = None


def _preview(template: str, rows: int, render: Render, lang: Lang) -> None:
    first = render(template, 0)
    if isinstance(first, Words):
        st.error(pick(first, lang))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.markdown(f"**{t('batch_preview', lang)}**")
        if rows > _PREVIEWED:
            last = rows - _PREVIEWED + 1
            if st.session_state.get("batch-from", 1) > last:
                st.session_state["batch-from"] = last
            st.number_input(
                t("batch_preview_from", lang), 1, last, key="batch-from", step=1, width=140
            )
    start = int(st.session_state.get("batch-from", 1)) if rows > _PREVIEWED else 1
    for number in range(start, min(start + _PREVIEWED, rows + 1)):
        said = render(template, number - 1)
        if not isinstance(said, Words):
            _question(number, said, lang)


def _question(number: int, said: Rendered, lang: Lang) -> None:
    with st.container(border=True, gap="xsmall", key=f"batch-question-{number}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            notes = t("batch_row", lang, number=number)
            if said.missing:
                names = answer.plain(", ".join(said.missing))
                notes += f" · :orange[{t('batch_row_missing', lang, names=names)}]"
            st.caption(notes)
            st.button(
                t("batch_use_row", lang),
                key=f"batch-use-{number}",
                type="tertiary",
                icon=":material/forum:",
                on_click=add_example,
                args=(said.text,),
            )
        st.text(said.text or answer.UNKNOWN)
