"""The sections of the usage page that draw figures; each is given what is shown."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import streamlit as st

from backends import find_row, sentence_of
from pages.usage_money import cost_card
from pages.usage_shown import Shown
from panels import answer
from panels import streamlit_usage as panel
from panels import streamlit_usage_tables as tables
from panels.usage_view import BY, MEASURES, PER
from panels.words import pick, t
from usage import charts, frames
from usage.charts_speed import distribution, quantiles_over_time
from usage.charts_tokens import tokens_over_time
from usage.series import View as Series

TROUBLE = ("failed", "refused", "partial", "unknown", "interrupted")
_SINGLE = 150
_APART = ("length", "cancelled", "partial", "refused")


def overview(shown: Shown) -> None:
    """Cards for each kind of answerer, tokens over time, and a row for each model."""
    totals = shown.series.totals()
    for kind in shown.present(totals):
        which = shown.which.of_kind(kind, shown.desk.built_in)
        _cards(kind, Series(shown.desk.store, which), shown)
    _over_time(shown, "kind", "auto")
    tables.totals(totals, shown.kinds(totals), shown.lang)


def _cards(kind: str, series: Series, shown: Shown) -> None:
    totals, states, lang = series.totals(), series.states(), shown.lang
    first = series.latency("time_to_first_token")
    troubled = states.loc[states["state"].isin(TROUBLE), "calls"]
    median = None if first.empty else float(first["p50"].iloc[0])
    panel.cards(
        kind,
        {
            "card_calls": (panel.count(totals["calls"]), None),
            "card_input": (panel.count(totals["input_tokens"]), None),
            "card_output": (panel.count(totals["output_tokens"]), None),
            "card_trouble": (panel.count(troubled, 0), t("card_trouble_help", lang)),
            "card_first_short": (answer.seconds(median, lang), None),
            "card_cost": (cost_card(series, shown), t("card_cost_help", lang)),
        },
        lang,
    )


def tokens(shown: Shown) -> None:
    """Tokens by hour and day, and of the latest calls one by one."""
    lang = shown.lang
    with st.container(horizontal=True):
        by = panel.choice("by", BY, "usage_by", lang)
        per = panel.choice("per", PER, "usage_per", lang)
    _over_time(shown, by, per)
    latest = frames.calls_frame(shown.desk.store, shown.which, _SINGLE)
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
    return t(f"usage_time_{per[0]}", shown.lang, count=1)


def speed(shown: Shown) -> None:
    """Quantiles over time, the distribution, and a row for each model."""
    lang = shown.lang
    measure = panel.choice("measure", MEASURES, "usage_measure", lang)
    unit = t("unit_per_second" if measure == "tokens_per_second" else "seconds", lang)
    over_time = quantiles_over_time(
        shown.series.latency(measure, "at"), unit, shown.words, shown.zone
    )
    spread = distribution(shown.series.distribution(measure, "provider"), unit, shown.words)
    caption = t("usage_quantiles_caption", lang, width=width(shown, "auto"))
    left, right = st.columns(2)
    with left:
        panel.figure("usage_quantiles", over_time, lang, caption=caption)
    with right:
        panel.figure("usage_distribution", spread, lang)
    tables.latency(shown.series.latency(measure, "provider", "model"), lang)


def errors(shown: Shown) -> None:
    """What went wrong by class and code, with its sentence; what is no failure stands apart."""
    lang, found, states = shown.lang, shown.series.errors(), shown.series.states()
    st.markdown(f"**{t('usage_apart', lang)}**")
    with st.container(horizontal=True):
        for state in _APART:
            some = states.loc[states["state"] == state, "calls"]
            name = t(f"usage_apart_{state}", lang)
            st.metric(name, panel.count(some, 0), border=True)
    st.markdown(f"**{t('usage_errors_table', lang)}**")
    if found.empty:
        st.success(t("usage_errors_none", lang), icon=":material/check:")
        return
    tables.errors(_rows(shown, found), lang)


def _rows(shown: Shown, found: pd.DataFrame) -> list[tuple[int, str, str, str, str]]:
    """One row for each code of a provider, whichever of its models and states it came with."""
    calls: Counter[tuple[str, bool, str, str]] = Counter()
    models: dict[tuple[str, bool, str, str], dict[str, None]] = {}
    columns = ("provider", "emulated", "error_class", "error_code", "model", "calls")
    for *key, model, count in zip(*(found[name] for name in columns), strict=True):
        row = (str(key[0]), bool(key[1]), str(key[2]), str(key[3]))
        calls[row] += int(count)
        models.setdefault(row, {})[str(model)] = None
    mark = f" ({t('mark_emulated', shown.lang)})"
    return [
        (
            count,
            f"{provider}/{', '.join(models[provider, emulated, kind, code])}{mark * emulated}",
            kind,
            code,
            _sentence(shown, provider, kind, code),
        )
        for (provider, emulated, kind, code), count in calls.most_common()
    ]


def _sentence(shown: Shown, provider: str, kind: str, code: str) -> str:
    """What a code means and what to do, by its provider's table; else what its class means."""
    known = shown.desk.catalogue.providers.get(provider)
    row = find_row(known.errors, code) if known is not None and code else None
    if row is not None:
        return pick(row.cause.then(row.todo), shown.lang)
    return pick(sentence_of(kind), shown.lang)
