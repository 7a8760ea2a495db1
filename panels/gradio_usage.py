"""Usage at a glance in Gradio: cards, tokens per call, rate limits. Figures come from outside."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

import gradio as gr

from panels import answer
from panels.gradio_page import word
from panels.words import Lang, t

SECONDS = 2


@dataclass(frozen=True, slots=True)
class Totals:
    """What the cards say; None is unknown and shown so."""

    calls: int = 0
    emulated: int = 0
    input_tokens: int | None = None
    output_tokens: int | None = None
    failed: int = 0
    first: float | None = None


@dataclass(frozen=True, slots=True)
class Glance:
    """Everything the page shows; a figure is None while there is nothing to draw."""

    totals: Totals
    tokens: Any
    requests: Any
    token_limits: Any


@dataclass(frozen=True, slots=True)
class UsagePanel:
    """The widgets; `outputs` are what `drawn` updates, `timer` ticks while the page is seen."""

    timer: Any
    outputs: list[Any]


def usage_panel() -> UsagePanel:
    """Draw the page, empty."""
    gr.Markdown(word("usage_caption"), elem_classes="quiet")
    cards = gr.HTML(elem_id="cards", padding=False, apply_default_css=False)
    empty = gr.Markdown(word("usage_empty"), elem_id="usage-empty")
    plots = [
        widget
        for key in ("chart_tokens", "chart_limits_requests", "chart_limits_tokens")
        for widget in _plot(key)
    ]
    no_limits = gr.Markdown(word("chart_limits_none"), visible=False, elem_classes="quiet")
    return UsagePanel(gr.Timer(SECONDS, active=False), [cards, empty, *plots, no_limits])


def _plot(key: str) -> tuple[Any, Any]:
    """A heading and its chart; Gradio's own label would lie over the legend."""
    heading = gr.Markdown(word(key), visible=False, elem_classes="chart-heading")
    return heading, gr.Plot(
        label=word(key),
        show_label=False,
        visible=False,
        container=False,
        elem_id=key.replace("_", "-"),
    )


def drawn(glance: Glance, lang: Lang) -> list[Any]:
    """Updates of `outputs`."""
    figures = (glance.tokens, glance.requests, glance.token_limits)
    limits = glance.requests is not None or glance.token_limits is not None
    return [
        cards(glance.totals, lang),
        gr.update(visible=glance.tokens is None and not glance.totals.calls),
        *(update for figure in figures for update in _chart(figure)),
        gr.update(visible=bool(glance.totals.calls) and not limits),
    ]


def _chart(figure: Any) -> tuple[Any, Any]:
    has = figure is not None
    return gr.update(visible=has), gr.update(value=figure, visible=has)


def cards(totals: Totals, lang: Lang) -> str:
    """The metric cards as HTML; every text in it is escaped."""
    note = t("mark_emulated", lang) + f" {totals.emulated}" if totals.emulated else ""
    return (
        '<div class="cards">'
        + "".join(
            (
                _card(t("card_calls", lang), f"{totals.calls:,}", note),
                _card(t("card_input", lang), _count(totals.input_tokens)),
                _card(t("card_output", lang), _count(totals.output_tokens)),
                _card(t("card_first", lang), answer.seconds(totals.first, lang)),
                _card(t("card_failed", lang), f"{totals.failed:,}"),
            )
        )
        + "</div>"
    )


def _card(name: str, figure: str, note: str = "") -> str:
    return (
        f'<div class="card"><div class="name">{html.escape(name)}</div>'
        f'<div class="figure">{html.escape(figure)}</div>'
        f'<div class="note">{html.escape(note)}</div></div>'
    )


def _count(tokens: int | None) -> str:
    return answer.UNKNOWN if tokens is None else f"{tokens:,}"
