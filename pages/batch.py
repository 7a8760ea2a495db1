"""The batch page: a table is asked row by row; set up, looked at before it runs, watched, taken."""

from functools import partial

import streamlit as st

from backends import Words
from experiments.journal import Journal
from pages import opened
from pages.batch_plan import confirm, listed, read, rendered, trouble
from pages.batch_run import batch
from panels import streamlit_batch_steps as steps
from panels.streamlit_batch_examples import choose_examples
from panels.streamlit_batch_run import batches as choose_batch
from panels.streamlit_batch_setup import example, missing
from panels.streamlit_batch_table import choose_table, held
from panels.streamlit_batch_template import choose_template
from panels.streamlit_batch_way import choose_way
from panels.streamlit_language import current
from panels.words import pick, t

st.set_page_config(layout="wide")
desk, lang = opened(), current()
journal = Journal(desk.store)
linked = st.query_params.get("run")

if linked and (run := journal.find(linked)) is not None and run.kind == "batch":
    batch(desk, journal, run, lang)
    st.stop()

st.title(t("page_batch", lang), anchor=False)
if linked:
    st.warning(t("batch_unknown_run", lang, run=linked))
    steps.STEPS.show_list()

if steps.STEPS.step() == "before" and (there := held()) is not None:
    confirm(desk, journal, *there, lang)
    st.stop()

st.caption(t("batch_caption", lang))
if steps.choose_part(partial(example, read, lang), lang) == "list":
    steps.STEPS.open_run(choose_batch(listed(journal, desk), lang))
    st.stop()

with st.sidebar:
    way = choose_way(desk.catalogue, desk.emulated, lang)
found = choose_table(read, lang)
template, examples, half = "", list[tuple[str, str]](), list[Words]()
if found is not None:
    table = found[1]
    template = choose_template(table.columns, len(table.rows), partial(rendered, table), lang)
    examples, half = choose_examples(lang)
form = {
    "template": template,
    "models": list(way.models),
    "system": way.system,
    "params": way.params,
    "examples": examples,
    "concurrency": way.concurrency,
}
troubles = [*missing(found is not None, form), *half]
if found is not None and not troubles:
    troubles += trouble(form, *found, desk)
steps.next_step(form, len(found[1].rows) if found else 0, [pick(w, lang) for w in troubles], lang)
