"""What calls cost, on the usage page: cards, figures, and the price table with its sources."""

from __future__ import annotations

from typing import get_args

import pandas as pd
import streamlit as st

from pages.usage_budgets import budgets
from pages.usage_shown import Shown
from panels import streamlit_usage as panel
from panels import streamlit_usage_tables as tables
from panels.usage_cards import cost as cost_text
from panels.usage_cards import count
from panels.usage_view import PER
from panels.words import t
from usage.charts_cost import cost_over_time
from usage.prices import Currency
from usage.summary import money

_FIELDS = ("model", "currency", "input", "output", "cached_input", "valid_from", "source")


def cost(shown: Shown) -> None:
    """Money over time in each currency, by model, what is not known, and the prices."""
    lang, prices = shown.lang, shown.desk.prices
    found = shown.series.costs(prices)
    for kind in shown.present(found):
        part = found[[each == kind for each in shown.kinds(found)]]
        _cards(kind, part, shown)
    if found["emulated"].any():
        st.caption(t("usage_cost_would", lang))
    budgets(shown)
    per = panel.choice("per", PER, "usage_per", lang)
    over_time = shown.series.costs(prices, "at")
    for column, currency in zip(st.columns(2), get_args(Currency), strict=True):
        with column:
            _figure(over_time, currency, per, shown)
    if found.empty:
        st.caption(t("usage_cost_none", lang))
    else:
        st.markdown(f"**{t('usage_cost_table', lang)}**")
        tables.costs(found, shown.kinds(found), lang)
    _prices(shown)


def _cards(kind: str, part: pd.DataFrame, shown: Shown) -> None:
    lang, unknown = shown.lang, int(part["unknown"].sum())
    texts = {
        "card_cost": cost_text(money(part), unknown, lang),
        "card_calls": count(int(part["calls"].sum())),
        "column_unknown": count(unknown),
    }
    panel.cards(kind, texts, lang, help_of=("card_cost",))
    if unknown:
        st.caption(t("usage_cost_some_unknown", lang, count=f"{unknown:,}"))


def _figure(over_time: pd.DataFrame, currency: str, per: str, shown: Shown) -> None:
    lang, width = shown.lang, shown.series.span.width
    said = (
        panel.width_said(max(width, pd.Timedelta(hours=1).to_pytimedelta()), lang)
        if per == "auto"
        else t(f"usage_one_{per[0]}", lang)
    )
    panel.figure(
        f"usage_money_{currency}",
        cost_over_time(over_time, currency, per, shown.words, shown.zone),
        lang,
        title=t("usage_money", lang, currency=currency),
        caption=t("usage_money_caption", lang, width=said),
        none=t("usage_money_none", lang),
    )


def _prices(shown: Shown) -> None:
    lang = shown.lang
    more = st.expander(t("usage_prices", lang), key="usage-price-table", on_change="rerun")
    if more.open:
        with more:
            st.caption(t("usage_prices_help", lang))
            rows = [
                {name: _cell(getattr(row, name)) for name in _FIELDS} for row in shown.desk.prices
            ]
            tables.prices(rows, lang)


def _cell(value: object) -> object:
    return value if value is None or isinstance(value, str) else _plain(value)


def _plain(value: object) -> object:
    text = str(value)
    return float(text) if text.replace(".", "").isdigit() else text
