"""Filling the form of a study from a plan: the example's, or that of a study there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from backends import CATALOGUE
from panels.bounds import NUMBERS
from panels.personas import PERSONAS
from panels.streamlit_tune_factors import SYSTEM, between
from panels.tune_levels import as_text
from panels.words import Lang, pick, t

_RULES = {
    "design": "tune-design",
    "repeats": "tune-repeats",
    "points": "tune-points",
    "budget_calls": "tune-budget",
    "delta": "tune-delta",
    "remeasure": "tune-remeasure",
    "holdout": "tune-holdout",
    "stop_early": "tune-stop-early",
    "concurrency": "tune-concurrency",
    "seed": "tune-seed",
    "against": "tune-against",
}


def example(lang: Lang) -> None:
    """Fill in a small study that runs at once, without a key."""
    fill(
        {
            "question": t("tune_example_question", lang),
            "prompts": [{"prompt": t(f"example_{number}", lang)} for number in range(1, 5)],
            "models": ["handbook/ngram"],
            "factors": {"temperature": [0.2, 1.2]},
            "repeats": 2,
            "remeasure": 2,
            "scores": [{"kind": "repetition", "primary": True}, {"kind": "length"}],
        },
        lang,
    )


def fill(form: Mapping[str, Any], lang: Lang) -> None:
    """Put a plan's values into the form; what the plan does not say is as in a new form."""
    for key in [key for key in st.session_state if str(key).startswith("tune-")]:
        del st.session_state[key]
    state: dict[str, Any] = {"tune-question": form.get("question") or form.get("name", "")}
    state |= _prompts(form["prompts"])
    state["tune-models"] = list(form["models"])
    state |= {key: form[name] for name, key in _RULES.items() if name in form}
    set_ = {name: [value] for name, value in form.get("params", {}).items()}
    if form.get(SYSTEM):
        set_[SYSTEM] = [form[SYSTEM]]
    set_ |= form.get("factors", {})
    state["tune-factors"] = list(set_)
    for name, values in set_.items():
        state |= _personas(values, lang) if name == SYSTEM else _values(name, values)
    state |= _scores(form.get("scores", ()))
    if promised := form.get("preregistered"):
        state |= {"tune-preregister": True, "tune-hypothesis": promised["hypothesis"]}
        state["tune-promised-n"] = promised.get("n")
    st.session_state.update(state)


def _prompts(prompts: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """As lines where each fits on one, else as rows of the table."""
    pairs = [(each["prompt"], each.get("reference") or "") for each in prompts]
    if any(set(text) & {"\n", "\r", "\t"} for pair in pairs for text in pair):
        rows = [{"prompt": prompt, "reference": reference} for prompt, reference in pairs]
        return {"tune-source": "editor", "tune-editor-rows": rows}
    lines = [f"{prompt}\t{reference}".rstrip("\t") for prompt, reference in pairs]
    return {"tune-source": "lines", "tune-lines": "\n".join(lines)}


def _personas(texts: Sequence[str], lang: Lang) -> dict[str, Any]:
    known = {pick(each.text, lang): each.key for each in PERSONAS}
    return {
        "tune-personas": [known[text] for text in texts if text in known],
        "tune-personas-own": between([text for text in texts if text not in known]),
    }


def _values(name: str, values: Any) -> dict[str, Any]:
    kind = CATALOGUE[name].kind
    if isinstance(values, Mapping):
        typed = int if kind == "int" else float
        ends = {f"tune-{end}-{name}": typed(values[end]) for end in ("minimum", "maximum")}
        return {f"tune-mode-{name}": "range", **ends}
    if kind in ("bool", "choice"):
        return {f"tune-chosen-{name}": list(values)}
    mode = {f"tune-mode-{name}": "levels"} if kind in NUMBERS else {}
    return {**mode, f"tune-levels-{name}": as_text(kind, values)}


def _scores(scores: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    state: dict[str, Any] = {"tune-scores": []}
    for number, score in enumerate(scores, 1):
        state["tune-scores"].append((number, score["kind"]))
        for name, value in score.items():
            if name == "primary" and value:
                state["tune-primary"] = number
            elif name not in ("kind", "primary"):
                state[f"tune-score-{name}-{number}"] = value
    return state
