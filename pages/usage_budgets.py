"""How the budgets of the user's price file stand, on the usage page."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from pages.usage_shown import Shown
from panels import answer
from panels.words import pick, t
from usage.budgets import STANDINGS, Row, load, standing
from usage.prices import PriceTrouble


def budgets(shown: Shown) -> None:
    """A bar for each budget, and a warning for each that is near or over; nothing without any.

    They are of real calls in their own period, whatever is filtered.
    """
    desk, lang = shown.desk, shown.lang
    try:
        listed = load(desk.budgets_file)
    except PriceTrouble as trouble:
        st.warning(pick(trouble.message, lang))
        return
    if not listed:
        return
    st.markdown(f"**{t('usage_budgets', lang)}**")
    st.caption(t("usage_budgets_help", lang))
    for row in standing(desk.store, listed, desk.prices, datetime.now(UTC)):
        said = _said(row, shown)
        if row.state in ("near", "over"):
            st.warning(said)
        st.progress(min(row.share, 1.0), said)


def _said(row: Row, shown: Shown) -> str:
    lang, budget = shown.lang, row.budget
    told = t(
        "usage_budget",
        lang,
        name=answer.plain(budget.name),
        used=f"{row.used:,.6g}",
        limit=f"{budget.limit:,}",
        unit=t(f"usage_unit_{budget.unit}", lang),
        per=t(f"usage_in_{budget.per}", lang),
        state=pick(STANDINGS[row.state], lang),
    )
    return told + (t("usage_budget_unknown", lang, count=row.unknown) if row.unknown else "")
