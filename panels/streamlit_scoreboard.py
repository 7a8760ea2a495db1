"""The scoreboard in Streamlit: one of real answers or of emulated ones, never of both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from backends import Words
from panels import answer
from panels.streamlit_charts import draw
from panels.streamlit_details import cell_text, markdown_table
from panels.streamlit_downloads import download_row
from panels.words import Lang, pick, t

_COUNTS = ("votes", "wins", "losses", "ties", "both_bad")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One scoreboard as it is drawn.

    `rows` have label, group, strength, low, high and the counts of votes; `warnings` are to be
    heeded, `notes` to be known.
    """

    figure: Any
    rows: Sequence[Mapping[str, Any]]
    warnings: Sequence[Words]
    notes: Sequence[Words]


def scoreboard(
    sheets: Mapping[str, Callable[[], Sheet]],
    mixed: int,
    exported: Callable[[str], str],
    lang: Lang,
) -> None:
    """Draw one of the sheets, by who answered: "live" or "emulated".

    `mixed` is how many votes were between a real and an emulated answer; `exported` makes the
    text of a file of all votes, by its form.
    """
    if not sheets and not mixed:
        st.caption(t("board_empty", lang))
        return
    if sheets:
        chosen = st.segmented_control(
            t("board_kind", lang),
            list(sheets),
            default=next(iter(sheets)),
            key="board-kind",
            format_func=lambda kind: t(f"kind_{kind}", lang),
            required=True,
            label_visibility="collapsed",
        )
        _sheet(sheets[chosen or next(iter(sheets))](), lang)
    if mixed:
        st.caption(t("board_mixed", lang, count=mixed))
    _downloads(exported, lang)


def _sheet(sheet: Sheet, lang: Lang) -> None:
    for warning in sheet.warnings:
        st.warning(answer.answer_markdown(pick(warning, lang)))
    draw("board", sheet.figure, lang)
    groups = len({row["group"] for row in sheet.rows}) > 1
    heads = ["", t("board_label", lang), t("board_strength", lang), t("board_interval", lang)]
    heads += [t(f"board_{name}", lang) for name in _COUNTS]
    markdown_table(
        [t("board_group", lang) if groups else "#", *heads[1:]],
        [
            [
                str(row["group"] + 1 if groups else place),
                cell_text(row["label"]),
                _points(row["strength"]),
                f"[{_points(row['low'])},\u00a0{_points(row['high'])}]",
                *(str(row[name]) for name in _COUNTS),
            ]
            for place, row in enumerate(sheet.rows, start=1)
        ],
    )
    st.caption("  \n".join(answer.answer_markdown(pick(note, lang)) for note in sheet.notes))


def _points(value: float | None) -> str:
    return answer.UNKNOWN if value is None else f"{value:.0f}"


def _downloads(exported: Callable[[str], str], lang: Lang) -> None:
    forms = {"csv": "text/csv", "jsonl": "application/jsonl"}
    key, name = "download-votes", "tunedesk-votes"
    download_row(exported, forms, name, key, lambda form: t(f"download_votes_{form}", lang))
