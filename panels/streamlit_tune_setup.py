"""Setting up a study in Streamlit: the question, what is asked, of whom, and how it is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from backends import Catalogue, Words
from panels import tune_draft
from panels.streamlit_model import model_labels
from panels.streamlit_tune_factors import choose_factors
from panels.streamlit_tune_rules import rules
from panels.streamlit_tune_scores import choose_scores
from panels.tune_draft import Count, Draft, Score, Table
from panels.words import WORDS, Lang, pick, t

_SOURCES = ("lines", "editor", "file")
_FORMS = ["csv", "xlsx", "jsonl"]
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Offer:
    """What a study can be made of.

    `read` makes a table of an uploaded file's bytes and name; `prompts` makes a plan's prompts of
    it, from the columns that hold them, their ids and their references. Both give a sentence
    instead where that cannot be.
    """

    catalogue: Catalogue
    emulated: Callable[[str], bool]
    scores: Mapping[str, Score]
    read: Callable[[bytes, str], Table | Words]
    prompts: Callable[[Table, str, str | None, str | None], list[dict[str, str]] | Words]


def setup(offer: Offer, lang: Lang) -> Draft:
    """Draw the form; returns what it says. Whatever is in it stays over reruns and pages."""
    draft = Draft()
    _question(draft, lang)
    _prompts(draft, offer, lang)
    names = _models(offer, lang)
    draft.put(models=names)
    if not names:
        draft.troubles.append(WORDS["tune_needs_models"])
    models = tune_draft.specs(offer.catalogue, names)
    choose_factors(draft, models, lang)
    choose_scores(draft, offer.scores, model_labels(offer.catalogue, offer.emulated, lang), lang)
    rules(draft, offer.scores, lang)
    return draft


def _question(draft: Draft, lang: Lang) -> None:
    question = st.text_input(
        t("tune_question", lang),
        key="tune-question",
        placeholder=t("tune_question_placeholder", lang),
        persist_state="session",
    )
    draft.put(question=question, name=(question or "")[:_LONGEST_NAME])


def _prompts(draft: Draft, offer: Offer, lang: Lang) -> None:
    st.subheader(t("tune_prompts", lang), anchor=False, help=t("tune_prompts_help", lang))
    st.session_state.setdefault("tune-source", "lines")
    source = st.segmented_control(
        t("tune_source", lang),
        _SOURCES,
        required=True,
        key="tune-source",
        format_func=lambda each: t(f"tune_source_{each}", lang),
        label_visibility="collapsed",
        persist_state="session",
    )
    if source == "file":
        found = _file(draft, offer, lang)
    else:
        found = _editor(lang) if source == "editor" else _lines(lang)
    draft.put(prompts=found)
    if not found:
        draft.troubles.append(WORDS["tune_needs_prompts"])
    else:
        with_reference = sum("reference" in prompt for prompt in found)
        told = t("tune_prompts_count", lang, count=Count(len(found)), references=with_reference)
        st.caption(told)


def _lines(lang: Lang) -> list[dict[str, str]]:
    text = st.text_area(
        t("tune_source_lines", lang),
        key="tune-lines",
        height=160,
        placeholder=t("tune_lines_placeholder", lang),
        help=t("tune_lines_help", lang),
        label_visibility="collapsed",
        persist_state="session",
    )
    return tune_draft.lines(text or "")


def _editor(lang: Lang) -> list[dict[str, str]]:
    import pandas as pd

    key, columns = "tune-editor", ["prompt", "reference"]
    if key not in st.session_state or "tune-editor-base" not in st.session_state:
        # The editor's own state is of the rows it was first given; it loses them with its page.
        held = st.session_state.get("tune-editor-rows", [{"prompt": "", "reference": ""}])
        st.session_state["tune-editor-base"] = pd.DataFrame(held, columns=columns, dtype=str)
    edited = st.data_editor(
        st.session_state["tune-editor-base"],
        key=key,
        num_rows="dynamic",
        hide_index=True,
        column_config={
            name: st.column_config.TextColumn(t(f"tune_{name}", lang)) for name in columns
        },
    )
    held = edited.fillna("").to_dict("records")
    st.session_state["tune-editor-rows"] = held
    return [
        tune_draft.prompt_form(row["prompt"], row["reference"])
        for row in held
        if row["prompt"].strip()
    ]


def _file(draft: Draft, offer: Offer, lang: Lang) -> list[dict[str, str]]:
    given = st.file_uploader(
        t("tune_source_file", lang), _FORMS, key="tune-file", label_visibility="collapsed"
    )
    if given is not None and st.session_state.get("tune-file-id") != given.file_id:
        table = offer.read(given.getvalue(), given.name)
        if isinstance(table, Words):
            return _refused(draft, table, lang)
        # Kept apart from the uploader, which forgets its file when another page is looked at.
        st.session_state.update({"tune-file-id": given.file_id, "tune-table": (given.name, table)})
    if "tune-table" not in st.session_state:
        return []
    name, table = st.session_state["tune-table"]
    st.caption(t("tune_file_rows", lang, name=name, rows=len(table.rows)))
    found = offer.prompts(table, *_columns(table, lang))
    return _refused(draft, found, lang) if isinstance(found, Words) else found


def _refused(draft: Draft, why: Words, lang: Lang) -> list[dict[str, str]]:
    draft.troubles.append(why)
    st.error(pick(why, lang))
    return []


def _columns(table: Table, lang: Lang) -> tuple[str, str | None, str | None]:
    """Which columns hold the prompts, their ids and their references; guessed by their names."""
    columns = list(table.columns)
    chosen: dict[str, str | None] = {}
    with st.container(horizontal=True):
        for part in ("prompt", "id", "reference"):
            key = f"tune-column-{part}"
            if st.session_state.get(key, "") not in (*columns, None):
                guess = next((each for each in columns if each.lower() == part), None)
                st.session_state[key] = columns[0] if part == "prompt" and not guess else guess
            chosen[part] = st.selectbox(
                t(f"tune_column_{part}", lang),
                columns,
                key=key,
                index=None,
                required=part == "prompt",
                placeholder=t("tune_column_none", lang),
                persist_state="session",
            )
    return chosen["prompt"] or columns[0], chosen["id"], chosen["reference"]


def _models(offer: Offer, lang: Lang) -> Sequence[str]:
    st.subheader(t("tune_models", lang), anchor=False)
    labels = model_labels(offer.catalogue, offer.emulated, lang)
    held = st.session_state.get("tune-models", [])
    chosen: list[str] = st.multiselect(
        t("tune_models", lang),
        list(dict.fromkeys([*labels, *held])),
        key="tune-models",
        format_func=lambda name: labels.get(name, name),
        placeholder=t("tune_models_placeholder", lang),
        label_visibility="collapsed",
        persist_state="session",
    )
    return chosen
