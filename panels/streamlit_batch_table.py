"""The table of a batch in Streamlit: brought, looked at, kept over reruns and pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import pandas as pd
import streamlit as st

from backends import Words
from panels import answer
from panels.words import Lang, pick, t

_FORMS = ["csv", "tsv", "txt", "xlsx", "jsonl", "json"]
_MOST_MB = 20
_SHOWN = 100
_HELD = "batch-table"


class Table(Protocol):
    """A table that was read."""

    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def rows(self) -> Sequence[Sequence[Any]]: ...
    @property
    def read_as(self) -> str: ...
    @property
    def sheets(self) -> tuple[str, ...]: ...
    @property
    def sheet(self) -> str: ...


# Makes a table of a file's bytes, its name and a sheet's; or says why there is none.
Read = Callable[[bytes, str, str | None], Table | Words]


def hold(name: str, data: bytes, table: Table) -> None:
    """Take a table over, as if it had been uploaded."""
    st.session_state[_HELD] = (name, data, table)


def held() -> tuple[str, Any] | None:
    """The name of the table that is there, and the table."""
    found = st.session_state.get(_HELD)
    return None if found is None else (found[0], found[2])


def choose_table(read: Read, lang: Lang) -> tuple[str, Any] | None:
    """Draw the upload, or the table that is there; returns its name and the table."""
    st.subheader(t("batch_table", lang), anchor=False)
    if _HELD not in st.session_state:
        _upload(read, lang)
        return None
    name, data, table = st.session_state[_HELD]
    facts = st.container(horizontal=True, vertical_alignment="center")
    if len(table.sheets) > 1:
        table = _sheet(read, name, data, table, lang)
    with facts:
        st.markdown(_facts(name, table, lang))
        st.button(
            t("batch_table_remove", lang),
            key="batch-table-remove",
            type="tertiary",
            icon=":material/close:",
            on_click=lambda: st.session_state.pop(_HELD, None),
        )
    _rows(table, lang)
    return name, table


def _upload(read: Read, lang: Lang) -> None:
    given = st.file_uploader(
        t("batch_table_help", lang), _FORMS, key="batch-file", max_upload_size=_MOST_MB
    )
    if given is None:
        return
    data = given.getvalue()
    with st.spinner(given.name):
        table = read(data, given.name, None)
    if isinstance(table, Words):
        st.error(pick(table, lang))
        return
    # Kept apart from the uploader, which forgets its file when another page is looked at.
    hold(given.name, data, table)
    st.rerun()


def _sheet(read: Read, name: str, data: bytes, table: Table, lang: Lang) -> Table:
    chosen = st.selectbox(
        t("batch_sheet", lang), table.sheets, table.sheets.index(table.sheet), width=280
    )
    if chosen == table.sheet:
        return table
    found = read(data, name, chosen)
    if isinstance(found, Words):
        st.error(pick(found, lang))
        return table
    hold(name, data, found)
    return found


def _facts(name: str, table: Table, lang: Lang) -> str:
    return t(
        "batch_table_facts",
        lang,
        name=f"**{answer.plain(name)}**",
        rows=f"{len(table.rows):,}",
        columns=len(table.columns),
        read_as=table.read_as,
    )


def _rows(table: Table, lang: Lang) -> None:
    first = [[cell(value) for value in row] for row in table.rows[:_SHOWN]]
    frame = pd.DataFrame(first, columns=list(table.columns), dtype=object)
    st.dataframe(frame, hide_index=True, height=min(38 + 35 * len(first), 250), placeholder="")
    if len(table.rows) > _SHOWN:
        st.caption(t("batch_table_first", lang, count=_SHOWN))


def cell(value: Any) -> str | None:
    """What a cell shows: a table may mix numbers and text in a column, a browser's may not."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
