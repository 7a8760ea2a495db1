"""The call list of the usage page: search, sort, page, and choose one to open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, Protocol

import pandas as pd
import streamlit as st

from panels import answer
from panels.streamlit_usage_address import key
from panels.streamlit_usage_filters import turn_back
from panels.usage_classes import error_class
from panels.usage_view import SORTS, View
from panels.words import Lang, t

# Pixels: so that tokens and times are seen beside the question.
_WIDE, _NUMBER = 220, 76


class Found(Protocol):
    """A page of calls, as `usage.search.Listing` is."""

    @property
    def rows(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def count(self) -> int: ...
    @property
    def looked(self) -> int: ...
    @property
    def whole(self) -> bool: ...


def search_bar(view: View, lang: Lang) -> None:
    """Draw what is searched for and how the calls are sorted."""
    # What is held is the default too, for the reason told at `streamlit_values.show`.
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            t("usage_search", lang),
            view.q,
            key=key("q"),
            help=t("usage_search_help", lang),
            icon=":material/search:",
            persist_state="session",
            on_change=turn_back,
        )
        st.selectbox(
            t("usage_sort", lang),
            SORTS,
            SORTS.index(view.sort),
            key=key("sort"),
            format_func=lambda sort: t(f"usage_sort_{sort}", lang),
            width=170,
            persist_state="session",
            on_change=turn_back,
        )
        st.toggle(
            t("usage_up", lang),
            view.up,
            key=key("up"),
            help=t("usage_up_help", lang),
            persist_state="session",
            on_change=turn_back,
        )


def call_table(found: Found, view: View, size: int, zone: tzinfo, lang: Lang) -> None:
    """Draw the page of calls that was found, and what may be done to see others.

    `size` is how many a page has. Who selects a row has its id in the view's `call`.
    """
    _said(found, view, lang)
    if not found.rows:
        return
    ids = [row["id"] for row in found.rows]
    # A selection is a row number, so each page of calls is a table of its own.
    table = f"calls-{hash((tuple(ids), view.call)):x}"

    def opened() -> None:
        rows = st.session_state[table]["selection"]["rows"]
        st.session_state[key("call")] = ids[rows[0]] if rows else None

    chosen = [ids.index(view.call)] if view.call in ids else []
    st.dataframe(
        _shown(found.rows, view, zone, lang),
        key=table,
        hide_index=True,
        placeholder=answer.UNKNOWN,
        on_select=opened,
        selection_mode="single-row",
        selection_default={"selection": {"rows": chosen}},
        column_config={
            t("column_found" if view.q else "column_excerpt", lang): st.column_config.TextColumn(
                width=_WIDE
            ),
            **{
                t(f"column_{name}", lang): st.column_config.NumberColumn(width=_NUMBER)
                for name in ("input", "output", "first", "total")
            },
        },
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        pages = -(-found.count // size)
        if pages > 1:
            st.session_state[key("page")] = page = min(view.page, pages)
            st.pagination(pages, default=page, key=key("page"), persist_state="session")
        st.caption(t("table_open_hint", lang))


def _said(found: Found, view: View, lang: Lang) -> None:
    figures = {"count": f"{found.count:,}", "looked": f"{found.looked:,}"}
    if not view.q.strip():
        st.caption(t("usage_listed" if found.whole else "usage_listed_newest", lang, **figures))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        word = "usage_found" if found.whole else "usage_found_part"
        st.caption(t(word, lang, **figures), width="content")
        if not found.whole:
            st.button(
                t("usage_further", lang),
                key="usage-further",
                type="tertiary",
                icon=":material/history:",
                on_click=_further,
            )
    if not found.rows and found.whole:
        st.info(t("usage_found_none", lang))


def _further() -> None:
    st.session_state[key("reach")] = st.session_state.get(key("reach"), 1) * 4


def _shown(rows: Sequence[Mapping[str, Any]], view: View, zone: tzinfo, lang: Lang) -> pd.DataFrame:
    started = [datetime.fromtimestamp(row["started_ms"] / 1000, UTC) for row in rows]
    mark = f" ({t('mark_emulated', lang)})"
    names = [f"{row['provider']}/{row['model']}{mark * row['emulated']}" for row in rows]
    columns: dict[str, list[Any]] = {
        t("column_time", lang): [f"{at.astimezone(zone):%m-%d %H:%M:%S}" for at in started],
        t("column_found" if view.q else "column_excerpt", lang): [row["excerpt"] for row in rows],
        t("column_model", lang): names,
        t("column_state", lang): [t(f"state_{row['state']}", lang) for row in rows],
        t("column_input", lang): [row["input_tokens"] for row in rows],
        t("column_output", lang): [row["output_tokens"] for row in rows],
        t("column_first", lang): [_short(row["time_to_first_token"]) for row in rows],
        t("column_total", lang): [_short(row["total_time"]) for row in rows],
        t("column_error", lang): [_error(row, lang) for row in rows],
        t("column_tag", lang): [row["tag"] for row in rows],
    }
    return pd.DataFrame(columns).convert_dtypes()


def _error(row: Mapping[str, Any], lang: Lang) -> str | None:
    kind = row["error_class"]
    return row["error_code"] or (kind and error_class(kind, lang))


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
