"""One batch on the batch page: how far it is, its rows with their answers, its files."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePath

import streamlit as st

import wiring
from experiments import batch as batches
from experiments import batch_results, batch_rows, designs
from experiments.journal import Journal, Run
from experiments.progress import progress
from experiments.tabular.template import fields
from pages.batch_plan import Far, far
from panels import streamlit_batch_rows as rows
from panels import streamlit_batch_run as panel
from panels import streamlit_batch_steps as steps
from panels.streamlit_calls import open_call
from panels.streamlit_tune_run import AGAIN, UNDER_WAY, steering
from panels.words import Lang

_EVERY = 2  # seconds between two looks at a batch that goes on
# Excel takes CSV without this mark for the system's own encoding.
_MARK = b"\xef\xbb\xbf"


def batch(desk: wiring.Desk, journal: Journal, run: Run, lang: Lang) -> None:
    """Draw the whole of it. While it goes on it is drawn again by itself."""
    made_of = batches.source(run)
    if panel.heading(made_of.table, lang):
        steps.STEPS.leave_run()
    panel.how(made_of.template, designs.labels(run.settings), run.plan.examples, lang)
    going = _goes_on(far(journal, run, desk))
    # The same functions, drawn by themselves while there is news to come.
    every = _EVERY if going else None
    # Each in a place of its own: what draws more than before would draw over what follows.
    with st.container():
        st.fragment(_steering, run_every=every)(desk, journal, run, going, lang)
    with st.container():
        st.fragment(_rows, run_every=every)(desk, journal, run, lang)
    exported = functools.partial(_exported, desk, journal, run, lang)
    panel.downloads(exported, f"{PurePath(made_of.table).stem}-{run.id}", lang)


def _goes_on(now: Far) -> bool:
    return now.state in UNDER_WAY


def _steering(desk: wiring.Desk, journal: Journal, run: Run, going: bool, lang: Lang) -> None:
    now = far(journal, run, desk)
    told = functools.partial(_obey, desk, journal, run.id)
    cut = 0 if now.state == "running" else journal.under_way(run.id)
    steering({**progress(journal, run), "open": now.open}, now.state, cut, told, lang)
    if not _goes_on(now):
        panel.figures(batch_rows.totals(journal, run, desk.prices), lang)
    if now.failed and not _goes_on(now):
        panel.retry(now.failed, told, lang)
    if _goes_on(now) != going:
        st.rerun()


def _obey(desk: wiring.Desk, journal: Journal, run: str, wanted: str) -> None:
    if wanted == "retry" and not batches.failed(journal.counts(run)):
        # The second half of a double click: it would put off what the first has asked again.
        return
    if wanted in ("resume", "retry"):
        change = batches.retry_failed if wanted == "retry" else batches.take_up
        change(journal, run)
        desk.works.start(run, again=st.session_state.get(AGAIN, True))
    else:
        journal.want(run, "pause" if wanted == "pause" else "stop")


def _rows(desk: wiring.Desk, journal: Journal, run: Run, lang: Lang) -> None:
    models = batches.models(run)
    every = far(journal, run, desk).rows
    with st.container(horizontal=True, vertical_alignment="center"):
        which = rows.choose_rows({"all": every, **batch_rows.counts(journal, run)}, lang)
        found = range(every) if which == "all" else batch_rows.positions(journal, run, which)
        page = rows.choose_page(len(found))
    shown = found[page * rows.PAGE : (page + 1) * rows.PAGE]
    drawn = batch_rows.answered(journal, run, shown, desk.prices, lang)
    first = fields(batches.source(run).template)
    chosen = rows.rows_table(drawn, models, first, f"{run.id}-{which}-{page}", lang)
    if chosen is not None:
        _one(journal, chosen, models, lang)


def _one(journal: Journal, row: rows.Row, models: Sequence[str], lang: Lang) -> None:
    def record(call_id: str) -> None:
        call = journal.store.find(call_id)
        if call is not None:
            open_call(call, lang)

    rows.one_row(row, models, record, lang)


def _exported(desk: wiring.Desk, journal: Journal, run: Run, lang: Lang, form: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"batch.{form}"
        batch_results.write(journal, run, desk.prices, form, path, lang)
        return (_MARK if form == "csv" else b"") + path.read_bytes()
