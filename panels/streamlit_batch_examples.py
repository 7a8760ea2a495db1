"""Questions with their answers that go before every row of a batch, in Streamlit."""

from __future__ import annotations

import itertools

import streamlit as st

from backends import Words
from panels.words import WORDS, Lang, t

_HELD = "batch-examples"
_numbers = itertools.count(1)


def add_example(question: str = "", answer: str = "") -> None:
    """One more example, at the end."""
    name = f"batch-example-{next(_numbers)}"
    st.session_state[_HELD] = [*_names(), name]
    st.session_state[f"{name}-question"] = question
    st.session_state[f"{name}-answer"] = answer


def clear_examples() -> None:
    """No examples."""
    st.session_state[_HELD] = []


def choose_examples(lang: Lang) -> tuple[list[tuple[str, str]], list[Words]]:
    """Draw them; returns question and answer of each, and sentences on those half written."""
    st.subheader(t("batch_examples", lang), anchor=False, help=t("batch_examples_help", lang))
    found, troubles = [], []
    for number, name in enumerate(_names(), 1):
        question, answer = _example(number, name, lang)
        found.append((question, answer))
        if not question.strip() or not answer.strip():
            troubles.append(WORDS["batch_example_incomplete"].format(number=number))
    st.button(
        t("batch_example_add", lang),
        key="batch-example-add",
        icon=":material/add:",
        type="tertiary",
        on_click=add_example,
    )
    return found, troubles


def _names() -> list[str]:
    names: list[str] = st.session_state.get(_HELD, [])
    return names


def _example(number: int, name: str, lang: Lang) -> tuple[str, str]:
    with st.container(horizontal=True, vertical_alignment="center", key=f"{name}-box"):
        said = [
            st.text_area(
                t(f"batch_example_{part}", lang, number=number),
                key=f"{name}-{part}",
                height=90,
                persist_state="session",
                width=width,
            )
            for part, width in (("question", 460), ("answer", 260))
        ]
        st.button(
            "",
            key=f"{name}-remove",
            icon=":material/delete:",
            type="tertiary",
            help=t("batch_example_remove", lang, number=number),
            on_click=_remove,
            args=(name,),
        )
    return said[0] or "", said[1] or ""


def _remove(name: str) -> None:
    st.session_state[_HELD] = [each for each in _names() if each != name]
