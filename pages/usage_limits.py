"""Rate limits on the usage page, by model and key: what is left, how it came and went, who sends
none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd
import streamlit as st

from pages.usage_shown import Shown
from panels import answer
from panels import streamlit_usage as panel
from panels import streamlit_usage_tables as tables
from panels.streamlit_usage_address import key
from panels.words import t
from usage import frames
from usage.charts_limits import headroom_over_time, limit_over_time
from usage.limits import Refill, headroom, refills, whose
from usage.tally import KEYED, LINE

_OBSERVED = 500
_SPANS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}
_BY_KIND = {"requests": "usage_limit_requests", "tokens": "usage_limit_tokens"}


def limits(shown: Shown) -> None:
    """Headroom of all models, the limits of one on a time axis, and what is left now."""
    lang, found = shown.lang, shown.series.limits()
    found = found.assign(whose=whose(found, shown.words["key_unknown"]))
    drawn = headroom_over_time(found, shown.words)
    panel.figure("usage_headroom", drawn, lang)
    if not found.empty:
        _table(shown, found)
        _one_model(shown, found)
    _no_headers(shown)


def _table(shown: Shown, found: pd.DataFrame) -> None:
    lang = shown.lang
    rows = headroom(found).sort_values("share", ignore_index=True)
    rows = _counted(_counted(rows, shown.series.refusals(), "calls", "refused", KEYED),
                    shown.series.waits(), "waits", "waits", KEYED)  # fmt: skip
    rows["at"] = rows["at"].dt.tz_convert(shown.zone)
    latest = frames.calls_frame(shown.desk.store, shown.which, _OBSERVED)
    seen = refills(frames.limits_frame(latest))
    st.markdown(f"**{t('usage_limits_table', lang)}**")
    tables.limits(rows, [_seen(seen, row, shown) for row in rows.itertuples()], lang)
    st.caption(t("usage_limits_table_caption", lang, count=_OBSERVED))


def _seen(seen: dict[tuple[str, bool, str, str], Refill], row: object, shown: Shown) -> str | None:
    provider, model, emulated, *rest = (getattr(row, name) for name in (*KEYED, "unit"))
    credential, unit = map(str, rest)
    found = seen.get((f"{provider}/{model}", bool(emulated), credential, unit))
    if found is None:
        return None
    within = answer.seconds(found.within, shown.lang)
    return t("usage_refill_within", shown.lang, seconds=within, count=found.seen)


def _counted(
    rows: pd.DataFrame, found: pd.DataFrame, column: str, name: str, by: Sequence[str] = LINE
) -> pd.DataFrame:
    """The rows with how many there were of each line, 0 where there were none."""
    sums = found.groupby([*by], as_index=False)[[column]].sum().rename(columns={column: name})
    merged = rows.merge(sums, on=[*by], how="left")
    return merged.assign(**{name: merged[name].fillna(0).astype("int64")})


def _one_model(shown: Shown, found: pd.DataFrame) -> None:
    lang = shown.lang
    names = found["whose"].value_counts().index.tolist()
    if shown.view.line not in names:
        st.session_state[key("line")] = names[0]
    chosen = st.selectbox(
        t("usage_limits_line", lang), names, key=key("line"), persist_state="session", width=360
    )
    part = found[found["whose"] == chosen]
    refusals, waits = (
        frame.merge(part[[*KEYED]].drop_duplicates(), on=[*KEYED])
        for frame in (shown.series.refusals(), shown.series.waits())
    )
    for column, unit in zip(st.columns(2), _BY_KIND, strict=True):
        with column:
            drawn = limit_over_time(part, refusals, waits, unit, shown.words)
            name = _BY_KIND[unit]
            caption, none = t("usage_limit_caption", lang), t("usage_limit_none", lang)
            panel.figure(name, drawn, lang, caption=caption, none=none)


def _no_headers(shown: Shown) -> None:
    """Providers that were asked and sent no limits: unknown, and told by our own count."""
    heads, lang = shown.series.headers(), shown.lang
    none = heads[(heads["with_limits"] == 0) & (heads["answered"] > 0)].reset_index(drop=True)
    own = shown.desk.built_in
    none = none[~none["provider"].isin(own)].reset_index(drop=True)
    if none.empty:
        return
    rows = _counted(none, shown.series.refusals(), "calls", "refused")
    for name, span in _SPANS.items():
        which = replace(shown.which, since=datetime.now(UTC) - span, until=None)
        rows = _counted(rows, frames.totals(shown.desk.store, which), "calls", name)
    st.markdown(f"**{t('usage_no_headers', lang)}**")
    st.caption(t("usage_no_headers_caption", lang))
    tables.own_counts(rows, lang)
