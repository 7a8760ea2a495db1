"""The usage page: what calls cost, how long they took, and what the providers still allow."""

import io
from dataclasses import replace

import pandas as pd
import streamlit as st

from pages import opened
from panels import streamlit_calls as records
from panels import streamlit_usage as panel
from panels.streamlit_language import current
from panels.words import chart_words, t
from usage import charts, export, frames
from usage.filters import Filter

TROUBLE = ("failed", "refused", "partial", "unknown", "interrupted")

st.set_page_config(layout="wide")
desk, lang = opened(), current()
store, words = desk.store, chart_words(lang)

panel.heading(lang)
with st.sidebar:
    wanted = panel.filters(desk.catalogue, lang)
which = Filter(
    since=wanted.since,
    providers=(wanted.provider,) if wanted.provider else (),
    emulated=wanted.emulated,
)
seen = frames.last_change(store)
panel.redraw_when(lambda: frames.last_change(store) != seen)

calls = records.local(panel.with_kinds(frames.calls_frame(store, which), desk.catalogue, wanted))
if calls.empty:
    panel.empty(seen[0] > 0, lang)
    st.stop()

totals = panel.with_kinds(frames.totals(store, which), desk.catalogue, wanted)
trouble = pd.concat(frames.totals(store, replace(which, states=(state,))) for state in TROUBLE)
panel.cards(totals, panel.with_kinds(trouble, desk.catalogue, wanted), calls, lang)
if len(calls) == frames.MOST_CALLS:
    st.caption(t("usage_latest", lang, count=frames.MOST_CALLS))

limits = frames.limits_frame(calls)
left, right = st.columns(2)
with left:
    panel.chart("chart_tokens", charts.tokens_figure(calls, words), lang)
with right:
    panel.chart("chart_timing", charts.timing_figure(calls, words), lang)
for unit in ("requests", "tokens"):
    panel.chart(f"chart_limits_{unit}", charts.limits_figure(limits, unit, words), lang)


def exported(form: str) -> str:
    """The calls shown, as a file's text."""
    out = io.StringIO()
    found = (store.find(call_id) for call_id in calls["id"])
    export.write((call for call in found if call is not None), form, out)
    return out.getvalue()


records.downloads(exported, lang)
chosen = records.calls_table(calls, lang)
if chosen is not None and (call := store.find(chosen)) is not None:
    records.open_call(call, lang)
