"""A batch under way or done in Streamlit: what it was made of, its cost, files to take away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

import streamlit as st

from panels import answer
from panels.streamlit_downloads import download_row
from panels.streamlit_runs import run_list
from panels.streamlit_tune_before import money
from panels.words import Lang, t

_FORMS: Mapping[str, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "jsonl": "application/jsonl",
}


class Totals(Protocol):
    """What all calls of a batch came to."""

    @property
    def input_tokens(self) -> int: ...
    @property
    def output_tokens(self) -> int: ...
    @property
    def cost(self) -> Mapping[str, Decimal]: ...
    @property
    def unpriced(self) -> int: ...
    @property
    def emulated(self) -> bool: ...


def heading(table: str, lang: Lang) -> bool:
    """The name of the batch's table; whether to go back to the list."""
    back = st.button(
        t("batch_all", lang), key="batch-back", icon=":material/arrow_back:", type="tertiary"
    )
    st.title(answer.plain(table), anchor=False)
    return back


def how(
    template: str, labels: Sequence[str], examples: Sequence[Sequence[str]], lang: Lang
) -> None:
    """What is asked and of whom, on demand."""
    with st.expander(t("batch_how", lang)):
        st.code(template, None, wrap_lines=True)
        for number, (question, said) in enumerate(examples, 1):
            st.caption(t("batch_example_question", lang, number=number))
            st.text(question)
            st.caption(t("batch_example_answer", lang, number=number))
            st.text(said)
        st.markdown("\n".join(f"- {answer.plain(label)}" for label in labels))


def retry(failed: int, told: Callable[[str], None], lang: Lang) -> None:
    """The button that has the failed rows asked again; `told` hears "retry"."""
    st.button(
        t("batch_retry", lang, count=f"{failed:,}"),
        key="batch-retry",
        icon=":material/replay:",
        help=t("batch_retry_help", lang),
        on_click=told,
        args=("retry",),
    )


def figures(totals: Totals, lang: Lang) -> None:
    """Tokens and cost of all calls, and whether they say nothing about real models."""
    said = t(
        "batch_tokens",
        lang,
        input=f"{totals.input_tokens:,}",
        output=f"{totals.output_tokens:,}",
    )
    key = "batch_cost_partly" if totals.cost and totals.unpriced else "batch_cost"
    cost = money(totals.cost, lang)
    st.caption(f"{said} · {t(key, lang, cost=cost, count=f'{totals.unpriced:,}')}")
    if totals.emulated:
        st.caption(f":orange[:material/info:] {t('tune_emulated_note', lang)}")


def downloads(exported: Callable[[str], bytes], name: str, lang: Lang) -> None:
    """Buttons that make a file when they are pressed."""
    download_row(
        exported,
        _FORMS,
        name,
        "batch-download",
        lambda form: t("batch_download", lang, form=form.upper()),
    )
    st.caption(t("batch_download_help", lang))


def batches(rows: Sequence[Mapping[str, Any]], lang: Lang) -> str | None:
    """Draw the list of batches, newest first; returns the id of the one to open."""
    if not rows:
        st.info(t("batch_none", lang))
        return None
    shown = [
        {
            t("tune_column_created", lang): row["created"],
            t("batch_column_table", lang): row["name"],
            t("batch_column_models", lang): row["models"],
            t("tune_column_state", lang): t(f"tune_state_{row['state']}", lang),
            t("tune_column_done", lang): f"{row['done']:,} / {row['done'] + row['open']:,}",
        }
        for row in rows
    ]
    return run_list(shown, [row["id"] for row in rows], "batch-list", lang)
