"""The message box in Streamlit: text, a picture or a recording, and what is told before sending.

A question that comes back with its picture waits in a card of its own: the usual box takes no
picture from the server, and the server does not see what is typed in it before Enter.
"""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile
from streamlit.typing import ChatInputValue

from backends import Attachment, Call, Message
from panels import answer
from panels.before import obstacles, overflow_note
from panels.recognise import attachment_of, joined, outcome
from panels.streamlit_growing import reading_place, small_picture
from panels.streamlit_talk import Start, Talk
from panels.streamlit_turn import Settings
from panels.words import Lang, t

_BOX = "question"
_CARD = "picture-question"
_PICTURES = ["jpg", "jpeg", "png"]
_SOUNDS = ["wav", "mp3", "pcm"]
# A minute of stereo WAV has 11 MB; pictures are limited further by each model.
_MOST_MB = 20
_ROOM = 120


def message_box(held: Talk, start: Start, settings: Settings, lang: Lang) -> DeltaGenerator | None:
    """Draw it; returns where the text of a running recognition is to stand."""
    held.take_reading()
    place = None
    if held.reading is not None:
        place = reading_place(held, held.reading, lang)
    elif held.running is None:
        _before_sending(held, settings, lang)
    if held.heard is not None:
        _say_what_was_heard(held.heard, lang)
    if held.picture is not None and held.reading is None:
        _card(held, held.picture, start, settings, lang)
    else:
        _box(held, start, settings, lang)
    return place


def _box(held: Talk, start: Start, settings: Settings, lang: Lang) -> None:
    if (draft := held.draft.drawn()) is not None:
        st.session_state[_BOX], held.roomy = draft, "\n" in draft
    st.chat_input(
        t("chat_placeholder", lang),
        key=_BOX,
        accept_file=True,
        file_type=_PICTURES + (_SOUNDS if "audio" in settings.readers else []),
        max_upload_size=_MOST_MB,
        accept_audio="audio" in settings.readers,
        submit_mode="stop",
        # What is heard will take the place of what the box holds, so nothing may be typed now.
        disabled=held.reading is not None,
        # It grows by itself with what is typed alone.
        height=_ROOM if held.roomy else "content",
        on_submit=_submitted,
        args=(held, start, settings.readers.get("audio")),
    )


def _submitted(held: Talk, start: Start, reader: str | None) -> None:
    value: ChatInputValue = st.session_state[_BOX]
    # A file whose session has ended in between is none any more.
    files = [file for file in (value.audio, *value.files) if isinstance(file, UploadedFile)]
    attachments = [attachment_of(file.getvalue(), file.name) for file in files]
    sound = next((item for item in attachments if item.kind == "audio"), None)
    picture = next((item for item in attachments if item.kind == "image"), None)
    if sound is None or reader is None:
        held.ask(value.text, picture)
    else:
        held.picture = picture
        held.read(start, reader, sound, value.text)


def _card(held: Talk, picture: Attachment, start: Start, settings: Settings, lang: Lang) -> None:
    if (draft := held.draft.take()) is not None:
        st.session_state[_CARD] = joined(st.session_state.get(_CARD, ""), draft)

    def taken() -> str:
        typed, st.session_state[_CARD] = st.session_state[_CARD], ""
        return str(typed)

    def send() -> None:
        held.picture = None
        held.ask(taken(), picture)

    def read() -> None:
        held.read(start, settings.readers["image"], picture, taken())

    def remove() -> None:
        held.picture = None
        held.draft.put(taken())

    with st.bottom.container(border=True, key="picture-card"):
        small_picture(Message("user", "", (picture,)), lang)
        st.text_area(
            t("call_question", lang),
            key=_CARD,
            height=68,
            label_visibility="collapsed",
            placeholder=t("picture_question", lang),
            persist_state="session",
        )
        with st.container(horizontal=True):
            st.button(t("send", lang), type="primary", key="picture-send", on_click=send)
            if "image" in settings.readers:
                st.button(t("read_picture", lang), key="picture-read", on_click=read)
            st.button(t("remove", lang), key="picture-remove", on_click=remove, type="tertiary")


def _before_sending(held: Talk, settings: Settings, lang: Lang) -> None:
    """What stands in the way of the next question, and what will be left out of it."""
    attached = () if held.picture is None else (held.picture,)
    request = held.request(settings, Message("user", "", attached))
    for sentence in obstacles(request, settings.spec, lang):
        st.bottom.warning(answer.answer_markdown(sentence))
    if note := overflow_note(request, settings.spec, lang):
        st.bottom.info(note)


def _say_what_was_heard(call: Call, lang: Lang) -> None:
    sentence, trouble = outcome(call, lang)
    if trouble:
        st.bottom.warning(sentence)
    else:
        st.bottom.caption(sentence)
