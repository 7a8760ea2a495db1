"""Usage at a glance in Gradio: cards, tokens per hour, limits, errors, the latest calls.

Figures and rows come from outside.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from panels.gradio_details import table_html
from panels.gradio_page import word
from panels.words import Lang, t

SECONDS = 2
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Glance:
    """Everything the page shows, of some days. A figure is None while there is nothing to draw.

    `cards` are, for each kind of answerer, names of words and their figures as text.
    """

    any_calls: bool
    cards: Mapping[str, Mapping[str, str]]
    tokens: Any
    headroom: Any
    limits: Rows
    errors: Rows
    latest: Rows


@dataclass(frozen=True, slots=True)
class UsagePanel:
    """The widgets; `outputs` are what `drawn` updates, `timer` ticks while the page is seen."""

    timer: Any
    outputs: list[Any]


def usage_panel(full: str | None = None, *, own: bool = False) -> UsagePanel:
    """Draw the page, empty; `full` is the address of the page with everything, where it runs.
    `own`: the latest calls are the reader's alone."""
    gr.Markdown(word("glance_caption"), elem_classes="quiet")
    if full is not None:
        gr.Button(
            word("glance_full"), link=full, link_target="_blank", size="sm", elem_id="full-usage"
        )
    cards = gr.HTML(elem_id="cards", padding=False, apply_default_css=False)
    empty = gr.Markdown(word("usage_empty"), elem_id="usage-empty")
    plots = [*_plot("glance_tokens"), *_plot("glance_headroom")]
    no_limits = gr.Markdown(word("usage_headroom_none"), visible=False, elem_classes="quiet")
    tables = [
        *_sheet("usage_limits_table"),
        *_sheet("usage_errors_table"),
        *_sheet("glance_latest", "glance_latest_own" if own else "glance_latest"),
    ]
    outputs = [cards, empty, *plots, no_limits, *tables]
    return UsagePanel(gr.Timer(SECONDS, active=False), outputs)


def _heading(key: str) -> Any:
    return gr.Markdown(word(key), visible=False, elem_classes="chart-heading")


def _plot(key: str) -> tuple[Any, Any]:
    """A heading and its chart; Gradio's own label would lie over the legend."""
    heading = _heading(key)
    return heading, gr.Plot(
        label=word(key),
        show_label=False,
        visible=False,
        container=False,
        elem_id=key.replace("_", "-"),
    )


def _sheet(key: str, called: str | None = None) -> tuple[Any, Any]:
    heading = _heading(called or key)
    return heading, gr.HTML(
        visible=False,
        elem_id=key.replace("_", "-"),
        elem_classes="sheet",
        padding=False,
        apply_default_css=False,
    )


def drawn(glance: Glance, lang: Lang) -> list[Any]:
    """Updates of `outputs`."""
    shown = bool(glance.cards)
    return [
        cards(glance.cards, lang),
        gr.update(value=_why_empty(glance.any_calls, lang), visible=not shown),
        *_figure(glance.tokens),
        *_figure(glance.headroom),
        gr.update(visible=shown and glance.headroom is None),
        *(
            update
            for rows in (glance.limits, glance.errors, glance.latest)
            for update in _table(rows)
        ),
    ]


def unread(panel: UsagePanel, why: str) -> list[Any]:
    """Updates of a panel's outputs where the store cannot be read: it says so, the rest stays."""
    cards, _, *rest = (gr.skip() for _ in panel.outputs)
    return [cards, gr.update(value=why, visible=True), *rest]


def _why_empty(any_calls: bool, lang: Lang) -> str:
    return t("glance_nothing_lately" if any_calls else "usage_empty", lang)


def _figure(figure: Any) -> tuple[Any, Any]:
    has = figure is not None
    return gr.update(visible=has), gr.update(value=figure, visible=has)


def _table(rows: Rows) -> tuple[Any, Any]:
    has = bool(rows)
    return gr.update(visible=has), gr.update(value=table_html(rows), visible=has)


def cards(groups: Mapping[str, Mapping[str, str]], lang: Lang) -> str:
    """A row of metric cards as HTML for each kind; every text in it is escaped."""
    return "".join(
        f'<div class="cards-of">{html.escape(t(f"kind_{kind}", lang))}</div><div class="cards">'
        + "".join(_card(t(name, lang), figure) for name, figure in group.items())
        + "</div>"
        for kind, group in groups.items()
    )


def _card(name: str, figure: str) -> str:
    return (
        f'<div class="card"><div class="name">{html.escape(name)}</div>'
        f'<div class="figure">{html.escape(figure)}</div></div>'
    )
