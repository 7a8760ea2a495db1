"""The sections of the usage page that draw figures; each is given what is shown."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import streamlit as st

from pages.usage_budgets import budgets
from pages.usage_shown import Shown
from panels import streamlit_usage as panel
from panels import streamlit_usage_tables as tables
from panels.usage_cards import card_texts
from panels.usage_cards import count as count_text
from panels.usage_classes import meaning
from panels.usage_view import BY, MEASURES, PER
from panels.words import t
from usage import charts, frames
from usage.charts_speed import distribution, quantiles_over_time
from usage.charts_tokens import tokens_over_time
from usage.series import View as Series
from usage.summary import summary

_SINGLE = 150
_APART = ("length", "cancelled", "partial", "refused")


def overview(shown: Shown) -> None:
    """Cards for each kind of answerer, tokens over time, and a row for each model."""
    totals = shown.series.totals()
    for kind in shown.present(totals):
        which = shown.which.of_kind(kind, shown.desk.built_in)
        _cards(kind, Series(shown.desk.store, which), shown)
    budgets(shown)
    _over_time(shown, "kind", "auto")
    tables.totals(totals, shown.kinds(totals), shown.lang)


def _cards(kind: str, series: Series, shown: Shown) -> None:
    texts = card_texts(summary(series, shown.desk.prices), shown.lang)
    panel.cards(kind, texts, shown.lang, help_of=("card_trouble", "card_cost"))


def tokens(shown: Shown) -> None:
    """Tokens by hour and day, and of the latest calls one by one."""
    lang = shown.lang
    with st.container(horizontal=True):
        by = panel.choice("by", BY, "usage_by", lang)
        per = panel.choice("per", PER, "usage_per", lang)
    _over_time(shown, by, per)
    latest = frames.calls_frame(shown.desk.store, shown.which, _SINGLE)
    latest["state"] = [t(f"state_{state}", lang) for state in latest["state"]]
    caption = t("usage_per_call_caption", lang, count=_SINGLE)
    drawn = charts.tokens_figure(latest, shown.words)
    panel.figure("usage_per_call", drawn, lang, caption=caption)
    totals = shown.series.totals()
    tables.totals(totals, shown.kinds(totals), lang)


def _over_time(shown: Shown, by: str, per: str) -> None:
    drawn = tokens_over_time(shown.series.tokens(), by, per, shown.words, shown.zone)
    caption = t("usage_over_time_caption", shown.lang, width=width(shown, per))
    panel.figure("usage_over_time", drawn, shown.lang, caption=caption)


def width(shown: Shown, per: str) -> str:
    """How much time a bar or point stands for."""
    if per == "auto":
        return panel.width_said(shown.series.span.width, shown.lang)
    return t(f"usage_one_{per[0]}", shown.lang)


def speed(shown: Shown) -> None:
    """Quantiles over time, the distribution, and a row for each model."""
    lang = shown.lang
    measure = panel.choice("measure", MEASURES, "usage_measure", lang)
    unit = t("unit_per_second" if measure == "tokens_per_second" else "seconds", lang)
    over_time = quantiles_over_time(shown.series.latency(measure, "at"), unit, shown.words)
    spread = distribution(shown.series.distribution(measure, "provider"), unit, shown.words)
    caption = t("usage_quantiles_caption", lang, width=width(shown, "auto"))
    left, right = st.columns(2)
    with left:
        panel.figure("usage_quantiles", over_time, lang, caption=caption)
    with right:
        panel.figure("usage_distribution", spread, lang)
    tables.latency(shown.series.latency(measure, "provider", "model"), unit, lang)


def errors(shown: Shown) -> None:
    """What went wrong by class and code, with its sentence; what is no provider's stands first."""
    lang, found, states = shown.lang, shown.series.errors(), shown.series.states()
    st.markdown(f"**{t('usage_apart', lang)}**")
    with st.container(horizontal=True):
        for state in _APART:
            some = int(states.loc[states["state"] == state, "calls"].sum())
            name = t(f"usage_apart_{state}", lang)
            st.metric(name, count_text(some), border=True)
    st.markdown(f"**{t('usage_errors_table', lang)}**")
    if found.empty:
        st.success(t("usage_errors_none", lang), icon=":material/check:")
        return
    tables.errors(_rows(shown, found), lang)


def _rows(shown: Shown, found: pd.DataFrame) -> list[tuple[int, str, str, str, str]]:
    """One row for each code of a provider, whichever of its models and states it came with."""
    calls: Counter[tuple[str, bool, str, str]] = Counter()
    columns = ("provider", "emulated", "error_class", "error_code", "calls")
    for *key, count in zip(*(found[name] for name in columns), strict=True):
        calls[str(key[0]), bool(key[1]), str(key[2]), str(key[3])] += int(count)
    mark = f" ({t('mark_emulated', shown.lang)})"
    return [
        (
            count,
            provider + mark * emulated,
            kind,
            code,
            meaning(shown.desk.catalogue, provider, kind, code, shown.lang),
        )
        for (provider, emulated, kind, code), count in calls.most_common()
    ]
