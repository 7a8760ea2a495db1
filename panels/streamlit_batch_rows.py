"""The rows of a batch in Streamlit: which of them, page by page, and one in full."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, Protocol, get_args

import pandas as pd
import streamlit as st

from panels import answer
from panels.streamlit_batch_table import cell
from panels.streamlit_text import draw_text
from panels.words import Lang, t

Shown = Literal["all", "answered", "failed", "open"]
# The most rows that are drawn at a time.
PAGE = 50
_ROW_HEIGHT, _HIGHEST = 35, 560
_WIDTH_FIRST = 220
_WIDTHS = {"batch_column_answer": 300, "batch_column_state": 130, "batch_column_error": 300}


class Row(Protocol):
    """One row of a batch with what came of it, by setting."""

    @property
    def number(self) -> int: ...
    @property
    def prompt(self) -> str: ...
    @property
    def columns(self) -> Mapping[str, Any]: ...
    @property
    def figures(self) -> Sequence[Mapping[str, Any]]: ...


def choose_rows(counts: Mapping[str, int], lang: Lang) -> Shown:
    """Draw the choice of which rows to see, with how many there are; returns it."""
    chosen = st.segmented_control(
        t("batch_shown", lang),
        get_args(Shown),
        default="all",
        required=True,
        key="batch-shown",
        format_func=lambda which: f"{t(f'batch_shown_{which}', lang)} {counts[which]:,}",
        label_visibility="collapsed",
    )
    return chosen or "all"


def choose_page(rows: int) -> int:
    """Draw the choice of a page of rows, if there are several; returns its number from 0."""
    pages = max(-(-rows // PAGE), 1)
    if pages == 1:
        return 0
    if st.session_state.get("batch-page", 1) > pages:
        st.session_state["batch-page"] = pages
    return st.pagination(pages, key="batch-page") - 1


def rows_table(
    rows: Sequence[Row], models: Sequence[str], first: Sequence[str], key: str, lang: Lang
) -> Row | None:
    """Draw the rows; returns the one that is selected.

    `first` are the table's columns that stand before the answers; `key` tells one page from
    another.
    """
    if not rows:
        st.info(t("batch_shown_none", lang))
        return None
    shown = pd.DataFrame([_cells(row, models, first, lang) for row in rows]).dropna(
        axis=1, how="all"
    )
    state: Any = st.dataframe(
        shown,
        key=f"batch-rows-{key}",
        hide_index=True,
        height=min(_ROW_HEIGHT * (len(rows) + 1) + 3, _HIGHEST),
        placeholder="",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            name: st.column_config.TextColumn(width=width)
            for name, width in _widths(models, first, lang).items()
        },
    )
    st.caption(t("batch_rows_hint", lang))
    selected = [number for number in state["selection"]["rows"] if number < len(rows)]
    return rows[selected[0]] if selected else None


def one_row(row: Row, models: Sequence[str], record: Callable[[str], None], lang: Lang) -> None:
    """A row's question and answers in full; `record` draws the call of an id."""
    with st.container(border=True, key="batch-row"):
        st.markdown(f"**{t('batch_row', lang, number=row.number)}**")
        st.caption(t("batch_asked", lang))
        st.text(row.prompt or answer.UNKNOWN)
        for model, figures in zip(models, row.figures, strict=True):
            st.caption(f"{answer.plain(model)} · {_state(figures, lang)}")
            if figures["error"]:
                st.warning(answer.plain(figures["error"]))
            draw_text(figures["answer"] or answer.UNKNOWN, lang)
            if figures["call_id"]:
                more = st.expander(t("batch_record", lang), on_change="rerun",
                                   key=f"batch-record-{figures['call_id']}")  # fmt: skip
                if more.open:
                    with more:
                        record(figures["call_id"])


def _cells(row: Row, models: Sequence[str], first: Sequence[str], lang: Lang) -> dict[str, Any]:
    cells: dict[str, Any] = {t("batch_column_row", lang): row.number}
    for model, figures in zip(models, row.figures, strict=True):
        told = {
            t("batch_column_answer", lang): " ".join((figures["answer"] or "").split()),
            t("batch_column_state", lang): _state(figures, lang),
            t("batch_column_error", lang): figures["error"],
        }
        cells |= {_named(model, name, models): value for name, value in told.items()}
    own = {
        # A column of the table that has one of our names is marked as the table's.
        name if name not in cells else f"{name} ⊞": cell(value)
        for name, value in row.columns.items()
    }
    number, *ours = cells
    order = [number, *(name for name in own if name in first), *ours, *own]
    every = {**cells, **own}
    return {name: every[name] for name in order}


def _widths(models: Sequence[str], first: Sequence[str], lang: Lang) -> dict[str, int]:
    """Widths by which question, answer and state are seen at once."""
    told = {
        _named(model, t(key, lang), models): width
        for model in models
        for key, width in _WIDTHS.items()
    }
    return {**dict.fromkeys(first, _WIDTH_FIRST), **told}


def _named(model: str, column: str, models: Sequence[str]) -> str:
    return column if len(models) == 1 else f"{column} · {model}"


def _state(figures: Mapping[str, Any], lang: Lang) -> str:
    state = figures["state"]
    # What is put off while failures are asked again waits like the rest.
    said = t(f"state_{'waiting' if state == 'dropped' else state}", lang)
    return f"{said} · {t('mark_emulated', lang)}" if figures["emulated"] else said
