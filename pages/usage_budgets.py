"""How the budgets of the user's price file and the free tiers stand, on the usage page."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from pages.usage_shown import Shown
from panels import answer
from panels.words import pick, t
from usage.budgets import STANDINGS, Row, load, standing
from usage.prices import PriceTrouble


def budgets(shown: Shown) -> None:
    """A bar for each budget and free tier in use, a warning for each that is near or over.

    They are of real calls in their own period, whatever is filtered.
    """
    desk, lang = shown.desk, shown.lang
    try:
        listed = load(desk.budgets_file)
    except PriceTrouble as trouble:
        st.warning(pick(trouble.message, lang))
        return
    rows = standing(desk.store, listed, desk.prices, datetime.now(UTC))
    if not rows:
        return
    st.markdown(f"**{t('usage_budgets', lang)}**")
    st.caption(t("usage_budgets_help", lang))
    for row in rows:
        said = _said(row, shown)
        if row.state in ("near", "over"):
            st.warning(said)
        st.progress(min(row.share, 1.0), said)


def _said(row: Row, shown: Shown) -> str:
    lang, budget = shown.lang, row.budget
    told = t(
        "usage_free" if budget.free else "usage_budget",
        lang,
        name=answer.plain(_name(row, shown)),
        used=f"{row.used:,.6g}",
        limit=f"{budget.limit:,}",
        unit=t(f"usage_unit_{budget.unit}", lang),
        per=t(f"usage_in_{budget.per}", lang),
        state=pick(STANDINGS[row.state], lang),
        source=budget.source,
        since=budget.valid_from,
    )
    return told + (t("usage_budget_unknown", lang, count=row.unknown) if row.unknown else "")


def _name(row: Row, shown: Shown) -> str:
    """What a budget is called; a free tier as its provider, where it has no name of its own."""
    provider = shown.desk.catalogue.providers.get(row.budget.name)
    return pick(provider.label, shown.lang) if row.budget.free and provider else row.budget.name
