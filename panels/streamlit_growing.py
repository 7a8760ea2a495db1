"""A text while it comes. The flight has it; whichever run is there draws it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from backends import CallInFlight, Completion, Message
from panels import answer, drain
from panels.excerpt import beginning
from panels.streamlit_running import Growing, heartbeat, look_again
from panels.streamlit_talk import Talk
from panels.streamlit_turn import Reading, Turn
from panels.thumbnail import thumbnail
from panels.waiting import waiting_text
from panels.words import Lang, t


def grow(held: Talk, turn: Turn, lang: Lang) -> None:
    """Draw the answer while it comes, from its beginning whenever a run begins; then redraw."""
    thinking, text = Growing(st.empty(), lang), Growing(st.empty(), lang)
    status = st.empty()
    said = waiting_text(turn.flight, lang)
    status.caption(said)
    st.button(
        t("stop", lang), key=f"stop-{turn.key}", icon=":material/stop_circle:", on_click=held.stop
    )

    def show(snapshot: Completion) -> None:
        if snapshot.text and not text.begun:
            status.empty()
        thinking.show(snapshot.reasoning)
        text.show(snapshot.text)

    def beat() -> None:
        nonlocal said
        now = waiting_text(turn.flight, lang)
        if now != said and not text.begun:
            status.caption(now)
        said = now

    _follow(held, turn.flight, show, beat)


def reading_place(held: Talk, reading: Reading, lang: Lang) -> DeltaGenerator:
    """Draw what is being recognised, above the message box; returns where its text will stand."""
    with st.bottom.container(border=True, key="reading"):
        if reading.attachment.kind == "image":
            small_picture(Message("user", "", (reading.attachment,)), lang)
        st.caption(t("recognising", lang))
        place = st.empty()
        st.button(
            t("stop", lang), key="stop-reading", icon=":material/stop_circle:", on_click=held.stop
        )
    return place


def grow_reading(held: Talk, place: DeltaGenerator | None) -> None:
    """Draw what is recognised while it comes, then redraw; nothing where nothing is read."""
    if held.reading is None or place is None:
        return
    # A later word may correct an earlier one, so no part of the text is ever final.
    _follow(
        held, held.reading.flight, lambda read: place.markdown(answer.plain(beginning(read.text)))
    )


def small_picture(message: Message, lang: Lang) -> None:
    """The pictures and recordings of a question: small where they can be shown, and by name."""
    if not message.attachments:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        for attachment in message.attachments:
            small = _small(attachment.data) if attachment.kind == "image" else None
            if small is not None:
                st.image(small, width=96)
        st.caption(answer.attachments_text(message, lang))


@st.cache_data(max_entries=200, show_spinner=False)
def _small(data: bytes) -> bytes | None:
    return thumbnail(data)


def _follow(
    held: Talk,
    flight: CallInFlight,
    show: Callable[[Completion], object],
    beat: Callable[[], object] = heartbeat,
) -> None:
    look_again(lambda: held.running is None and (held.reading is None or held.reading.flight.done))
    for snapshot in drain.snapshots(flight, heartbeat=0.1):
        if snapshot is None:
            heartbeat()
        else:
            show(snapshot)
        beat()
    st.rerun()
