"""What Gradio's comparison shows, as updates of its widgets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from panels.compare import Comparison, Round
from panels.drain import News
from panels.gradio_compare_columns import Columns, Set
from panels.gradio_compare_panes import Panes
from panels.gradio_compare_vote import VoteBar
from panels.gradio_diff import DiffPanel, answer_names
from panels.words import Lang, t

Updates = dict[Any, Any]


@dataclass(slots=True)
class View:
    """The widgets of the page. `held` is the session's comparison: it never leaves this process.

    `note` says what there is to know of the next question, `trouble` why one was not asked.
    """

    columns: Columns
    panes: Panes
    votes: VoteBar
    diff: DiffPanel
    which: Any
    held: Any
    box: Any
    note: Any
    trouble: Any

    @property
    def outputs(self) -> list[Any]:
        """Whatever changes when one asks, votes or begins anew."""
        return [
            self.held,
            self.box,
            self.note,
            self.trouble,
            *self.panes.outputs,
            *self.votes.outputs,
            *self.diff.outputs,
            self.which,
        ]

    def heads(self, held: Comparison | None, now: Set, blind: bool, lang: Lang) -> Updates:
        """Which places there are and who answers there, and what there is to know of it."""
        rounds = _rounds(held)
        return {
            **self.panes.named(now.columns, rounds, blind, now.chosen, lang),
            self.note: _note(self.panes.emulated(now.columns), rounds, blind, lang),
        }

    def talk(
        self, held: Comparison | None, now: Set, blind: bool, lang: Lang, said: str = ""
    ) -> Updates:
        """Everything asked and answered; `said` is why a vote was not taken.

        The places stay as they are, which may have become others while an answer came.
        """
        rounds = _rounds(held)
        last = rounds[-1] if rounds else None
        return {
            **self.panes.answered(rounds, lang),
            **self.panes.sides(last, lang),
            **self.votes.due(last, lang, said),
            **self.diff.choices(rounds, lang),
            self.note: _note(self.panes.emulated(now.columns), rounds, blind, lang),
            self.which: _records(rounds, lang),
            self.trouble: _sentence(""),
            self.box: _box(held),
        }

    def everything(self, held: Comparison | None, now: Set, blind: bool, lang: Lang) -> Updates:
        """All of it as it stands."""
        return {**self.heads(held, now, blind, lang), **self.talk(held, now, blind, lang)}

    def begun(self, held: Comparison, now: Set, blind: bool, lang: Lang) -> Updates:
        """A question was asked; from now on it can be stopped."""
        return {
            **self.talk(held, now, blind, lang),
            self.held: held,
            self.box: _box(held, value=""),
        }

    def refused(self, held: Comparison | None, lang: Lang) -> Updates:
        """What was wanted must wait for the answers; what was typed stays in its box."""
        running = held is not None and held.running
        return {self.trouble: _sentence(t("compare_busy", lang) if running else "")}

    def full(self, lang: Lang) -> Updates:
        """Too many answers are on their way to be asked for more."""
        return {self.trouble: _sentence(t("answers_full", lang))}

    def broken(self, lang: Lang) -> Updates:
        """We ourselves failed."""
        return {self.trouble: _sentence(t("error_internal", lang)), self.box: _box(None)}

    def growing(self, held: Comparison, lang: Lang) -> Callable[[News], Updates]:
        """What changes when some of the last answers have something new."""
        last, rounds = held.last, held.rounds
        past = [
            self.panes.turns(rounds[:-1], place, lang) for place in range(len(self.panes.places))
        ]
        shown: dict[Any, Any] = {}

        def grown(news: News) -> Updates:
            # Something must be handed out for Gradio to notice that the reader left.
            updates: Updates = {self.box: gr.skip()}
            if last is None or held.last is not last:
                return updates
            for place in news:
                newest = self.panes.turns([last], place, lang)
                updates[self.panes.places[place].chat] = [*past[place], *newest]
            for place in range(len(last.flights)):
                if _changed(shown, place, self.panes.phase(last, place)):
                    updates |= self.panes.foot([last], place, lang)
            if _changed(shown, "votable", last.votable):
                updates |= self.votes.due(last, lang)
            return updates

        return grown


def _rounds(held: Comparison | None) -> list[Round]:
    return held.rounds if held is not None else []


def _changed(shown: dict[Any, Any], what: Any, now: object) -> bool:
    """Whether something is not as it was shown last; from now on it is."""
    changed = shown.get(what) != now
    shown[what] = now
    return changed


def _box(held: Comparison | None, **further: Any) -> Any:
    """The box: it stops what comes, and asks where nobody waits for that any more."""
    waited = held is not None and not held.free
    return gr.update(submit_btn=not waited, stop_btn=waited, **further)


def _sentence(text: str) -> Any:
    return gr.update(value=text, visible=bool(text))


def _note(emulated: Sequence[bool], rounds: Sequence[Round], blind: bool, lang: Lang) -> Any:
    """Blind, whether emulators answer, without telling which."""
    last = rounds[-1] if rounds else None
    if last is not None and (last.blind != blind):
        return _sentence(t("compare_changed", lang))
    if not blind or (last is not None and last.decided):
        return _sentence("")
    hint = t("compare_blind_hint", lang)
    if any(emulated):
        hint += " " + t("compare_blind_emulated" if all(emulated) else "compare_blind_mixed", lang)
    return _sentence(hint)


def _records(rounds: Sequence[Round], lang: Lang) -> Any:
    """The answers whose record may be looked at, the latest question's first."""
    found = [
        (name, call.id)
        for name, number, position in answer_names(rounds, lang)
        if not rounds[number].hidden and (call := rounds[number].flights[position].call)
    ]
    newest = found[-len(rounds[-1].flights) :] if found else []
    return gr.update(choices=found, value=newest[0][1] if newest else None, visible=bool(found))
