"""An answer while it comes. The flight has it; whichever run is there draws it."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from panels import answer, drain
from panels.streamlit_talk import Talk, Turn
from panels.words import Lang, t


def grow(held: Talk, turn: Turn, lang: Lang) -> None:
    """Draw the answer while it comes, from its beginning whenever a run begins; then redraw."""
    thinking, text = _Growing(st.empty()), _Growing(st.empty())
    status = st.empty()
    status.caption(t("waiting", lang))
    st.button(
        t("stop", lang), key=f"stop-{turn.key}", icon=":material/stop_circle:", on_click=held.stop
    )
    _look_again(held)
    waiting = True
    for snapshot in drain.snapshots(turn.flight, heartbeat=0.1):
        if snapshot is None:
            # Any look at the state is a place where Stop can take effect; nothing is sent.
            _ = "talk" in st.session_state
            continue
        thinking.show(snapshot.reasoning)
        text.show(snapshot.text)
        if waiting and snapshot.text:
            waiting = False
            status.empty()
    st.rerun()


@st.fragment(run_every="0.5s")
def _look_again(held: Talk) -> None:
    # After Stop no run is left to draw what the call came to; this one starts it.
    if held.running is None:
        st.rerun()


class _Growing:
    """A text that grows on the page: finished blocks stay, only the tail is drawn again."""

    def __init__(self, place: DeltaGenerator) -> None:
        self._nothing = place
        self._blocks = drain.Blocks()
        self._shown = ""

    def show(self, text: str) -> None:
        """The whole text so far."""
        if text == self._shown:
            return
        if not self._shown:
            # Not before: an empty container takes up a line.
            self._place = self._nothing.container()
            self._tail = self._place.empty()
        self._shown = text
        frozen, tail = self._blocks.feed(text)
        for block in frozen:
            self._tail.markdown(answer.answer_markdown(block))
            self._tail = self._place.empty()
        self._tail.markdown(answer.answer_markdown(tail))
