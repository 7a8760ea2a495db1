"""The compare page: one question to several models side by side, and blind votes on the answers."""

import streamlit as st

from pages import emulated_for_visitor, opened
from pages.compare_votes import board, caster
from panels import streamlit_columns
from panels import streamlit_compare as panel
from panels import streamlit_more as more
from panels.own_keys import own_keys
from panels.streamlit_beside import beside
from panels.streamlit_keys import key_panel
from panels.streamlit_language import current
from panels.streamlit_running import stop_cancels
from panels.streamlit_vote import vote_bar

st.set_page_config(layout="wide")
desk, lang, bench = opened(), current(), panel.bench()

with stop_cancels(bench):
    with st.sidebar:
        count = streamlit_columns.choose_count(desk.catalogue, lang)
        how = panel.way(bench, count, lang)
        scroll = panel.scrolls_together(lang)
    with st.container(key="compare-beside"):
        places = st.columns(count)
    columns = streamlit_columns.heads(
        places, desk.catalogue, emulated_for_visitor(desk), lang, blind=how.blind or bench.blind
    )
    with st.sidebar:
        key_panel(own_keys(desk), [column.model for column in columns], lang)
    panel.begin(bench, desk.client.start, columns, how)
    panel.welcome(bench, how.blind, lang)
    drawn = panel.panes(bench, places, lang, desk.prices.cost)
    # Not the page's own place for a message box, which would draw the page down to its end.
    with st.bottom.container(key="compare-dock"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            vote_bar(bench, caster(desk, bench.held.user), lang)
            panel.stop_or_clear(bench, lang)
        panel.message_box(bench, lang)
    more.sections(bench.held.last, lambda: board(desk, lang), lang)
    beside(bench.held.last, scroll=scroll)
    panel.grow(bench, drawn)
