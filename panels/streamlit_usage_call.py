"""One call in full on the usage page: what was asked, what came, how it came, what may be done."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from backends import Call
from panels import answer
from panels.streamlit_calls import headers
from panels.streamlit_details import details
from panels.streamlit_text import draw_text
from panels.streamlit_usage_address import key
from panels.words import Lang, t

_ROLES = {"user": ":material/person:", "assistant": ":material/tune:"}


def opened_call(
    call: Call,
    actions: Mapping[str, tuple[str, Callable[[], None], str | None]],
    timeline: Callable[[], None],
    delete: Callable[[], None],
    lang: Lang,
) -> None:
    """Draw everything on record about a call.

    `actions` are names of words → icon, what a press does, and why it cannot be pressed (None: it
    can); each has a help under its name with `_help`. `timeline` draws how its answer came;
    `delete` removes the conversation for good.
    """
    with st.container(border=True, key="opened-call"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{answer.plain(f'{call.provider}/{call.model}')}**", width="content")
            st.caption(answer.footer(call, lang), width="stretch")
        if call.error is not None:
            st.warning(answer.error_text(call, lang))
        with st.container(horizontal=True):
            for name, (icon, act, obstacle) in actions.items():
                st.button(
                    t(name, lang),
                    key=f"call-{name}",
                    icon=f":material/{icon}:",
                    on_click=act,
                    disabled=obstacle is not None,
                    help=obstacle or t(f"{name}_help", lang),
                )
            st.button(
                t("close", lang),
                key="call-close",
                icon=":material/close:",
                type="tertiary",
                on_click=close,
            )
            with st.popover(t("usage_delete", lang), icon=":material/delete:", type="tertiary"):
                st.markdown(t("usage_delete_what", lang))
                st.button(
                    t("usage_delete_really", lang),
                    key="call-delete",
                    type="primary",
                    on_click=delete,
                )
        _messages(call, lang)
        details(call, lang)
        came, flow, limits = st.tabs(
            [t("usage_call_came", lang), t("usage_call_timeline", lang), t("headers", lang)]
        )
        with came:
            _came(call, lang)
        with flow:
            timeline()
        with limits:
            headers(call, lang)


def close() -> None:
    """Close the opened call."""
    st.session_state[key("call")] = None


def _messages(call: Call, lang: Lang) -> None:
    if call.system:
        with st.expander(t("usage_role_system", lang), icon=":material/badge:"):
            st.text(call.system)
    if call.left_out:
        st.caption(t("left_out", lang, count=call.left_out))
    for message in call.messages:
        with st.chat_message(message.role, avatar=_ROLES.get(message.role)):
            st.text(message.content or answer.UNKNOWN)
            if message.attachments:
                st.caption(answer.attachments_text(message, lang))
    with st.chat_message("assistant", avatar=_ROLES["assistant"]):
        if call.reasoning:
            with st.expander(t("reasoning", lang)):
                draw_text(call.reasoning, lang)
        draw_text(call.text or t("no_answer", lang), lang)
        if call.tool_calls:
            st.caption(t("tool_calls", lang), help=t("tool_calls_help", lang))
            st.code(answer.tool_calls_text(call), None, wrap_lines=True)


def _came(call: Call, lang: Lang) -> None:
    st.caption(t("usage_call_came_help", lang))
    st.code(json.dumps(response(call), ensure_ascii=False, indent=2), "json", wrap_lines=True)


def response(call: Call) -> dict[str, Any]:
    """What is on record of the response beside the answer's text, by the provider's side."""
    usage, error = call.usage, call.error
    told: dict[str, Any] = {
        "request_id": call.request_id,
        "served_model": call.served_model,
        "finish_reason": call.finish_reason,
        "status": error.status if error else None,
        "error": {"code": error.code, "said": error.said} if error else None,
        "usage": {
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "total_tokens": usage.total_tokens,
            **usage.details,
            "source": usage.source,
        }
        if usage
        else None,
        "headers": dict(call.rate_limit.headers) if call.rate_limit else None,
        "time_to_first_token": call.time_to_first_token,
        "total_time": call.total_time,
        "longest_gap": call.longest_gap,
        "pieces": len(call.chunks),
        "phase": call.phase,
        "billed": call.billed,
        **call.extras,
    }
    return {name: value for name, value in told.items() if value is not None}
