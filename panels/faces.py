"""One answer of a comparison as a page shows it: name, figures, trouble; or none of it yet.

While a blind round is open everything that tells whose answer it is stays hidden: the model, its
settings and what it will not honour, figures, reasoning, the words of its errors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from backends import Call, settings_text
from panels import answer
from panels.compare import Column, Round
from panels.words import Lang, t


class Money(Protocol):
    """An amount in a currency, which is named by its code."""

    @property
    def amount(self) -> Decimal:
        """How much."""

    @property
    def currency(self) -> str:
        """Of what."""


# What a call cost; None where that is not known.
Cost = Callable[[Call], Money | None]
_SIGNS = {"CNY": "¥", "USD": "$"}


@dataclass(frozen=True, slots=True)
class Face:
    """What may be shown of one answer now.

    `title` and `settings` are names and may hold anything: a page shows them as plain text.
    `text` and `reasoning` are the model's markdown, for `panels.markdown.answer_markdown`;
    `asks` are the functions that it asks for, as code. `figures`, `trouble` and `notices` are
    ours and safe to render. `call` is the record for details on demand, None while it runs or
    must stay hidden.
    """

    title: str
    settings: str
    text: str
    reasoning: str
    asks: str
    figures: str
    trouble: str
    notices: tuple[str, ...]
    running: bool
    call: Call | None


def letter(position: int) -> str:
    """The sign of an answer: A is the first that is shown."""
    return chr(ord("A") + position)


def settings_line(column: Column) -> str:
    """What a column sends beside the question: `name=value · …`, then its persona."""
    return " · ".join(settings_text(column.params, column.system))


def face(shown: Round, position: int, lang: Lang, cost: Cost | None = None) -> Face:
    """What may be shown of the answer at a position, counted from the left from 0."""
    flight, column = shown.flights[position], shown.columns[position]
    if shown.hidden:
        return _masked(shown, position, lang)
    call = flight.call if flight.done else None
    so_far = flight.completion()
    return Face(
        title=f"{letter(position)} · {column.model}",
        settings=settings_line(column),
        text=so_far.text,
        reasoning=so_far.reasoning,
        asks=answer.tool_calls_text(so_far),
        figures=_figures(call, lang, cost),
        trouble=_trouble(call, lang) if flight.done else "",
        notices=tuple(answer.notices(call, lang)) if call else (),
        running=not flight.done,
        call=call,
    )


def _masked(shown: Round, position: int, lang: Lang) -> Face:
    flight = shown.flights[position]
    # How an answer ended, and what was said of it, can name who gave it.
    failed = flight.done and not answer.continues(flight.call)
    return Face(
        title=t("compare_side", lang, letter=letter(position)),
        settings="",
        text=flight.completion().text,
        reasoning="",
        asks="",
        figures="",
        trouble=t("compare_blind_trouble", lang) if failed else "",
        notices=(),
        running=not flight.done,
        call=None,
    )


def _figures(call: Call | None, lang: Lang, cost: Cost | None) -> str:
    if call is None:
        return ""
    figures = answer.footer(call, lang)
    if cost is None or call.state == "refused":
        return figures
    return f"{figures} · {t('figures_cost', lang, cost=price(cost(call), lang))}"


def price(cost: Money | None, lang: Lang) -> str:
    """A cost to three figures, with its currency; unknown stays unknown, never 0."""
    if cost is None:
        return t("unknown", lang)
    amount = cost.amount
    shown = round(amount, max(2, 2 - amount.adjusted())) if amount else amount
    return f"{_SIGNS.get(cost.currency, cost.currency + ' ')}{shown.normalize():f}"


def _trouble(call: Call | None, lang: Lang) -> str:
    if call is None:
        return t("error_internal", lang)
    if call.error is not None and call.state != "cancelled":
        return answer.error_here(call, lang)
    return "" if call.text or call.tool_calls else t("no_answer", lang)
