"""What a batch still lacks, what is to be known before it runs, and a small one to try."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from backends import Words
from panels import answer
from panels.streamlit_batch_examples import add_example, clear_examples
from panels.streamlit_batch_table import Read, hold
from panels.words import WORDS, Lang, pick, t
from panels.words_batch import EXAMPLE, EXAMPLE_NAME, EXAMPLE_TEMPLATE, EXAMPLE_TURN

_NAMED_ROWS = 5


def missing(table: bool, form: Mapping[str, Any]) -> list[Words]:
    """Sentences on what is not there yet; without a `table` nothing else is asked for."""
    if not table:
        return [WORDS["batch_needs_table"]]
    needs = {"batch_needs_template": form["template"].strip(), "batch_needs_models": form["models"]}
    return [WORDS[key] for key, there in needs.items() if not there]


def notes(gaps: Mapping[str, Sequence[int]], renamed: Mapping[str, str], lang: Lang) -> list[str]:
    """Rows without a value for a field, and result columns whose name the table has already."""
    said = [
        t(
            "batch_gaps",
            lang,
            column=answer.plain(column),
            count=f"{len(rows):,}",
            rows=", ".join(map(str, rows[:_NAMED_ROWS])) + ("…" if len(rows) > _NAMED_ROWS else ""),
        )
        for column, rows in gaps.items()
    ]
    clashes = [
        t("batch_clash", lang, plain=answer.plain(plain), name=answer.plain(name))
        for plain, name in renamed.items()
    ]
    return said + clashes


def example(read: Read, lang: Lang) -> None:
    """Fill the form with a small table that runs at once, without a key."""
    name, data = pick(EXAMPLE_NAME, lang), pick(EXAMPLE, lang).encode()
    table = read(data, name, None)
    if isinstance(table, Words):
        raise ValueError(table.en)  # our own table is readable
    hold(name, data, table)
    st.session_state["batch-template"] = pick(EXAMPLE_TEMPLATE, lang)
    clear_examples()
    add_example(*(pick(part, lang) for part in EXAMPLE_TURN))
