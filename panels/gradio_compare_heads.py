"""What stands above each column of Gradio's comparison, as HTML of which every text is escaped."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass

from backends import Catalogue, ChatRequest, ModelSpec, ProviderError, not_honoured
from panels.before import obstacles
from panels.compare import Column, Round
from panels.faces import letter, settings_line
from panels.words import Lang, pick, t


@dataclass(frozen=True, slots=True)
class Heads:
    """Names columns by what the catalogue knows of them."""

    catalogue: Catalogue
    emulated: Callable[[str], bool]

    def open(self, column: Column, position: int, chosen: bool, lang: Lang) -> str:
        """A column that is named: its model, its settings, and what the model makes of them."""
        try:
            _, model = self.catalogue.find(column.model)
        except ProviderError as error:
            parts = [_name(letter(position), column.model), _line("trouble", _said(error, lang))]
        else:
            parts = [
                _name(letter(position), column.model, self._mark(column, lang)),
                _line("settings", settings_line(column)),
                _refused(model, column, lang),
            ]
        return _head(parts, chosen)

    def is_emulated(self, column: Column) -> bool:
        """Whether an emulator answers it; a provider that there is not answers nothing."""
        provider = column.model.partition("/")[0]
        return provider in self.catalogue.providers and self.emulated(provider)

    def blind(self, last: Round | None, position: int, lang: Lang) -> str:
        """A side of a blind round: no name before the round is decided."""
        if last is None or last.hidden:
            return _head([_name("", t("compare_side", lang, letter=letter(position)))])
        column = last.columns[position]
        won = last.winner == ("left", "right")[position]
        chosen = t("vote_chosen", lang) if won else ""
        name = _name(letter(position), column.model, self._mark(column, lang), chosen)
        return _head([name, _line("settings", settings_line(column))], won)

    def _mark(self, column: Column, lang: Lang) -> str:
        return t("mark_emulated", lang) if self.is_emulated(column) else ""


def _head(parts: list[str], chosen: bool = False) -> str:
    return f'<div class="head{" chosen" if chosen else ""}">{"".join(parts)}</div>'


def _name(sign: str, name: str, *marks: str) -> str:
    shown = f"<b>{html.escape(sign)}</b> " if sign else ""
    marked = "".join(f' <span class="mark">{html.escape(mark)}</span>' for mark in marks if mark)
    return f'<div class="name">{shown}<span>{html.escape(name)}</span>{marked}</div>'


def _line(kind: str, text: str) -> str:
    return f'<div class="{kind}">{html.escape(text)}</div>' if text else ""


def _refused(model: ModelSpec, column: Column, lang: Lang) -> str:
    """What the model will not honour, each with its reason on demand; then what stands in the way.

    The door refuses a value out of range, which therefore is named once.
    """
    refused = not_honoured(model, column.params)
    reasons = {trace.name: pick(trace.reason, lang) for trace in refused}
    request = ChatRequest(column.model, (), column.system, column.params)
    further = [said for said in obstacles(request, model, lang) if said not in reasons.values()]
    lines = "".join(_line("trouble", said) for said in further)
    if not reasons:
        return lines
    title = html.escape(f"{t('not_honoured', lang)}: {', '.join(reasons)}")
    items = "".join(
        f"<li><code>{html.escape(name)}</code> {html.escape(reason)}</li>"
        for name, reason in reasons.items()
    )
    return f'<details class="refused"><summary>{title}</summary><ul>{items}</ul></details>{lines}'


def _said(error: ProviderError, lang: Lang) -> str:
    return pick(error.message, lang)
