"""The tables of the usage page in Streamlit; frames come from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from panels import answer
from panels.markdown import JOINER, whole_words
from panels.streamlit_details import cell_text, markdown_table, sentence
from panels.usage_classes import error_class, unit
from panels.words import Lang, t

_SHOWN, _MOST_ERRORS = 12, 20
# Pixels: so narrow, what a limit leaves and who was refused fit beside each other.
_BAR, _NUMBER = 110, 76
_TOKENS = {
    "input_tokens": "column_input",
    "output_tokens": "column_output",
    "reasoning_tokens": "column_reasoning",
    "cached_tokens": "column_cached",
}


def draw(key: str, shown: pd.DataFrame, config: Mapping[str, Any] | None = None) -> None:
    """Draw a table that grows with its rows and then scrolls."""
    rows = min(len(shown), _SHOWN)
    st.dataframe(
        shown,
        key=key,
        hide_index=True,
        placeholder=answer.UNKNOWN,
        height=38 + 35 * rows,
        column_config=dict(config or {}),
    )


def totals(frame: pd.DataFrame, kinds: Sequence[str], lang: Lang) -> None:
    """Calls and tokens by model; `kinds` says of each row who answered."""
    st.markdown(f"**{t('usage_by_model_table', lang)}**")
    shown = pd.DataFrame(
        {
            t("column_model", lang): frame["provider"] + "/" + frame["model"],
            t("column_kind", lang): [t(f"kind_{kind}", lang) for kind in kinds],
            t("column_calls", lang): frame["calls"],
            **{t(word, lang): frame[name] for name, word in _TOKENS.items()},
        }
    )
    draw("usage-totals", shown.sort_values(t("column_calls", lang), ascending=False), _whole(shown))


def latency(frame: pd.DataFrame, unit: str, lang: Lang) -> None:
    """Quantiles of one measure, in this unit, by provider and model."""
    shown = pd.DataFrame(
        {
            t("column_model", lang): who(frame, lang),
            t("column_calls", lang): frame["calls"],
            **{f"{name} ({unit})": frame[name].round(3) for name in ("p50", "p95", "p99")},
        }
    )
    draw(
        "usage-latency",
        shown.sort_values(t("column_calls", lang), ascending=False),
        _whole(shown),
    )


def limits(frame: pd.DataFrame, seen: Sequence[str | None], lang: Lang) -> None:
    """What is left of each limit of a frame with `whose`; `seen` says of each row how soon it came
    back."""
    share = st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1, width=_BAR)
    shown = pd.DataFrame(
        {
            t("column_model", lang): who(frame, lang, "whose"),
            t("column_unit", lang): [unit(each, lang) for each in frame["unit"]],
            t("column_remaining", lang): frame["remaining"],
            t("column_limit", lang): frame["limit"],
            t("column_share", lang): frame["share"],
            t("column_lowest", lang): frame["lowest"],
            t("column_refused", lang): frame["refused"],
            t("column_waits", lang): frame["waits"],
            t("column_refill", lang): list(seen),
            t("column_last", lang): frame["at"].dt.strftime("%m-%d %H:%M"),
        }
    )
    lowest = st.column_config.NumberColumn(format="percent", width=_NUMBER)
    own = {t("column_share", lang): share, t("column_lowest", lang): lowest}
    draw("usage-limits", shown, own | _whole(shown, _NUMBER))


def own_counts(frame: pd.DataFrame, lang: Lang) -> None:
    """Our own count for those who send no limits: calls, and those of the last minute and hour."""
    shown = pd.DataFrame(
        {
            t("column_model", lang): who(frame, lang),
            t("column_minute", lang): frame["minute"],
            t("column_hour", lang): frame["hour"],
            t("column_calls", lang): frame["answered"],
            t("column_refused", lang): frame["refused"],
        }
    )
    draw("usage-own-counts", shown, _whole(shown))


def errors(rows: Sequence[tuple[int, str, str, str, str]], lang: Lang) -> None:
    """Errors as (calls, who, class, code, sentence), the most frequent first; sentences wrap.

    Few columns, or a phone would have no room for the sentence.
    """
    words = [JOINER.join(t(f"column_{name}", lang)) for name in ("calls", "error", "meaning")]
    lines = [
        (
            cell_text(f"{calls:,}"),
            cell_text(whole_words(" · ".join(filter(None, (who, error_class(kind, lang), code))))),
            sentence(said).replace("|", "\\|"),
        )
        for calls, who, kind, code, said in rows[:_MOST_ERRORS]
    ]
    markdown_table(words, lines)
    if len(rows) > _MOST_ERRORS:
        st.caption(t("usage_errors_more", lang, count=len(rows) - _MOST_ERRORS))


def costs(frame: pd.DataFrame, kinds: Sequence[str], lang: Lang) -> None:
    """Money by model and currency; unknown is a word and never 0."""
    unknown = t("usage_cost_unknown", lang)
    shown = pd.DataFrame(
        {
            t("column_model", lang): frame["provider"] + "/" + frame["model"],
            t("column_kind", lang): [t(f"kind_{kind}", lang) for kind in kinds],
            t("column_calls", lang): frame["calls"],
            t("column_cost", lang): frame["amount"].astype("Float64"),
            t("column_currency", lang): [
                each or (unknown if calls else t("billed_no", lang))
                for each, calls in zip(frame["currency"], frame["unknown"], strict=True)
            ],
            t("column_unknown", lang): frame["unknown"],
        }
    )
    money = st.column_config.NumberColumn(format="%.4f")
    draw("usage-costs", shown, {**_whole(shown), t("column_cost", lang): money})


def prices(rows: Sequence[Mapping[str, Any]], lang: Lang) -> None:
    """The price table: its rows are under the names of `usage.price_rows.Price`."""
    link = st.column_config.LinkColumn(display_text=r"https?://([^/]+)")
    words = {
        "model": "column_model", "currency": "column_currency", "input": "column_in_price",
        "output": "column_out_price", "cached_input": "column_cached_price",
        "valid_from": "column_from", "source": "column_source",
    }  # fmt: skip
    shown = pd.DataFrame([{t(words[name], lang): row[name] for name in words} for row in rows])
    draw("usage-prices", shown, {t("column_source", lang): link})


def who(frame: pd.DataFrame, lang: Lang, named: str | None = None) -> list[str]:
    """The model of each row, or what its column `named` calls it; it says where it is emulated."""
    mark = f" ({t('mark_emulated', lang)})"
    names = frame[named] if named else frame["provider"] + "/" + frame["model"]
    return [
        f"{name}{mark if emulated else ''}"
        for name, emulated in zip(names, frame["emulated"], strict=True)
    ]


def _whole(shown: pd.DataFrame, width: int | None = None) -> dict[str, Any]:
    """Thousands are set apart in columns of whole numbers."""
    numbers = shown.select_dtypes("integer").columns
    return {name: st.column_config.NumberColumn(format="localized", width=width)
            for name in numbers}  # fmt: skip
