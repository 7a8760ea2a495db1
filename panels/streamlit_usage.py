"""The usage page in Streamlit: filters, cards, charts. Frames and figures come from outside.

Only that page imports this module: pandas and plotly cost the chat page a second and 100 MB.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from backends import Catalogue
from panels import answer
from panels.models import built_in
from panels.streamlit_charts import PLOTLY
from panels.words import Lang, pick, t

_ALL = ""
KINDS = ("live", "emulated", "built_in")
_TIMES = {
    "filter_all": None,
    "filter_hour": timedelta(hours=1),
    "filter_day": timedelta(days=1),
    "filter_week": timedelta(days=7),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls the page shows; None means all."""

    since: datetime | None
    provider: str | None
    kind: str | None

    @property
    def emulated(self) -> bool | None:
        """What the kind says about the store's emulated flag."""
        return None if self.kind is None else self.kind == "emulated"


def heading(lang: Lang) -> None:
    """The page's name and what it is for."""
    st.title(t("usage_title", lang), anchor=False)
    st.caption(t("usage_caption", lang))


def filters(catalogue: Catalogue, lang: Lang) -> Wanted:
    """Draw the filters; returns what is chosen."""
    labels = {name: pick(each.label, lang) for name, each in catalogue.providers.items()}
    span = st.selectbox(
        t("filter_time", lang),
        list(_TIMES),
        key="usage-time",
        format_func=lambda key: t(key, lang),
        persist_state="session",
    )
    every = {_ALL: t("filter_all", lang)}
    labels = {**every, **labels}
    kinds = {**every, **{kind: t(f"kind_{kind}", lang) for kind in KINDS}}
    name = st.selectbox(
        t("provider", lang),
        list(labels),
        key="usage-provider",
        format_func=lambda key: labels[key],
        persist_state="session",
    )
    kind = st.selectbox(
        t("filter_emulated", lang),
        list(kinds),
        key="usage-kind",
        format_func=lambda key: kinds[key],
        persist_state="session",
    )
    length = _TIMES[span]
    return Wanted(
        None if length is None else datetime.now(UTC) - length,
        None if name == _ALL else name,
        None if kind == _ALL else kind,
    )


@st.fragment(run_every="2s")
def redraw_when(changed: Callable[[], bool]) -> None:
    """Look every two seconds, and draw the page again only when there is something new."""
    if changed():
        st.rerun()


def with_kinds(frame: pd.DataFrame, catalogue: Catalogue, wanted: Wanted) -> pd.DataFrame:
    """The frame with a column "kind", of the wanted kind alone."""
    own = {name for name, each in catalogue.providers.items() if built_in(each)}
    kinds = [
        "emulated" if emulated else "built_in" if provider in own else "live"
        for emulated, provider in zip(frame["emulated"], frame["provider"], strict=True)
    ]
    frame = frame.assign(kind=pd.Series(kinds, index=frame.index, dtype=object))
    if wanted.kind is not None:
        frame = frame[frame["kind"] == wanted.kind]
    return frame.reset_index(drop=True)


def empty(any_calls: bool, lang: Lang) -> None:
    """Say why there is nothing to draw."""
    st.info(t("usage_nothing_matches" if any_calls else "usage_empty", lang))


def cards(totals: pd.DataFrame, trouble: pd.DataFrame, frame: pd.DataFrame, lang: Lang) -> None:
    """A row of figures for each kind of answerer: real and emulated are never added up."""
    for kind in KINDS:
        part = totals[totals["kind"] == kind]
        if part.empty:
            continue
        st.markdown(f"**{t(f'kind_{kind}', lang)}**")
        first = frame.loc[frame["kind"] == kind, "time_to_first_token"].astype(float).median()
        figures = {
            "card_calls": _count(part["calls"]),
            "card_input": _count(part["input_tokens"]),
            "card_output": _count(part["output_tokens"]),
            "card_failed": _count(trouble.loc[trouble["kind"] == kind, "calls"], 0),
            "card_first_short": answer.seconds(None if math.isnan(first) else first, lang),
        }
        with st.container(horizontal=True, key=f"cards-{kind}"):
            for key, figure in figures.items():
                st.metric(t(key, lang), figure, border=True, width=142, height="stretch")


def chart(key: str, figure: Any, lang: Lang) -> None:
    """A figure with its name and a sentence on how to read it; or why there is none."""
    with st.container(border=True, key=key, height="stretch"):
        st.markdown(f"**{t(key, lang)}**")
        if not figure.data:
            st.caption(t(_missing(key), lang))
            return
        # A name on two lines fits a phone; the long ones would be cut.
        figure.for_each_trace(lambda trace: trace.update(name=trace.name.replace(" · ", "<br>")))
        # Room for the legend, which takes a line and more for each name on a phone.
        figure.update_layout(height=280 + 22 * len(figure.data))
        # Without words of its own, so that no month stands there in English.
        figure.update_xaxes(
            tickformatstops=[
                {"dtickrange": [None, 86_400_000], "value": "%H:%M:%S"},
                {"dtickrange": [86_400_000, None], "value": "%m-%d"},
            ]
        )
        st.plotly_chart(figure, key=f"{key}-figure", config=PLOTLY, alt=t(_alt(key), lang))
        st.caption(t(_caption(key), lang))


def _count(column: pd.Series, nothing: int | None = None) -> str:
    known = column.dropna()
    if known.empty:
        return answer.UNKNOWN if nothing is None else f"{nothing:,}"
    return f"{int(known.sum()):,}"


def _alt(key: str) -> str:
    return "chart_limits_alt" if key.startswith("chart_limits") else f"{key}_alt"


def _missing(key: str) -> str:
    return "chart_limits_missing" if key.startswith("chart_limits") else f"{key}_none"


def _caption(key: str) -> str:
    return "chart_limits_caption" if key.startswith("chart_limits") else f"{key}_caption"
