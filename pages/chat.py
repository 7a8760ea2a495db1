"""The chat page: parameters in the sidebar, the conversation beside them."""

import streamlit as st

from pages import emulated_for_visitor, opened
from panels import streamlit_chat
from panels.own_keys import own_keys
from panels.streamlit_box import message_box
from panels.streamlit_growing import grow_reading
from panels.streamlit_keys import key_panel
from panels.streamlit_language import current
from panels.streamlit_running import stop_cancels
from panels.streamlit_sidebar import sidebar

desk, lang, talk = opened(), current(), streamlit_chat.talk()

with stop_cancels(talk):
    with st.sidebar:
        settings = sidebar(desk.client, emulated_for_visitor(desk), len(talk.history()) // 2, lang)
        key_panel(own_keys(desk), [settings.model], lang)
    talk.begin(desk.client.start, settings)
    place = message_box(talk, desk.client.start, settings, lang)
    streamlit_chat.conversation(talk, lang)
    grow_reading(talk, place)
