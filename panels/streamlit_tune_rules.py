"""How a study is made and when it ends: design, repeats, budget, and what is promised before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from panels.tune_draft import Draft, Score
from panels.words import WORDS, Lang, pick, t

_DESIGNS = ("grid", "sobol", "adaptive")
_NUMBER = 170


def rules(draft: Draft, kinds: Mapping[str, Score], lang: Lang) -> None:
    """Draw the rules; puts them into the draft."""
    st.subheader(t("tune_design", lang), anchor=False)
    _design(draft, kinds, lang)
    with st.container(horizontal=True):
        draft.put(
            repeats=_whole("tune-repeats", "tune_repeats", lang, 3),
            points=None
            if draft.form["design"] == "grid"
            else _whole("tune-points", "tune_points", lang, 16, low=2, high=1000),
            budget_calls=_whole("tune-budget", "tune_budget", lang),
            delta=_delta(draft, kinds, lang),
            remeasure=_whole("tune-remeasure", "tune_remeasure", lang, 2, low=0),
        )
    st.session_state.setdefault("tune-stop-early", True)
    with st.container(horizontal=True):
        draft.form["stop_early"] = st.toggle(
            t("tune_stop_early", lang),
            key="tune-stop-early",
            help=t("tune_stop_early_help", lang),
            persist_state="session",
        )
        promised = st.toggle(
            t("tune_preregister", lang),
            key="tune-preregister",
            help=t("tune_preregister_help", lang),
            persist_state="session",
        )
    if promised:
        _promise(draft, kinds, lang)
    with st.expander(t("tune_more", lang)):
        draft.put(
            holdout=_whole("tune-holdout", "tune_holdout", lang, low=0, empty="tune_holdout_none"),
            concurrency=_whole("tune-concurrency", "tune_concurrency", lang, 4, high=128),
            seed=_whole("tune-seed", "tune_seed", lang, 0, low=0),
        )


def _design(draft: Draft, kinds: Mapping[str, Score], lang: Lang) -> None:
    st.session_state.setdefault("tune-design", "grid")
    chosen = st.segmented_control(
        t("tune_design", lang),
        _DESIGNS,
        required=True,
        key="tune-design",
        format_func=lambda each: t(f"tune_design_{each}", lang),
        label_visibility="collapsed",
        persist_state="session",
    )
    draft.form["design"] = chosen or "grid"
    st.caption(t(f"tune_design_{draft.form['design']}_help", lang))
    others = _labels(draft.form.get("scores", []), kinds, lang)
    if chosen == "adaptive" and len(others) > 1:
        against = st.selectbox(
            t("tune_against", lang),
            list(others),
            index=None,
            key="tune-against",
            format_func=others.__getitem__,
            help=t("tune_against_help", lang),
            placeholder=t("tune_against_none", lang),
            persist_state="session",
            width=320,
        )
        draft.put(against=against)


def _delta(draft: Draft, kinds: Mapping[str, Score], lang: Lang) -> float | None:
    usual = next((kinds[score["kind"]].delta for score in _deciding(draft)), None)
    found: float | None = st.number_input(
        t("tune_delta", lang),
        min_value=0.0,
        value=None,
        step=0.01,
        format="%.4g",
        key="tune-delta",
        placeholder=t("tune_delta_none", lang) if usual is None else f"{usual:g}",
        help=t("tune_delta_help", lang),
        persist_state="session",
        width=_NUMBER,
    )
    if found == 0:
        draft.troubles.append(WORDS["tune_delta_zero"])
    return found or None


def _promise(draft: Draft, kinds: Mapping[str, Score], lang: Lang) -> None:
    with st.container(border=True):
        hypothesis = st.text_input(
            t("tune_hypothesis", lang),
            key="tune-hypothesis",
            placeholder=t("tune_hypothesis_placeholder", lang),
            persist_state="session",
        )
        with st.container(horizontal=True):
            labels = _labels(_deciding(draft), kinds, lang)
            metric = next(iter(labels), "")
            st.text_input(t("tune_metric", lang), labels.get(metric, "–"), disabled=True, width=240)
            count = _whole("tune-promised-n", "tune_promised_n", lang, empty="tune_not_said")
    if not hypothesis:
        draft.troubles.append(WORDS["tune_needs_hypothesis"])
    if not metric:
        draft.troubles.append(WORDS["tune_needs_score"])
    form: dict[str, Any] = {"hypothesis": hypothesis or "", "metric": metric}
    form |= {"delta": draft.form["delta"]} if "delta" in draft.form else {}
    form |= {} if count is None else {"n": count}
    draft.put(preregistered=form)


def _deciding(draft: Draft) -> list[dict[str, Any]]:
    """The score that decides, if there is any."""
    scores: list[dict[str, Any]] = draft.form.get("scores", [])
    return [score for score in scores if score.get("primary")] or scores[:1]


def _labels(scores: list[dict[str, Any]], kinds: Mapping[str, Score], lang: Lang) -> dict[str, str]:
    """The names that a plan gives scores, and what they are called."""
    found = {}
    for score in scores:
        value = f":{score['value']}" if score.get("value") else ""
        found[score["kind"] + value] = pick(kinds[score["kind"]].label, lang) + value
    return found


def _whole(
    key: str,
    word: str,
    lang: Lang,
    usual: int | None = None,
    low: int = 1,
    high: int | None = None,
    empty: str = "tune_no_limit",
) -> int | None:
    st.session_state.setdefault(key, usual)
    found: int | None = st.number_input(
        t(word, lang),
        min_value=low,
        max_value=high,
        value=None,
        step=1,
        key=key,
        help=t(f"{word}_help", lang),
        placeholder=t(empty, lang),
        persist_state="session",
        width=_NUMBER,
    )
    return found
