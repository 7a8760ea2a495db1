"""The filters of the usage page: drawn in the sidebar, told in one line above the figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from panels import answer
from panels.streamlit_usage_address import change, held, key
from panels.usage_view import ALL, DAYS, KINDS, TIMES, View
from panels.words import Lang, t

_TIMES = (*TIMES, DAYS)
_STATES = (
    "ok", "length", "partial", "cancelled", "failed", "unknown", "refused", "interrupted", "sent",
)  # fmt: skip
_NAMED = ("run", "tag", "user", "credential")


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be chosen: providers by name with their labels, models, and recent names."""

    providers: Mapping[str, str]
    models: Sequence[str]
    runs: Mapping[str, str]
    tags: Sequence[str]
    users: Sequence[str]
    credentials: Sequence[str]


def filters(offer: Offer, lang: Lang) -> None:
    """Draw the filters; what is chosen is in the view that `held` returns."""
    st.subheader(t("usage_filters", lang), anchor=False)
    view = held()
    _one("time", t("filter_time", lang), _TIMES, lambda each: _time(each, lang), lang)
    if view.time == DAYS:
        first, last = st.columns(2)
        with first:
            _day("first", lang)
        with last:
            _day("last", lang)
    _one("kind", t("filter_emulated", lang), KINDS, lambda kind: t(f"kind_{kind}", lang), lang)
    labels = offer.providers
    _several("provider", t("provider", lang), labels, lambda name: labels.get(name, name), lang)
    _several("model", t("usage_models", lang), offer.models, str, lang)
    _several("state", t("usage_states", lang), _STATES, lambda each: t(f"state_{each}", lang), lang)
    some = any(getattr(view, name) for name in _NAMED)
    with st.expander(t("usage_more_filters", lang), expanded=some):
        runs = offer.runs
        _one("run", t("usage_run", lang), list(runs), lambda run: runs.get(run, run), lang)
        _one("tag", t("usage_tag", lang), offer.tags, str, lang)
        _one("user", t("usage_user", lang), offer.users, str, lang)
        help_ = t("usage_credential_help", lang)
        _one("credential", t("usage_credential", lang), offer.credentials, str, lang, help_)


def told(view: View, offer: Offer, lang: Lang) -> None:
    """Say in one line what is left out, with a way to show everything; nothing if nothing is."""
    parts = _told(view, offer, lang)
    if not parts:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="usage-only"):
        what = " · ".join(answer.plain(part) for part in parts)
        st.caption(t("usage_filtered", lang, what=what), width="content")
        st.button(
            t("usage_clear", lang),
            key="usage-clear",
            type="tertiary",
            icon=":material/filter_alt_off:",
            on_click=clear,
        )


def clear() -> None:
    """Show all calls; the section and what is set in it stay."""
    view = held()
    change(
        replace(
            View(),
            view=view.view,
            per=view.per,
            by=view.by,
            measure=view.measure,
            sort=view.sort,
            up=view.up,
            q=view.q,
        )
    )


def turn_back() -> None:
    """What narrows the list begins it at its first page again."""
    st.session_state[key("page")] = st.session_state[key("reach")] = 1


def _told(view: View, offer: Offer, lang: Lang) -> list[str]:
    days = [day.isoformat() if day else t("usage_any_day", lang) for day in (view.first, view.last)]
    when = t("usage_days_shown", lang, first=days[0], last=days[1])
    return [
        *([] if view.time == ALL else [when if view.time == DAYS else _time(view.time, lang)]),
        *([t(f"kind_{view.kind}", lang)] if view.kind else []),
        *(offer.providers.get(name, name) for name in view.provider),
        *view.model,
        *(t(f"state_{state}", lang) for state in view.state),
        *([f"{t('usage_run', lang)} {offer.runs.get(view.run, view.run)}"] if view.run else []),
        *([f"{t('usage_tag', lang)} {view.tag}"] if view.tag else []),
        *([f"{t('usage_user', lang)} {view.user}"] if view.user else []),
        *([f"{t('usage_credential', lang)} {view.credential}"] if view.credential else []),
    ]


def _one(
    name: str, label: str, options: Sequence[str], said: Callable[[str], str], lang: Lang,
    help_: str | None = None,
) -> None:  # fmt: skip
    # A link may name what is not among the latest: it is a choice all the same.
    value = st.session_state.get(key(name))
    offered = list(options) if value is None else list(dict.fromkeys((*options, value)))
    # What is held is the default too, for the reason told at `streamlit_values.show`.
    st.selectbox(
        label,
        offered,
        None if value is None else offered.index(value),
        key=key(name),
        format_func=said,
        placeholder=t("filter_all", lang),
        help=help_,
        persist_state="session",
        on_change=turn_back,
    )


def _several(
    name: str, label: str, options: Sequence[str] | Mapping[str, str], said: Callable[[str], str],
    lang: Lang,
) -> None:  # fmt: skip
    chosen = st.session_state.get(key(name), [])
    st.multiselect(
        label,
        list(dict.fromkeys((*options, *chosen))),
        chosen,
        key=key(name),
        format_func=said,
        placeholder=t("filter_all", lang),
        persist_state="session",
        on_change=turn_back,
    )


def _day(name: str, lang: Lang) -> None:
    st.date_input(
        t(f"usage_{name}", lang),
        st.session_state.get(key(name)),
        key=key(name),
        format="YYYY-MM-DD",
        persist_state="session",
        on_change=turn_back,
    )


def _time(time: str, lang: Lang) -> str:
    own = {"month": "usage_month", DAYS: "usage_days"}
    return t(own.get(time, f"filter_{time}"), lang)
