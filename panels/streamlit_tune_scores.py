"""How a study's answers are scored: a row for each score, and which of them decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from backends import Words
from panels.streamlit_removable import removable
from panels.tune_draft import Draft, Option, Score
from panels.words import Lang, pick, t

_CHOSEN, _PRIMARY = "tune-scores", "tune-primary"


def choose_scores(
    draft: Draft, kinds: Mapping[str, Score], models: Mapping[str, str], lang: Lang
) -> None:
    """Draw the scores; puts them into the draft. `models` are the judges one can ask, labelled."""
    st.subheader(t("tune_scores", lang), anchor=False, help=t("tune_scores_help", lang))
    chosen: list[tuple[int, str]] = st.session_state.setdefault(_CHOSEN, [])
    forms: dict[int, dict[str, Any]] = {}
    for number, kind in chosen:
        with st.container(border=True, key=f"tune-score-{number}", gap="xsmall"):
            _head(number, kinds[kind], lang)
            forms[number] = {"kind": kind, **_value(number, kinds[kind], lang)}
            forms[number] |= _options(number, kinds[kind], models, lang)
    if len(forms) > 1:
        forms[_primary(forms, kinds, lang)]["primary"] = True
    draft.put(scores=list(forms.values()))
    _adder(kinds, lang)


def _head(number: int, kind: Score, lang: Lang) -> None:
    removable(pick(kind.label, lang), number, "tune-score-remove", _remove, lang)
    st.caption(pick(kind.help, lang))


def _value(number: int, kind: Score, lang: Lang) -> dict[str, str]:
    if kind.value == "none":
        return {}
    label = pick(kind.value_help or Words("", ""), lang)
    value = st.text_input(
        label or t("tune_score_value", lang),
        key=f"tune-score-value-{number}",
        placeholder=t("tune_score_optional", lang) if kind.value != "required" else label,
        persist_state="session",
    )
    return {"value": value} if value else {}


def _options(number: int, kind: Score, models: Mapping[str, str], lang: Lang) -> dict[str, Any]:
    found = {}
    with st.container(horizontal=True):
        for name, option in kind.options.items():
            if option.kind == "table":
                continue  # a mapping of parameters: for plans that are files
            value = _option(f"tune-score-{name}-{number}", name, option, models, lang)
            if value is not None and value != "" and value != option.default:
                found[name] = value
    return found


def _option(key: str, name: str, option: Option, models: Mapping[str, str], lang: Lang) -> Any:
    label = pick(option.label, lang)
    common: dict[str, Any] = {"label": label, "key": key, "persist_state": "session"}
    if key not in st.session_state:
        st.session_state[key] = option.default
    if option.kind == "switch":
        st.session_state[key] = bool(st.session_state[key])
        return st.toggle(**common)
    if option.kind == "choice":
        return st.selectbox(**common, options=list(option.choices), index=None, width=200)
    if name == "model":
        return st.selectbox(
            **common,
            options=list(models),
            index=None,
            format_func=lambda each: models.get(each, each),
            placeholder=t("tune_judge", lang),
            width=320,
        )
    if option.kind in ("int", "number"):
        return _number(common, option)
    st.session_state[key] = st.session_state[key] or ""
    return st.text_input(**common, width=320)


def _number(common: dict[str, Any], option: Option) -> Any:
    typed: Any = int if option.kind == "int" else float
    low, high = (None if end is None else typed(end) for end in (option.minimum, option.maximum))
    return st.number_input(
        **common, min_value=low, max_value=high, value=None, step=typed(1), width=160
    )


def _primary(forms: Mapping[int, Mapping[str, Any]], kinds: Mapping[str, Score], lang: Lang) -> int:
    if st.session_state.get(_PRIMARY) not in forms:
        st.session_state[_PRIMARY] = next(iter(forms))
    names = {
        number: pick(kinds[form["kind"]].label, lang)
        + (f": {form['value']}" if form.get("value") else "")
        for number, form in forms.items()
    }
    found: int = st.selectbox(
        t("tune_primary", lang),
        list(forms),
        key=_PRIMARY,
        format_func=names.__getitem__,
        help=t("tune_primary_help", lang),
        persist_state="session",
        width=320,
    )
    return found


def _adder(kinds: Mapping[str, Score], lang: Lang) -> None:
    st.selectbox(
        t("tune_score_add", lang),
        list(kinds),
        index=None,
        key="tune-add-score",
        placeholder=t("tune_score_add", lang),
        format_func=lambda kind: pick(kinds[kind].label, lang),
        label_visibility="collapsed",
        on_change=_add,
        width=320,
    )


def _add() -> None:
    kind = st.session_state["tune-add-score"]
    if kind is not None:
        number = 1 + max((number for number, _ in st.session_state[_CHOSEN]), default=0)
        st.session_state[_CHOSEN] = [*st.session_state[_CHOSEN], (number, kind)]
        st.session_state["tune-add-score"] = None


def _remove(number: int) -> None:
    held = st.session_state[_CHOSEN]
    st.session_state[_CHOSEN] = [(each, kind) for each, kind in held if each != number]
