"""The functions behind Gradio's comparison: asking, following the answers, stopping, voting.

Nothing may raise here: one exception leaves the page with buttons that do nothing.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from backends import CallInFlight, ChatRequest
from panels import drain
from panels.compare import Cast, Comparison, History, NotRecorded, Round
from panels.gradio_chat import Start
from panels.gradio_compare_columns import Set
from panels.gradio_compare_kept import Kept, nothing_kept
from panels.gradio_compare_view import View
from panels.gradio_events import visitor
from panels.gradio_flights import Flights
from panels.gradio_seats import Hall
from panels.latest import Latest
from panels.words import Lang, pick, t

log = logging.getLogger("tunedesk.gradio")

Updates = dict[Any, Any]


@dataclass(slots=True)
class Asking:
    """What happens when a button is pressed, in the words of `panels.compare`."""

    view: View
    start: Start
    cast: Cast
    hall: Hall = field(default_factory=Hall)
    flights: Flights = field(default_factory=Flights)
    kept: Latest[Kept] = field(default_factory=nothing_kept)

    async def ask(
        self,
        question: str,
        told: Any,
        held: Comparison | None,
        lang: Lang,
        blind: bool,
        request: gr.Request,
        *arrived: Any,
    ) -> AsyncIterator[Updates]:
        """Ask every column, and show the answers until the last has ended."""
        who = visitor(request)
        asked = self._asked(question, told, held, lang, blind, who, *arrived)
        async for updates in self.hall.asking.seated(who, asked, self.view.full(lang)):
            yield updates

    async def _asked(
        self,
        question: str,
        told: Any,
        held: Comparison | None,
        lang: Lang,
        blind: bool,
        who: str,
        *arrived: Any,
    ) -> AsyncIterator[Updates]:
        try:
            held = held if held is not None else self._held(who)
            now = self.view.columns.read(arrived)
            masked = _masked(held, blind)
            asked = self._begin(held, question, now, blind, told, who)
            if asked is None:
                yield self.view.refused(held, lang)
                return
            if asked.blind != masked:
                yield self.view.heads(held, now, blind, lang)
            yield self.view.begun(held, now, blind, lang)
            async for updates in self.follow(who, Kept(held, now, bool(blind)), asked, lang):
                yield updates
        except Exception:
            log.exception("a comparison could not be drawn")
            yield self.view.broken(lang)

    def _held(self, who: str) -> Comparison:
        """This tab's comparison, which a page that is just being loaded does not know yet."""
        kept = self.kept.of(who)
        return kept.held if kept is not None else Comparison(who)

    def _begin(
        self, held: Comparison, question: str, now: Set, blind: bool, told: Any, who: str
    ) -> Round | None:
        if not (question or "").strip():
            return None

        def start(request: ChatRequest) -> CallInFlight:
            flight = self.start(request)
            self.flights.add(who, flight)
            return flight

        history, source = _history(told, len(now.setups))
        asked = held.ask(
            start, question, now.columns, blind=bool(blind), history=history, source=source
        )
        if asked is not None:
            self.kept.note(who, Kept(held, now, bool(blind)))
        return asked

    async def follow(
        self, who: str, kept: Kept, asked: Round, lang: Lang
    ) -> AsyncIterator[Updates]:
        """Show the answers of a round until the last has ended.

        If the reader leaves, they go on for a while for a visitor whose page may come back, and end
        at once for one without a page.
        """
        for flight in asked.flights:
            self.flights.add(who, flight)
        try:
            async for updates in self._grown(kept, asked, lang):
                yield updates
        finally:
            for flight in asked.flights:
                self.flights.remove(who, flight)

    async def _grown(self, kept: Kept, asked: Round, lang: Lang) -> AsyncIterator[Updates]:
        held, now, blind = kept.held, kept.now, kept.blind
        growing = self.view.growing(held, lang)
        hidden = asked.hidden
        async for news in drain.atogether(asked.flights):
            if asked.hidden != hidden:
                # The vote came meanwhile: from here on everything has a name.
                hidden = asked.hidden
                growing = self.view.growing(held, lang)
                yield self.view.talk(held, now, blind, lang)
            else:
                yield growing(news)
        if held.last is asked:
            yield self.view.talk(held, now, blind, lang)

    async def stop(self, request: gr.Request) -> None:
        """End every answer of this visitor; what has come stays."""
        await self.flights.stop(visitor(request))

    async def leave(self, request: gr.Request) -> None:
        """A page went away. Unless its visitor is back in time, what is running ends."""
        await self.flights.leave(str(request.session_hash))

    def stop_one(self, position: int, held: Comparison | None) -> None:
        """End one answer."""
        last = held.last if held is not None else None
        if last is not None and position < len(last.flights):
            last.stop(position)

    def vote(
        self, winner: str, held: Comparison | None, lang: Lang, blind: bool, *arrived: Any
    ) -> Updates:
        """Record a vote on the last two answers, then show who is who."""
        said = ""
        try:
            if held is None or not held.vote(winner, self.cast):
                said = t("vote_not_yet", lang)
        except NotRecorded as why:
            said = pick(why.message, lang)
        except Exception:
            log.exception("a vote could not be recorded")
            said = t("error_internal", lang)
        return self.view.talk(held, self.view.columns.read(arrived), blind, lang, said)

    def reveal(self, held: Comparison | None, lang: Lang, blind: bool, *arrived: Any) -> Updates:
        """Show who is who without a vote."""
        if held is not None:
            held.give_up()
        return self.view.talk(held, self.view.columns.read(arrived), blind, lang)

    def clear(self, held: Comparison | None, lang: Lang, blind: bool, *arrived: Any) -> Updates:
        """Begin anew; what is running ends."""
        if held is not None:
            held.clear()
        return self.view.everything(held, self.view.columns.read(arrived), blind, lang)


def _masked(held: Comparison | None, blind: bool) -> bool:
    """Whether what is on screen has names, or has two sides."""
    return held.last.blind if held is not None and held.last is not None else bool(blind)


def _history(told: Any, count: int) -> tuple[History, int]:
    """What follow-ups are told, from what a browser sent: a column's place, or nothing of ours."""
    if isinstance(told, int | float) and told in range(count):
        return "shared", int(told)
    return "own", 0
