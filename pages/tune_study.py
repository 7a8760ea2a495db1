"""One study on the tune page: how far it is, what may be said, its figures, answers and files."""

from __future__ import annotations

import functools

import streamlit as st

import wiring
from experiments.declared import followed
from experiments.figures.study_figures import Choice, StudyFigures
from experiments.figures.study_view import StudyView, margin
from experiments.journal import Journal, Run
from experiments.plan import as_form
from experiments.plan_toml import to_toml
from experiments.progress import progress
from experiments.results import exported
from experiments.said import sentence, verdicts
from experiments.statistics.effects_said import effect_sentence, interaction_sentence
from experiments.statistics.winner_said import winner_of, winner_sentence
from experiments.types import Verdict
from pages.tune_plan import state
from panels import answer
from panels import streamlit_tune_results as panel
from panels import streamlit_tune_steps as steps
from panels import streamlit_tune_verdicts as words
from panels.streamlit_tune_answers import answers, choose_prompt
from panels.streamlit_tune_run import AGAIN, UNDER_WAY, heading, steering
from panels.words import Lang, pick, study_words
from usage.tables import cells

_EVERY = 2  # seconds between two looks at a study that goes on


def study(desk: wiring.Desk, journal: Journal, run: Run, lang: Lang) -> None:
    """Draw the whole of it. While it goes on it is drawn again by itself."""
    if heading(run.name, run.plan.question, lang):
        steps.STEPS.leave_run()
    going = state(journal, run, desk) in UNDER_WAY
    # The same functions, drawn by themselves while there is news to come.
    every = _EVERY if going else None
    # Each in a place of its own: what draws more than before would draw over what follows.
    with st.container():
        st.fragment(_steering, run_every=every)(desk, journal, run, going, lang)
    view = panel.choose_view(lang)
    draw = {"verdict": _verdict, "plots": _plots, "answers": _answers, "plan": _plan}[view]
    live = going and view in ("verdict", "plots")
    with st.container():
        st.fragment(draw, run_every=_EVERY if live else None)(journal, run.id, going, lang)


def _steering(desk: wiring.Desk, journal: Journal, run: Run, going: bool, lang: Lang) -> None:
    told = progress(journal, run)
    now = state(journal, run, desk)
    cut = 0 if now == "running" else journal.under_way(run.id)
    steering(told, now, cut, functools.partial(_obey, desk, journal, run.id), lang)
    if (now in UNDER_WAY) != going:
        st.rerun()


def _obey(desk: wiring.Desk, journal: Journal, run: str, wanted: str) -> None:
    if wanted == "resume":
        desk.works.start(run, again=st.session_state.get(AGAIN, True))
    else:
        journal.want(run, "pause" if wanted == "pause" else "stop")


def _verdict(journal: Journal, run_id: str, going: bool, lang: Lang) -> None:
    view = _view(journal, run_id, lang)
    run, table, found = view.run, view.table(), verdicts(journal, view.run)
    words.emulated_note(any(view.emulated), lang)
    if (kept := followed(journal, run)) is not None:
        departures = [pick(each, lang) for each in kept.departures]
        words.promise(kept.declared.hypothesis, departures, going, lang)
    words.verdicts([_said(each, lang) for each in view.named(found)], view.primary, going, lang)
    words.effects(_effects(view, lang), lang)
    words.predicted([pick(each, lang) for each in view.told.predictions()], lang)
    words.events(run.events, list(view.names.values()), lang)
    panel.chart("verdicts", view.verdicts(found, margin(run)), lang)
    words.winner(_won(journal, view, lang), view.winner_figure, lang)
    panel.missing(table, lang)
    panel.settings_table(table, view.primary, lang)


def _won(journal: Journal, view: StudyView, lang: Lang) -> str:
    """What may be said of the winner; empty while there is none."""
    found = winner_of(journal, view.run)
    if found is None:
        return ""
    names = [name.replace("<br>", " ") for name in view.names.values()]
    return pick(winner_sentence(found, names[found.setting], names[found.first]), lang)


def _said(each: Verdict, lang: Lang) -> words.Said:
    ends = (each.difference, each.low, each.high)
    figures = [answer.UNKNOWN if end is None else f"{end:+.3g}" for end in ends]
    return words.Said(
        each.score,
        each.a,
        each.b,
        each.word,
        pick(sentence(each), lang),
        f"{figures[0]} [{figures[1]}, {figures[2]}]",
        each.prompts,
        each.n_more,
    )


def _effects(view: StudyView, lang: Lang) -> list[tuple[str, str]]:
    score, delta, told = view.primary, margin(view.run), view.told
    said = [(each.word, effect_sentence(each, score, delta)) for each in told.effects]
    crossed = [(each.word, interaction_sentence(each, score, delta)) for each in told.interactions]
    return [(word, pick(sentence, lang)) for word, sentence in (*said, *crossed)]


def _plots(journal: Journal, run_id: str, going: bool, lang: Lang) -> None:
    view = _view(journal, run_id, lang)
    figures = StudyFigures(view, wiring.desk().prices)
    drawn = {
        name: functools.partial(lambda make, chosen: make(Choice(*chosen)), make)
        for name, make in figures.all().items()
    }
    panel.figures(drawn, view.factors, list(figures.prices), lang)


def _answers(journal: Journal, run_id: str, going: bool, lang: Lang) -> None:
    beginnings = {each.id: " ".join(each.text.split())[:60] for each in journal.prompts(run_id)}
    chosen = choose_prompt(beginnings, journal.troubled(run_id), lang)
    if chosen is None:
        return
    (prompt,) = journal.prompts(run_id, [chosen])
    view = _view(journal, run_id, lang, cells.c.prompt_id == chosen)
    found = (journal.store.find(each) for each in view.cells["call_id"].dropna())
    calls = {call.id: call for call in found if call is not None}
    answers(prompt.text, prompt.reference, view.named_cells(), view.scores, calls, lang)


def _plan(journal: Journal, run_id: str, going: bool, lang: Lang) -> None:
    run = journal.find(run_id)
    if run is None:
        return
    form = {
        key: value for key, value in as_form(journal.whole_plan(run)).items() if value or value == 0
    }

    def file(kind: str) -> str:
        return to_toml(form) if kind == "toml" else exported(journal, run, kind)

    panel.exports(file, run.id, lang)
    steps.begin_from(form, lang)
    st.code(to_toml(form), "toml", wrap_lines=True)


def _view(journal: Journal, run_id: str, lang: Lang, *conditions: object) -> StudyView:
    run = journal.find(run_id)
    assert run is not None  # its page is open, and runs are never deleted
    return StudyView(journal, run, study_words(lang), *conditions)
