"""The tune page: a study is set up, looked at before it runs, watched, and found again."""

from functools import partial

import streamlit as st

from experiments import designs
from experiments.estimate import estimate
from experiments.journal import Journal
from experiments.scoring.own_function import OWN_KINDS
from experiments.scoring.scores import KINDS
from pages import opened
from pages.tune_plan import begun, checked, listed, prompts, read, size
from pages.tune_study import study
from panels import streamlit_tune_steps as steps
from panels.streamlit_language import current
from panels.streamlit_tune_before import before
from panels.streamlit_tune_run import studies
from panels.streamlit_tune_setup import Offer, setup
from panels.streamlit_visitor import visitor
from panels.words import pick, t

st.set_page_config(layout="wide")
desk, lang = opened(), current()
journal = Journal(desk.store)
linked = st.query_params.get("run")

run = journal.find(linked) if linked else None
if run is not None and run.kind == "study":
    study(desk, journal, run, lang)
    st.stop()

st.title(t("page_tune", lang), anchor=False)
if linked:
    st.warning(t("tune_unknown_run", lang, run=linked))
    steps.STEPS.show_list()

if steps.STEPS.step() == "before" and (plan := checked(steps.STEPS.held(), desk)[0]) is not None:
    settings = designs.settings(plan)
    emulated = [name for name in plan.models if desk.emulated(name.partition("/")[0])]
    expected = estimate(plan, desk.catalogue, desk.store, desk.prices, desk.emulated)
    pressed = before(plan.name, designs.labels(settings), emulated, expected, lang)
    if pressed == "start":
        cells = designs.cells(plan, range(len(settings)))
        create = partial(journal.create, plan, settings, cells, user=visitor().name)
        steps.STEPS.start(lambda: begun(desk, create()))
    elif pressed == "back":
        steps.STEPS.go("setup")
    st.stop()

st.caption(t("tune_caption", lang))
if steps.choose_part(lang) == "studies":
    steps.STEPS.open_run(studies(listed(journal, desk), lang))
    st.stop()

kinds = {name: kind for name, kind in KINDS.items() if name not in OWN_KINDS}
draft = setup(Offer(desk.catalogue, desk.emulated, kinds, read, prompts), lang)
written, trouble = checked(draft.form, desk)
troubles = draft.said(lang) or ([pick(trouble, lang)] if trouble else [])
steps.next_step(draft, size(written) if written else None, troubles, lang)
