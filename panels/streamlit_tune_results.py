"""What came of a study in Streamlit: verdicts in words, the table of settings, figures, files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from panels import answer
from panels.streamlit_address import remember
from panels.streamlit_charts import draw
from panels.streamlit_downloads import download_row
from panels.words import Lang, t

VIEWS = ("verdict", "plots", "answers", "plan")
_FORMS = {"json": "application/json", "csv": "text/csv", "toml": "application/toml"}
_INTERVAL = "95 %"
_WIDE = ("front", "parallel")
_PAIRED = frozenset({"interaction", "heat", "contour"})
# Two factors, and what quality is drawn against; "" where a study has none.
Chosen = tuple[str, str, str]


def choose_view(lang: Lang) -> str:
    """Draw the choice of what to look at, kept in the address."""
    linked = st.query_params.get("view", VIEWS[0])
    chosen = st.segmented_control(
        t("tune_view_verdict", lang),
        VIEWS,
        default=linked if linked in VIEWS else VIEWS[0],
        required=True,
        key="tune-view",
        format_func=lambda view: t(f"tune_view_{view}", lang),
        label_visibility="collapsed",
    )
    found = chosen or VIEWS[0]
    if st.query_params.get("view", VIEWS[0]) != found:
        remember("view", found)
    return found


def chart(name: str, figure: Any, lang: Lang) -> None:
    """Draw one figure, if there is anything in it."""
    if figure.data:
        draw(f"tune_chart_{name}", figure, lang)


def missing(table: pd.DataFrame, lang: Lang) -> None:
    """Say how many calls gave nothing to score, if any did."""
    trouble = int(table["trouble"].sum())
    called = trouble + int(table["answers"].sum())
    if trouble:
        st.warning(t("tune_missing", lang, missing=f"{trouble:,}", share=f"{trouble / called:.1%}"))


def settings_table(table: pd.DataFrame, primary: str, lang: Lang) -> None:
    """Draw a row for each setting; scores are means, the deciding one with its interval."""
    st.subheader(t("tune_settings", lang), anchor=False)
    scores = [name for name in table if name not in _OWN]
    shown = pd.DataFrame({t("tune_column_setting", lang): table["name"]})
    for score in sorted(scores, key=lambda name: name != primary):
        shown[score] = table[score].round(4)
        if score == primary:
            shown[_INTERVAL] = [
                f"[{low:.3g}, {high:.3g}]" if pd.notna(low) else answer.UNKNOWN
                for low, high in zip(table["low"], table["high"], strict=True)
            ]
    planned = zip(table["answers"], table["planned"], strict=True)
    shown[t("tune_column_answers", lang)] = [f"{answers} / {all_}" for answers, all_ in planned]
    shown[t("tune_column_trouble", lang)] = table["trouble"]
    shown[t("tune_column_tokens", lang)] = table["output_tokens"]
    shown[t("tune_column_seconds", lang)] = table["seconds"].round(2)
    st.dataframe(
        shown,
        hide_index=True,
        placeholder=answer.UNKNOWN,
        column_config={_INTERVAL: st.column_config.TextColumn(width=130)},
    )


def figures(
    drawn: Mapping[str, Callable[[Chosen], Any]],
    factors: Sequence[str],
    prices: Sequence[str],
    lang: Lang,
) -> None:
    """Draw the figures: the wide ones below two columns, each under the shorter of the two.

    `factors` and `prices` are what may be chosen for those that draw two factors, or quality
    against a price.
    """
    chosen = _choose(factors if _PAIRED & set(drawn) else (), prices, "front" in drawn, lang)
    columns, heights = st.columns(2), [0, 0]
    for name in (name for name in drawn if name not in _WIDE):
        figure = drawn[name](chosen)
        place = heights.index(min(heights))
        heights[place] += (figure.layout.height or 300) + 120
        with columns[place]:
            draw(f"tune_chart_{name}", figure, lang)
    for name in (name for name in drawn if name in _WIDE):
        draw(f"tune_chart_{name}", drawn[name](chosen), lang)


def exports(exported: Callable[[str], str], name: str, lang: Lang) -> None:
    """Buttons that make a file when they are pressed."""
    download_row(exported, _FORMS, name, "tune-export", lambda f: t(f"tune_export_{f}", lang))
    st.caption(t("tune_export_help", lang))


_OWN = (
    "name", "planned", "answers", "trouble", "output_tokens", "seconds", "low", "high",
)  # fmt: skip


def _choose(factors: Sequence[str], prices: Sequence[str], front: bool, lang: Lang) -> Chosen:
    across = other = against = ""
    with st.container(horizontal=True):
        if factors:
            across = _one("across", factors, str, lang)
            other = _one("lines", [name for name in factors if name != across], str, lang)
        if front:
            against = _one("against", prices, lambda name: t(f"axis_{name}", lang), lang)
    return across, other, against


def _one(key: str, names: Sequence[str], label: Callable[[str], str], lang: Lang) -> str:
    if st.session_state.get(f"tune-factor-{key}") not in names:
        st.session_state[f"tune-factor-{key}"] = names[0]
    found: str = st.selectbox(
        t(f"tune_factor_{key}", lang),
        names,
        key=f"tune-factor-{key}",
        format_func=label,
        persist_state="session",
        width=240,
    )
    return found
