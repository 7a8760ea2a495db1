"""The rows of usage at a glance in Gradio: limits, errors and the latest calls as texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from panels import answer
from panels.usage_classes import error_class, unit
from panels.words import Lang, t


def who(row: Mapping[str, Any], lang: Lang) -> str:
    """The model of a row, which says so where it is emulated."""
    return f"{row['provider']}/{row['model']}{_mark(row, lang)}"


def limit_rows(rows: Iterable[Mapping[str, Any]], lang: Lang) -> list[dict[str, str]]:
    """`rows` have whose, emulated, unit, remaining, limit and share."""
    return [
        {
            t("column_model", lang): row["whose"] + _mark(row, lang),
            t("column_unit", lang): unit(row["unit"], lang),
            t("column_remaining", lang): _known(row["remaining"]),
            t("column_limit", lang): _known(row["limit"]),
            t("column_share", lang): answer.UNKNOWN
            if pd.isna(row["share"])
            else f"{row['share']:.0%}",
        }
        for row in rows
    ]


def error_rows(
    rows: Iterable[Mapping[str, Any]], said: Callable[[str, str, str], str], lang: Lang
) -> list[dict[str, str]]:
    """`rows` have calls, provider, model, emulated, error_class and error_code; `said` gives the
    sentence of a provider, class and code."""
    return [
        {
            t("column_calls", lang): f"{row['calls']:,}",
            t("column_model", lang): who(row, lang),
            t("column_class", lang): error_class(row["error_class"], lang),
            t("column_code", lang): row["error_code"] or answer.UNKNOWN,
            t("column_meaning", lang): said(row["provider"], row["error_class"], row["error_code"]),
        }
        for row in rows
    ]


def call_rows(rows: Iterable[Mapping[str, Any]], lang: Lang) -> list[dict[str, str]]:
    """`rows` are of `usage.search.Listing`, with `at` as the text of when each began."""
    return [
        {
            t("column_time", lang): row["at"],
            t("column_excerpt", lang): row["excerpt"],
            t("column_model", lang): who(row, lang),
            t("column_state", lang): t(f"state_{row['state']}", lang),
            t("column_input", lang): _tokens(row, "input_tokens"),
            t("column_output", lang): _tokens(row, "output_tokens"),
            t("column_total", lang): answer.seconds(row["total_time"], lang),
        }
        for row in rows
    ]


def _mark(row: Mapping[str, Any], lang: Lang) -> str:
    return f" ({t('mark_emulated', lang)})" if row["emulated"] else ""


def _tokens(row: Mapping[str, Any], name: str) -> str:
    """A count; one that no provider made says that it is an estimate."""
    known = _known(row[name])
    guessed = row["usage_source"] == "estimate" and known != answer.UNKNOWN
    return f"≈{known}" if guessed else known


def _known(number: Any) -> str:
    return answer.UNKNOWN if pd.isna(number) else f"{int(number):,}"
