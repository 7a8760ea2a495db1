"""What a study sets: a row for each parameter, and for the persona.

One value is the same in every call; several, or a range, are what the study compares.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import streamlit as st

from backends import CATALOGUE, ModelSpec, Words
from panels import knobs, tune_draft
from panels.bounds import NUMBERS
from panels.knobs import Knob
from panels.personas import PERSONAS
from panels.streamlit_removable import removable
from panels.tune_draft import Draft
from panels.tune_levels import LevelTrouble, as_text, levels
from panels.words import WORDS, Lang, pick, t

SYSTEM = "system"
_CHOSEN = "tune-factors"
_BETWEEN = re.compile(r"^\s*-{3,}\s*$", re.MULTILINE)


def choose_factors(draft: Draft, models: Sequence[ModelSpec], lang: Lang) -> None:
    """Draw the rows; puts what is compared and what is the same into the draft."""
    st.subheader(t("tune_factors", lang), anchor=False, help=t("tune_factors_help", lang))
    chosen: list[str] = st.session_state.setdefault(_CHOSEN, [])
    drawn = {knob.name: knob for knob in knobs.union(models)}
    varied: dict[str, Any] = {}
    same: dict[str, Any] = {}
    for name in chosen:
        with st.container(border=True, key=f"tune-factor-{name}", gap="xsmall"):
            removable(_label(name, lang), name, "tune-remove", _remove, lang)
            found = _personas(lang) if name == SYSTEM else _values(draft, drawn[name], models, lang)
        if isinstance(found, dict) or len(found) > 1:
            varied[name] = found
        elif found:
            same[name] = found[0]
        else:
            draft.troubles.append(_empty(name))
    draft.put(factors=varied, system=same.pop(SYSTEM, ""), params=same)
    _adder([name for name in (*CATALOGUE, SYSTEM) if name not in chosen], models, lang)


def _empty(name: str) -> Words:
    called = WORDS["persona"] if name == SYSTEM else Words(name, name)
    said = zip(WORDS["tune_factor_empty"], called, strict=True)
    return Words(*(text.format(name=each) for text, each in said))


def _adder(free: list[str], models: Sequence[ModelSpec], lang: Lang) -> None:
    """A list to choose the next from; those that some model takes come first."""
    known = [name for name in free if name == SYSTEM or tune_draft.takes(models, CATALOGUE[name])]
    others = [name for name in free if name not in known] if models else []
    not_taken = t("tune_factor_not_taken", lang)
    st.selectbox(
        t("tune_factor_add", lang),
        [*(known or free), *others],
        index=None,
        key="tune-add-factor",
        placeholder=t("tune_factor_add", lang),
        format_func=lambda name: _label(name, lang) + (not_taken if name in others else ""),
        label_visibility="collapsed",
        on_change=_add,
        width=320,
    )


def _add() -> None:
    name = st.session_state["tune-add-factor"]
    if name is not None:
        st.session_state[_CHOSEN] = [*st.session_state[_CHOSEN], name]
        st.session_state["tune-add-factor"] = None


def _remove(name: str) -> None:
    st.session_state[_CHOSEN] = [each for each in st.session_state[_CHOSEN] if each != name]


def _values(
    draft: Draft, knob: Knob, models: Sequence[ModelSpec], lang: Lang
) -> list[Any] | dict[str, float]:
    """The levels of a parameter, or the ends of its range."""
    if knob.kind in NUMBERS and _ranged(knob, lang):
        found: list[Any] | dict[str, float] = _range(draft, knob, lang)
    elif knob.kind == "bool":
        found = _several(knob, {True: t("yes", lang), False: t("no", lang)}, lang)
    elif knob.kind == "choice":
        found = _several(knob, {word: word for word in knob.choices}, lang)
    else:
        found = _typed(draft, knob, lang)
    st.caption(_documented(knob, models, lang))
    return found


def _ranged(knob: Knob, lang: Lang) -> bool:
    st.session_state.setdefault(f"tune-mode-{knob.name}", "levels")
    chosen = st.segmented_control(
        t("tune_levels_or_range", lang),
        ["levels", "range"],
        required=True,
        key=f"tune-mode-{knob.name}",
        format_func=lambda each: t(f"tune_{each}", lang),
        label_visibility="collapsed",
        persist_state="session",
    )
    return chosen == "range"


def _typed(draft: Draft, knob: Knob, lang: Lang) -> list[Any]:
    draw: Any = st.text_input if knob.kind in NUMBERS else st.text_area
    number = "number" if knob.kind in NUMBERS else "text"
    text = draw(
        t("tune_levels", lang),
        key=f"tune-levels-{knob.name}",
        placeholder=t(f"tune_levels_{number}", lang, example=_example(knob)),
        label_visibility="collapsed",
        persist_state="session",
    )
    try:
        return levels(knob.kind, text or "")
    except LevelTrouble as trouble:
        draft.troubles.append(trouble.message)
        st.warning(pick(trouble.message, lang))
        return []


def _example(knob: Knob) -> str:
    if knob.kind not in NUMBERS or not knob.slides:
        return "512, 1024" if knob.kind == "int" else ""
    low, high = float(knob.minimum), float(min(knob.maximum, 1 if knob.kind == "float" else 64))
    return as_text(knob.kind, [low + (high - low) * share for share in (0.2, 0.6, 1.0)])


def _range(draft: Draft, knob: Knob, lang: Lang) -> dict[str, float]:
    ends = {}
    with st.container(horizontal=True):
        for end, usual in (("minimum", knob.minimum), ("maximum", knob.maximum)):
            key = f"tune-{end}-{knob.name}"
            st.session_state.setdefault(key, usual)
            ends[end] = st.number_input(
                t(f"tune_{end}", lang), key=key, step=knob.step, width=160, persist_state="session"
            )
    if ends["minimum"] >= ends["maximum"]:
        trouble = WORDS["tune_range_order"].format(name=knob.name)
        draft.troubles.append(trouble)
        st.warning(pick(trouble, lang))
    st.caption(t("tune_range_help", lang))
    return ends


def _several(knob: Knob, words: dict[Any, str], lang: Lang) -> list[Any]:
    key = f"tune-chosen-{knob.name}"
    st.session_state.setdefault(key, list(words))
    chosen: list[Any] = st.multiselect(
        t("tune_levels", lang),
        list(words),
        key=key,
        format_func=lambda value: words.get(value, str(value)),
        label_visibility="collapsed",
        persist_state="session",
    )
    return chosen


def _personas(lang: Lang) -> list[str]:
    titles = {each.key: pick(each.title, lang) for each in PERSONAS}
    texts = {each.key: pick(each.text, lang) for each in PERSONAS}
    chosen = st.multiselect(
        t("persona_library", lang),
        list(titles),
        key="tune-personas",
        format_func=titles.__getitem__,
        placeholder=t("persona_library", lang),
        label_visibility="collapsed",
        persist_state="session",
    )
    own = st.text_area(
        t("persona_own", lang),
        key="tune-personas-own",
        height=80,
        placeholder=t("tune_personas_own", lang),
        label_visibility="collapsed",
        persist_state="session",
    )
    parts = (part.strip() for part in _BETWEEN.split(own or ""))
    return list(dict.fromkeys([*(texts[key] for key in chosen), *filter(None, parts)]))


def between(texts: Sequence[str]) -> str:
    """Personas of one's own as the form holds them: parted by a line of dashes."""
    return "\n---\n".join(texts)


def _documented(knob: Knob, models: Sequence[ModelSpec], lang: Lang) -> str:
    """The range that each model documents; a line each where they differ."""
    said = {}
    for model in models:
        own = next(each for each in knobs.knobs(model) if each.name == knob.name)
        said[model.label] = pick(own.limits, lang) if own.enabled else t("tune_not_taken", lang)
    return " · ".join(
        f"{name}: {words or t('range_unknown', lang)}" for name, words in said.items()
    )


def _label(name: str, lang: Lang) -> str:
    return t("persona", lang) if name == SYSTEM else pick(CATALOGUE[name].label, lang)
