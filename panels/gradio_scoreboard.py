"""The scoreboard of blind votes in Gradio: a table with a bar for each interval."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from panels.gradio_events import while_open
from panels.gradio_page import word
from panels.scoreboard import Board, Boards, Standing, interval, points, span
from panels.words import Lang, pick, t

_COUNTS = ("votes", "wins", "losses", "ties", "both_bad")
Read = Callable[[], Boards]


@dataclass(frozen=True, slots=True)
class ScoreboardPanel:
    """The widgets; nothing is read from the store before somebody looks."""

    accordion: Any
    shown: Any

    def wire(self, read: Read, language: Any, after: list[Any]) -> None:
        """Draw it when it is opened and, while it is open, after each of the events."""

        def draw(_: str, lang: Lang) -> list[str]:
            return [scoreboard_html(read(), lang)]

        while_open(self.accordion, draw, [language], [self.shown], [each.then for each in after])


def scoreboard_panel() -> ScoreboardPanel:
    """Draw it, closed."""
    with gr.Accordion(word("scoreboard"), open=False, elem_id="scoreboard") as accordion:
        gr.Markdown(word("scoreboard_help"), elem_classes="quiet")
        shown = gr.HTML(padding=False, apply_default_css=False, elem_id="scoreboard-table")
    return ScoreboardPanel(accordion, shown)


def scoreboard_html(boards: Boards, lang: Lang) -> str:
    """All boards; every text in them is escaped."""
    parts = [_board(board, lang) for board in boards.boards]
    if not parts:
        parts = [_note(t("scoreboard_none", lang).replace("*", ""))]
    if boards.mixed:
        parts.append(_note(t("scoreboard_mixed", lang, count=boards.mixed)))
    return "".join(parts)


def _board(board: Board, lang: Lang) -> str:
    several = len({row.group for row in board.rows}) > 1
    lines = "".join(
        f'<p class="warning">{html.escape(pick(words, lang))}</p>' for words in board.warnings
    )
    ends = span(board.rows)
    rows = "".join(_row(row, ends, several, lang) for row in board.rows)
    heads = ["name", "strength", "interval", *_COUNTS]
    head = "".join(f"<th>{html.escape(t(f'scoreboard_{each}', lang))}</th>" for each in heads)
    notes = "".join(_note(pick(words, lang)) for words in board.notes)
    return (
        f"<h4>{html.escape(t(f'scoreboard_{board.kind}', lang))}</h4>{lines}"
        f'<div class="sheet"><table class="board"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{notes}"
    )


def _row(row: Standing, ends: tuple[float, float], several: bool, lang: Lang) -> str:
    group = t("scoreboard_group", lang, number=row.group + 1) if several else ""
    apart = f' <span class="note">{html.escape(group)}</span>' if group else ""
    counts = "".join(f'<td class="count">{getattr(row, each)}</td>' for each in _COUNTS)
    return (
        f'<tr><td>{html.escape(row.label)}{apart}</td><td class="count">{points(row.strength)}</td>'
        f'<td>{_bar(row, ends)}<span class="note">{interval(row)}</span></td>{counts}</tr>'
    )


def _bar(row: Standing, ends: tuple[float, float]) -> str:
    """The interval to scale; an end that votes leave open fades out at the edge."""
    if row.strength is None:
        return ""
    low, high = (_share(end, ends, edge) for end, edge in ((row.low, 0.0), (row.high, 1.0)))
    at = _share(row.strength, ends, 0.5)
    fades = " ".join(
        name for name, end in (("open-low", row.low), ("open-high", row.high)) if end is None
    )
    return (
        f'<div class="track"><div class="bar {fades}" style="left:{low:.1%};'
        f'width:{high - low:.1%}"></div><div class="dot" style="left:{at:.1%}"></div></div>'
    )


def _share(value: float | None, ends: tuple[float, float], unknown: float) -> float:
    low, high = ends
    return unknown if value is None else (value - low) / (high - low)


def _note(text: str) -> str:
    return f'<p class="note">{html.escape(text)}</p>'
