"""The chat page: parameters in the sidebar, the conversation beside them."""

import streamlit as st

from pages import opened
from panels import streamlit_chat
from panels.streamlit_language import current
from panels.streamlit_sidebar import sidebar

desk, lang, talk = opened(), current(), streamlit_chat.talk()

with streamlit_chat.stop_cancels(talk):
    with st.sidebar:
        settings = sidebar(desk.catalogue, desk.emulated, len(talk.history()) // 2, lang)
    streamlit_chat.question_box(talk, lang)
    talk.begin(desk.client.start, settings)
    streamlit_chat.conversation(talk, lang)
