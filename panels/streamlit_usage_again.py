"""A call that is made once more, shown beside the first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from backends import Call, CallInFlight
from panels import answer, drain
from panels.diff import diff
from panels.repeat import again
from panels.streamlit_chat import talk
from panels.streamlit_diff import draw_diff
from panels.streamlit_running import Growing, heartbeat, look_again, stop_cancels
from panels.streamlit_tab import of_this_tab
from panels.streamlit_talk import Start
from panels.streamlit_text import draw_markdown
from panels.words import Lang, t

_KEY = "usage-again"


@dataclass(slots=True)
class Again:
    """The call that repeats the one with the id `of`, while it runs."""

    of: str = ""
    flight: CallInFlight | None = None

    @property
    def size(self) -> int:
        """Characters of its answer."""
        return 0 if self.flight is None else self.flight.size

    def stop(self) -> None:
        """End it, keep what has come."""
        if self.flight is not None:
            self.flight.cancel()


def call_again(call: Call, start: Start) -> None:
    """Ask once more; in a callback. What was running ends, unless it is this call's repetition: the
    second click of two asks for nothing."""
    held = of_this_tab(_KEY, Again)
    if held.of == call.id and held.flight is not None and not held.flight.done:
        return
    held.stop()
    held.of, held.flight = call.id, start(again(call, talk().user))


def beside(call: Call, latest: Callable[[], Call | None], lang: Lang) -> None:
    """Draw the call beside its repetition, growing or done; nothing where there is none."""
    held = of_this_tab(_KEY, Again)
    flight = held.flight if held.of == call.id else None
    running = flight if flight is not None and not flight.done else None
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
        draw_markdown(call.text or t("no_answer", lang), lang)
    with second:
        if running is not None:
            _grow(held, running, lang)
        elif other is not None:
            st.caption(f"{t('usage_again_now', lang)} · {answer.footer(other, lang)}")
            if other.error is not None:
                st.warning(answer.error_text(other, lang))
            draw_markdown(other.text or t("no_answer", lang), lang)


def _grow(held: Again, flight: CallInFlight, lang: Lang) -> None:
    st.caption(t("waiting", lang))
    growing = Growing(st.empty(), lang)
    st.button(t("stop", lang), key="again-stop", icon=":material/stop_circle:", on_click=held.stop)
    look_again(lambda: flight.done)
    with stop_cancels(held):
        for snapshot in drain.snapshots(flight, heartbeat=0.1):
            if snapshot is None:
                heartbeat()
            else:
                growing.show(snapshot.text)
    st.rerun()
