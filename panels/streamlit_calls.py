"""One call on record in Streamlit: question, answer, and how it was made."""

from __future__ import annotations

import streamlit as st

from backends import Call
from panels import answer
from panels.streamlit_details import details, table
from panels.streamlit_text import draw_text
from panels.words import Lang, t


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
            draw_text(text or answer.UNKNOWN, lang)
        if call.tool_calls:
            st.caption(t("tool_calls", lang), help=t("tool_calls_help", lang))
            st.code(answer.tool_calls_text(call), None, wrap_lines=True)
        for message in call.messages:
            if message.attachments:
                st.caption(answer.attachments_text(message, lang))
        details(call, lang)
        headers(call, lang)


def headers(call: Call, lang: Lang) -> None:
    """The rate-limit headers of a call, verbatim."""
    headers = {} if call.rate_limit is None else call.rate_limit.headers
    st.markdown(f"**{t('headers', lang)}**")
    st.caption(t("headers_help" if headers else "headers_none", lang))
    table(
        [
            {t("header_name", lang): name, t("header_value", lang): value}
            for name, value in headers.items()
        ]
    )
