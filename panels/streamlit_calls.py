"""The calls on record in Streamlit: a table, one call in full, files to take away."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from backends import Call
from panels import answer
from panels.streamlit_details import details, table
from panels.streamlit_downloads import download_row
from panels.words import Lang, t


def local(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with `started_at` in the reader's own time."""
    zone = st.context.timezone or "UTC"
    started = pd.to_datetime(frame["started_at"], utc=True).dt.tz_convert(zone)
    return frame.assign(started_at=started)


def calls_table(frame: pd.DataFrame, lang: Lang) -> str | None:
    """Draw the calls, newest first; returns the id of the one to open."""
    st.subheader(t("table_calls", lang), anchor=False)
    newest = frame.iloc[::-1]
    ids = list(newest["id"])
    # A selection is a row number; another number of rows makes it another table.
    key = f"calls-{len(ids)}-{ids[0]}"

    def opened() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        st.session_state["opened-call"] = ids[rows[0]] if rows else None

    st.dataframe(
        _shown(newest, lang),
        key=key,
        hide_index=True,
        placeholder=answer.UNKNOWN,
        on_select=opened,
        selection_mode="single-row",
    )
    st.caption(t("table_open_hint", lang))
    found: str | None = st.session_state.get("opened-call")
    return found


def open_call(call: Call, lang: Lang) -> None:
    """Everything on record about one call."""
    with st.container(border=True):
        st.markdown(f"**{answer.plain(f'{call.provider}/{call.model}')}**")
        st.caption(answer.footer(call, lang))
        if call.error is not None:
            st.warning(answer.error_text(call, lang))
        for key, text in (
            ("call_question", call.messages[-1].content if call.messages else ""),
            ("call_answer", call.text),
        ):
            st.caption(t(key, lang))
            st.text(text or answer.UNKNOWN)
        if call.tool_calls:
            st.caption(t("tool_calls", lang), help=t("tool_calls_help", lang))
            st.code(answer.tool_calls_text(call), None, wrap_lines=True)
        for message in call.messages:
            if message.attachments:
                st.caption(answer.attachments_text(message, lang))
        details(call, lang)
        _headers(call, lang)


def downloads(exported: Callable[[str], str], lang: Lang) -> None:
    """Buttons that make a file of the calls shown when they are pressed."""
    forms = {"jsonl": "application/jsonl", "csv": "text/csv"}
    download_row(exported, forms, "tunedesk-calls", "download", lambda f: t(f"download_{f}", lang))


def _headers(call: Call, lang: Lang) -> None:
    headers = {} if call.rate_limit is None else call.rate_limit.headers
    st.markdown(f"**{t('headers', lang)}**")
    st.caption(t("headers_help" if headers else "headers_none", lang))
    table(
        [
            {t("header_name", lang): name, t("header_value", lang): value}
            for name, value in headers.items()
        ]
    )


def _shown(frame: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    started = frame["started_at"].dt.strftime("%m-%d %H:%M:%S")
    return pd.DataFrame(
        {
            t("column_time", lang): started,
            t("column_model", lang): frame["who"],
            t("column_kind", lang): [t(f"kind_{kind}", lang) for kind in frame["kind"]],
            t("column_state", lang): [t(f"state_{state}", lang) for state in frame["state"]],
            t("column_input", lang): frame["input_tokens"],
            t("column_output", lang): frame["output_tokens"],
            t("column_first", lang): frame["time_to_first_token"].round(2),
            t("column_total", lang): frame["total_time"].round(2),
            t("column_error", lang): frame["error_code"],
        }
    )
