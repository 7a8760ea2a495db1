"""A call that is made once more, shown beside the first."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from backends import Call, CallInFlight
from panels import answer, drain
from panels.diff import diff
from panels.repeat import again
from panels.streamlit_chat import talk
from panels.streamlit_diff import draw_diff
from panels.streamlit_running import Growing, heartbeat, look_again, stop_cancels, until_tab_closes
from panels.streamlit_talk import Start
from panels.words import Lang, t

_KEY = "usage-again"


@dataclass(frozen=True, slots=True)
class Again:
    """The call that repeats the one with this id, while it runs."""

    of: str
    flight: CallInFlight

    def stop(self) -> None:
        """End it, keep what has come."""
        self.flight.cancel()


def call_again(call: Call, start: Start) -> None:
    """Ask once more; in a callback. What was running ends."""
    if (running := st.session_state.get(_KEY)) is not None:
        running.stop()
    user = talk().user
    st.session_state[_KEY] = held = Again(call.id, start(again(call, user)))
    until_tab_closes(held, secrets.token_hex(8))


def beside(call: Call, latest: Callable[[], Call | None], lang: Lang) -> None:
    """Draw the call beside its repetition, growing or done; nothing where there is none."""
    held: Again | None = st.session_state.get(_KEY)
    running = held if held is not None and held.of == call.id and not held.flight.done else None
    other = None if running else latest()
    if running is None and other is None:
        return
    st.subheader(t("usage_again_beside", lang), anchor=False)
    if other is not None and st.toggle(t("usage_again_diff", lang), key="usage-again-diff"):
        with st.container(border=True):
            st.caption(answer.footer(other, lang))
            draw_diff(diff(call.text, other.text))
        return
    first, second = st.columns(2, border=True)
    with first:
        st.caption(f"{t('usage_again_first', lang)} · {answer.footer(call, lang)}")
        st.markdown(answer.answer_markdown(call.text) or t("no_answer", lang))
    with second:
        if running is not None:
            _grow(running, lang)
        elif other is not None:
            st.caption(f"{t('usage_again_now', lang)} · {answer.footer(other, lang)}")
            if other.error is not None:
                st.warning(answer.error_text(other, lang))
            st.markdown(answer.answer_markdown(other.text) or t("no_answer", lang))


def _grow(running: Again, lang: Lang) -> None:
    st.caption(t("waiting", lang))
    growing = Growing(st.empty())
    st.button(
        t("stop", lang), key="again-stop", icon=":material/stop_circle:", on_click=running.stop
    )
    look_again(lambda: running.flight.done)
    with stop_cancels(running):
        for snapshot in drain.snapshots(running.flight, heartbeat=0.1):
            if snapshot is None:
                heartbeat()
            else:
                growing.show(snapshot.text)
    st.rerun()
