"""The models page: the same settings under several models, and what each makes of them."""

import streamlit as st

from pages import opened
from panels import streamlit_models as panel
from panels.honour import column
from panels.streamlit_language import current
from panels.words import t

st.set_page_config(layout="wide")
desk, lang = opened(), current()

st.title(t("page_models", lang), anchor=False)
st.caption(t("models_caption", lang))
specs = panel.choose(desk.catalogue, desk.emulated, lang)
requested = panel.settings_editor(specs.values(), lang)

if specs and requested:
    columns = {label: column(spec, requested, lang) for label, spec in specs.items()}
    panel.compared(columns, requested, lang)
else:
    st.info(t("models_none", lang))
if specs:
    panel.documented(specs, lang)
