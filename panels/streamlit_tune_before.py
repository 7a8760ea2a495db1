"""Before a study runs: how many calls, what they cost, how long they take, what is not honoured.

Nothing starts but by this page's button.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

import streamlit as st

from backends import ParamTrace
from panels import answer, usage_cards
from panels.streamlit_details import markdown_table, sentence
from panels.streamlit_tune_factors import SYSTEM
from panels.tune_draft import Count
from panels.words import WORDS, Lang, pick, t


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
        with st.expander(t("tune_settings_count", lang, count=Count(len(settings)))):
            st.markdown(
                "\n".join(f"{n}. {answer.plain(each)}" for n, each in enumerate(settings, 1))
            )
    with st.container(horizontal=True):
        start = st.button(
            t("tune_start", lang, calls=Count(estimate.all_calls)),
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
    tokens = {"input": estimate.input_tokens, "output": estimate.output_tokens}
    with st.container(horizontal=True, key="tune-figures"):
        _figure("calls", f"{estimate.all_calls:,}", lang)
        for name, count in tokens.items():
            sign = about if name == "output" else ""
            _figure(name, sign + usage_cards.count(count), lang, f"{sign}{count:,}")
        # A figure for each currency: together they are wider than a telephone.
        paid: list[Mapping[str, Decimal]] = [
            {name: amount} for name, amount in estimate.cost.items() if amount
        ]
        for cost in paid or [estimate.cost]:
            _cost(cost, estimate.unpriced, lang)
        _figure("time", duration(estimate.seconds, lang), lang)


def _cost(cost: Mapping[str, Decimal], unpriced: Sequence[str], lang: Lang) -> None:
    least = "≥ " if cost and unpriced else ""
    short = usage_cards.cost(cost, len(unpriced), lang)
    _figure("cost", short, lang, least + money(cost, lang))


def _figure(name: str, short: str, lang: Lang, full: str | None = None) -> None:
    """As wide as it is long; what is left out of it is in its help."""
    st.metric(
        t(f"tune_figure_{name}", lang),
        short,
        border=True,
        width="content",
        height="stretch",
        help=None if short == full else full,
    )


def _notes(estimate: Estimate, lang: Lang) -> None:
    notes = []
    for key, count in (("judge", estimate.judge_calls), ("confirm", estimate.confirm_calls)):
        if count:
            notes.append(t(f"tune_note_{key}", lang, count=Count(count)))
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
    unsent = [each for each in lost if _refused(each.trace)]
    if unsent:
        st.error(t("tune_not_sent", lang), icon=":material/block:")
        _reasons(unsent, lang)
    ignored = [each for each in lost if not _refused(each.trace)]
    if ignored:
        st.warning(t("tune_not_honoured", lang), icon=":material/warning:")
        _reasons(ignored, lang)


def _refused(trace: ParamTrace) -> bool:
    """Whether calls with it are refused before they are sent, instead of sent without it."""
    return trace.outcome == "out of range" or trace.name == SYSTEM


def _reasons(lost: Sequence[Lost], lang: Lang) -> None:
    # What is added here is sent: there is no switch as there is beside a chat.
    switch = pick(WORDS["tune_or_switch_off"], lang)
    markdown_table(
        [t("model", lang), t("account_parameter", lang), t("account_reason", lang)],
        [
            [
                answer.plain(each.model),
                t("persona", lang) if each.trace.name == SYSTEM else f"`{each.trace.name}`",
                sentence(pick(each.trace.reason, lang).replace(switch, "")).replace("|", "\\|"),
            ]
            for each in lost
        ],
    )
