"""Before a study runs: how many calls, what they cost, how long they take, what is not honoured.

Nothing starts but by this page's button.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

import streamlit as st

from backends import ParamTrace
from panels import answer
from panels.streamlit_details import markdown_table, sentence
from panels.words import Lang, pick, t


class Lost(Protocol):
    """A parameter that a model will not honour."""

    @property
    def model(self) -> str: ...
    @property
    def trace(self) -> ParamTrace: ...


class Estimate(Protocol):
    """What a study will take at most."""

    @property
    def calls(self) -> int: ...
    @property
    def judge_calls(self) -> int: ...
    @property
    def confirm_calls(self) -> int: ...
    @property
    def all_calls(self) -> int: ...
    @property
    def input_tokens(self) -> int: ...
    @property
    def output_tokens(self) -> int: ...
    @property
    def assumed(self) -> bool: ...
    @property
    def cost(self) -> Mapping[str, Decimal]: ...
    @property
    def unpriced(self) -> Sequence[str]: ...
    @property
    def seconds(self) -> float: ...
    @property
    def not_honoured(self) -> Sequence[Lost]: ...


def before(
    name: str,
    settings: Sequence[str],
    emulated: Sequence[str],
    estimate: Estimate,
    lang: Lang,
    notes: Sequence[str] = (),
) -> str | None:
    """Draw the page; returns "start" or "back" once that is pressed.

    `settings` are the labels of what is compared (none: they are found on the way); `emulated`
    are the models that an emulator answers for; `notes` are what else is to be known.
    """
    st.subheader(t("tune_before", lang), anchor=False)
    st.markdown(f"**{answer.plain(name)}**")
    if emulated:
        st.info(t("tune_before_emulated", lang, models=answer.plain(", ".join(emulated))))
    _figures(estimate, lang)
    _notes(estimate, lang)
    for note in notes:
        st.warning(note, icon=":material/info:")
    _honour(estimate.not_honoured, lang)
    if settings:
        with st.expander(t("tune_settings_count", lang, count=len(settings))):
            st.markdown(
                "\n".join(f"{n}. {answer.plain(each)}" for n, each in enumerate(settings, 1))
            )
    with st.container(horizontal=True):
        start = st.button(
            t("tune_start", lang, calls=f"{estimate.all_calls:,}"),
            key="tune-start",
            type="primary",
            icon=":material/play_arrow:",
        )
        back = st.button(t("tune_back", lang), key="tune-back", icon=":material/edit:")
    return "start" if start else "back" if back else None


def duration(seconds: float | None, lang: Lang) -> str:
    """About how long, in the largest unit that fits; unknown stays so."""
    if seconds is None:
        return answer.UNKNOWN
    for size, word in ((3600, "tune_hours"), (60, "tune_minutes")):
        if seconds >= size:
            count = seconds / size
            shown = f"{count:.0f}" if count >= 10 else f"{count:.1f}".removesuffix(".0")
            return t(word, lang, count=shown)
    return t("tune_seconds", lang, count=f"{max(seconds, 0):.0f}")


def money(cost: Mapping[str, Decimal], lang: Lang) -> str:
    """Amounts with their currencies; unknown where there is none."""
    parts = [f"{_amount(amount)} {name}" for name, amount in cost.items()]
    return " + ".join(parts) or t("unknown", lang)


def _amount(amount: Decimal) -> str:
    # Too little to show is not nothing.
    least = Decimal("0.0001")
    return f"< {least}" if 0 < amount < least else f"{amount:.4f}".rstrip("0").rstrip(".")


def _figures(estimate: Estimate, lang: Lang) -> None:
    about = "≈ " if estimate.assumed else ""
    figures = {
        "tune_figure_calls": f"{estimate.all_calls:,}",
        "tune_figure_input": f"{estimate.input_tokens:,}",
        "tune_figure_output": f"{about}{estimate.output_tokens:,}",
        "tune_figure_cost": money(estimate.cost, lang),
        "tune_figure_time": duration(estimate.seconds, lang),
    }
    with st.container(horizontal=True, key="tune-figures"):
        for key, figure in figures.items():
            st.metric(t(key, lang), figure, border=True, width=170, height="stretch")


def _notes(estimate: Estimate, lang: Lang) -> None:
    notes = []
    for key, count in (("judge", estimate.judge_calls), ("confirm", estimate.confirm_calls)):
        if count:
            notes.append(t(f"tune_note_{key}", lang, count=f"{count:,}"))
    if estimate.assumed:
        notes.append(t("tune_note_assumed", lang))
    if estimate.unpriced:
        names = answer.plain(", ".join(estimate.unpriced))
        notes.append(t("tune_note_unpriced", lang, models=names))
    notes.append(t("tune_note_time", lang))
    st.caption("  \n".join(notes))


def _honour(lost: Sequence[Lost], lang: Lang) -> None:
    if not lost:
        st.success(t("tune_all_honoured", lang), icon=":material/check:")
        return
    st.warning(t("tune_not_honoured", lang), icon=":material/warning:")
    markdown_table(
        [t("model", lang), t("account_parameter", lang), t("account_reason", lang)],
        [
            [
                answer.plain(each.model),
                f"`{each.trace.name}`",
                sentence(pick(each.trace.reason, lang)).replace("|", "\\|"),
            ]
            for each in lost
        ],
    )
