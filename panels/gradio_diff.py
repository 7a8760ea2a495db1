"""Two answers of a comparison and what differs between them, word by word, in Gradio."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from backends import CallInFlight
from panels.compare import Comparison, Round
from panels.diff import Segment, diff
from panels.faces import letter
from panels.gradio_events import while_open
from panels.gradio_own import AnyDropdown
from panels.gradio_page import word
from panels.words import Lang, t

_TAGS = {"removed": "del", "added": "ins"}


@dataclass(frozen=True, slots=True)
class DiffPanel:
    """The widgets."""

    accordion: Any
    before: Any
    after: Any
    shown: Any

    @property
    def outputs(self) -> list[Any]:
        """What `choices` changes."""
        return [self.before, self.after, self.shown]

    def choices(self, rounds: Sequence[Round], lang: Lang) -> dict[Any, Any]:
        """The answers there are; the first two of the latest question are chosen."""
        names = [(name, _key(*which)) for name, *which in answer_names(rounds, lang)]
        last = len(rounds) - 1
        # Those of another question may go by the same keys, which is no change that draws anew.
        waits = not rounds or rounds[-1].running
        return {
            self.before: gr.update(choices=names, value=_key(last, 0) if names else None),
            self.after: gr.update(choices=names, value=_key(last, 1) if names else None),
            self.shown: diff_html([], None, None, lang) if waits else gr.skip(),
        }

    def wire(self, held: Any, language: Any, ended: Sequence[Any]) -> None:
        """Compare when it is opened and, while it is open, whenever another answer is chosen and
        after the events that `ended` an answer or changed what there is."""

        def draw(_: str, now: Comparison | None, before: Any, after: Any, lang: Lang) -> list[str]:
            return [diff_html(now.rounds if now is not None else [], before, after, lang)]

        inputs = [held, self.before, self.after, language]
        changes = [self.before.change, self.after.change, *(event.then for event in ended)]
        while_open(self.accordion, draw, inputs, [self.shown], changes)


def diff_panel() -> DiffPanel:
    """Draw it, closed."""
    with gr.Accordion(word("compare_diff"), open=False, elem_id="compare-diff") as accordion:
        with gr.Row():
            before = AnyDropdown([], label=word("compare_diff_from"), interactive=True)
            after = AnyDropdown([], label=word("compare_diff_to"), interactive=True)
        shown = gr.HTML(padding=False, apply_default_css=False, elem_id="compare-diff-text")
    return DiffPanel(accordion, before, after, shown)


def diff_html(rounds: Sequence[Round], before: Any, after: Any, lang: Lang) -> str:
    """The two answers side by side, what only one of them has marked. Their texts are escaped."""
    first, second = _flight(rounds, before), _flight(rounds, after)
    if first is None or second is None or not (first.done and second.done):
        return _note(t("compare_diff_none", lang))
    texts = first.completion().text, second.completion().text
    if not all(text.strip() for text in texts):
        return _note(t("compare_diff_none", lang))
    segments = diff(*texts)
    if all(segment.kind == "equal" for segment in segments):
        return _note(t("compare_diff_same", lang)) + _side(segments, "removed")
    sides = "".join(_side(segments, kind) for kind in _TAGS)
    return f'{_note(t("compare_diff_sides", lang))}<div class="diff">{sides}</div>'


def _side(segments: Sequence[Segment], own: str) -> str:
    tag = _TAGS[own]
    pieces = (
        html.escape(text) if kind == "equal" else f"<{tag}>{html.escape(text)}</{tag}>"
        for kind, text in segments
        if kind in ("equal", own)
    )
    return f'<div class="side" translate="no">{"".join(pieces)}</div>'


def _note(text: str) -> str:
    return f'<p class="note">{html.escape(text)}</p>'


def answer_names(rounds: Sequence[Round], lang: Lang) -> list[tuple[str, int, int]]:
    """The answers in order: as one names them, number of the question, position."""
    several = len(rounds) > 1
    return [
        (_name(number, each, position, several, lang), number, position)
        for number, each in enumerate(rounds)
        for position in range(len(each.flights))
    ]


def _name(number: int, shown: Round, position: int, several: bool, lang: Lang) -> str:
    sign = letter(position)
    name = t("compare_side", lang, letter=sign)
    if not shown.hidden:
        name = f"{sign} · {shown.columns[position].model}"
    return f"{number + 1} · {name}" if several else name


def _key(number: int, position: int) -> str:
    return f"{number}.{position}"


def _flight(rounds: Sequence[Round], key: Any) -> CallInFlight | None:
    """The call of a key; None for a key of none, which a browser may send."""
    for number, each in enumerate(rounds):
        for position, flight in enumerate(each.flights):
            if key == _key(number, position):
                return flight
    return None
