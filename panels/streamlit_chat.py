"""The chat column in Streamlit: turns, Stop, and what to do next."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from backends import Call
from panels import answer
from panels.markdown import typed_markdown
from panels.streamlit_details import details
from panels.streamlit_growing import grow, small_picture
from panels.streamlit_tab import of_this_tab
from panels.streamlit_talk import Talk
from panels.streamlit_text import draw_markdown
from panels.streamlit_turn import Turn
from panels.streamlit_visitor import visitor
from panels.words import Lang, t


def talk() -> Talk:
    """This tab's conversation."""
    return of_this_tab("talk", lambda: Talk(user=visitor().name))


def conversation(held: Talk, lang: Lang) -> None:
    """Draw the turns, and the running one until it is done."""
    # In an element of its own, so that it goes as soon as there is a turn.
    welcome = st.empty()
    if not held.turns:
        with welcome.container():
            _welcome(held, lang)
    for turn in held.turns:
        _question(held, turn, lang)
        with st.chat_message("assistant", avatar=":material/tune:"):
            if not turn.flight.done:
                grow(held, turn, lang)
            elif turn.call is None:
                st.warning(t("error_internal", lang))
            else:
                _answer(turn, turn.call, lang)
    if held.turns:
        _actions(held, lang)


def _welcome(held: Talk, lang: Lang) -> None:
    st.header(t("chat_empty_title", lang), anchor=False)
    st.caption(t("chat_empty_hint", lang))
    with st.container(horizontal=True):
        for number in range(1, 5):
            example = t(f"example_{number}", lang)
            st.button(example, key=f"example-{number}", on_click=held.ask, args=(example,))


def _question(held: Talk, turn: Turn, lang: Lang) -> None:
    with st.chat_message("user", avatar=":material/person:"):
        if held.editing and turn is held.turns[-1]:
            _editor(held, turn, lang)
        else:
            st.markdown(typed_markdown(turn.asked.content))
        small_picture(turn.asked, lang)


def _editor(held: Talk, turn: Turn, lang: Lang) -> None:
    key = f"edit-{turn.key}"
    st.text_area(t("edit", lang), turn.asked.content, key=key, label_visibility="collapsed")

    def resend() -> None:
        held.resend(turn, st.session_state[key])

    with st.container(horizontal=True):
        st.button(t("send", lang), type="primary", key="edit-send", on_click=resend)
        st.button(t("cancel", lang), key="edit-cancel", on_click=_edit, args=(held, False))


def _answer(turn: Turn, call: Call, lang: Lang) -> None:
    if call.reasoning:
        with st.expander(t("reasoning", lang)):
            draw_markdown(call.reasoning, lang)
    if call.text:
        draw_markdown(call.text, lang)
    if call.tool_calls:
        st.caption(t("tool_calls", lang), help=t("tool_calls_help", lang))
        st.code(answer.tool_calls_text(call), None, wrap_lines=True)
    if call.error is not None and call.state != "cancelled":
        st.warning(answer.error_here(call, lang))
    elif not call.text and not call.tool_calls:
        st.caption(t("no_answer", lang))
    for sentence in answer.notices(call, lang):
        st.warning(sentence)
    st.caption(f"{call.provider}/{call.model} · {answer.footer(call, lang)}")
    # Drawn only when opened: the page sends everything it draws again at every run.
    more = st.expander(t("details", lang), key=f"details-{turn.key}", on_change="rerun")
    if more.open:
        with more:
            details(call, lang)


def _actions(held: Talk, lang: Lang) -> None:
    last = held.turns[-1]
    if last.call is not None and not answer.continues(last.call):
        st.caption(t("turn_not_sent_on", lang))
    # A second click that the first one overtook is meant for a button that is no more.
    undo = f"undo-{len(held.turns)}"
    actions: dict[str, tuple[str, Callable[[], None]]] = {
        "retry": ("refresh", partial(held.retry, last)),
        "edit": ("edit", lambda: _edit(held, True)),
        undo: ("undo", partial(held.undo, last)),
        "new_chat": ("add_comment", held.clear),
    }
    with st.container(horizontal=True, key="actions"):
        for name, (icon, act) in actions.items():
            st.button(
                t(name.partition("-")[0], lang),
                key=f"do-{name}",
                icon=f":material/{icon}:",
                on_click=act,
                type="tertiary",
            )


def _edit(held: Talk, on: bool) -> None:
    held.editing = on
