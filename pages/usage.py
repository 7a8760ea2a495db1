"""The usage page: what calls cost, how long they took, and what the providers still allow."""

import streamlit as st

from experiments.journal import Journal
from pages import opened, reader
from pages.usage_calls import calls
from pages.usage_figures import errors, overview, speed, tokens
from pages.usage_limits import limits
from pages.usage_money import cost
from pages.usage_shown import Shown, filter_of, zone
from panels import streamlit_usage as panel
from panels import streamlit_usage_address as address
from panels import streamlit_usage_filters as filters
from panels.streamlit_language import current
from panels.words import pick, t, usage_words
from usage import frames
from usage.series import View
from usage.sources import MOST_ROWS

st.set_page_config(layout="wide")
desk, lang, here = opened(), current(), zone()
own = reader()
address.take()
section = panel.heading(lang)

seen = frames.last_change(desk.store)
panel.redraw_when(lambda: frames.last_change(desk.store) != seen)
if not seen[0]:
    panel.empty(False, lang)
    st.stop()

offer = filters.Offer(
    {name: pick(each.label, lang) for name, each in desk.catalogue.providers.items()},
    frames.model_names(View(desk.store).totals()),
    {run.id: run.name for run in Journal(desk.store).latest(user=own)},
    frames.latest_values(desk.store, "tag"),
    frames.latest_values(desk.store, "user"),
    frames.latest_values(desk.store, "credential"),
)
with st.sidebar:
    filters.filters(offer, lang)
    panel.picture_form(lang)
view = address.held()
address.put(view)
filters.told(view, offer, lang)

which = filter_of(view, desk, here)
series = View(desk.store, which)
shown = Shown(desk, view, which, series, here, usage_words(lang), lang, own)
if section == "calls":
    calls(shown)
elif series.totals().empty:
    panel.empty(True, lang)
else:
    if not series.whole:
        st.caption(t("usage_newest_only", lang, count=f"{MOST_ROWS:,}"))
    elif not series.spreads_whole and section in ("limits", "speed"):
        st.caption(t("usage_newest_spreads", lang, count=f"{MOST_ROWS:,}"))
    draw = {
        "overview": overview, "tokens": tokens, "limits": limits, "speed": speed,
        "errors": errors, "cost": cost,
    }[section]  # fmt: skip
    draw(shown)
