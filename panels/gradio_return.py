"""What a Gradio page shows when it is loaded anew: the conversation as the tab left it.

Built from the record, of this tab's calls alone; an answer that still comes is followed to its end.
Nothing may raise here, as in the chat's own function.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from backends import Message
from panels import gradio_details
from panels.gradio_aside import aside
from panels.gradio_chat import (
    Find,
    Turn,
    attached,
    block,
    call_ids,
    finished,
    internal_error,
    reply,
)
from panels.gradio_flights import Flights
from panels.gradio_page import word
from panels.gradio_seats import Seats
from panels.gradio_tab import Talks, tab
from panels.words import Lang, t

log = logging.getLogger("tunedesk.gradio")

# Answers, the same as the chat keeps them, the list of answers, the message box.
_NOTHING = [gr.skip()] * 4


@dataclass(frozen=True, slots=True)
class Return:
    """What happens when a page is opened."""

    find: Find
    flights: Flights
    talks: Talks
    seats: Seats

    async def shown(self, lang: Lang, request: gr.Request) -> AsyncIterator[list[Any]]:
        """Yield what the page shows: nothing where the tab is new."""
        who = tab(request)
        if who is None:
            yield _NOTHING
            return
        self.flights.arrive(who, str(request.session_hash))
        try:
            async for update in self._talk(who, lang):
                yield update
        except Exception as failed:
            # What leaves this function covers the chat with an error.
            log.exception("a conversation could not be drawn again")
            yield _ended(internal_error(lang, failed))

    async def _talk(self, who: str, lang: Lang) -> AsyncIterator[list[Any]]:
        talk = self.talks.of(who)
        if not talk.ids and talk.flight is None:
            yield _NOTHING
            return
        turns = await aside(self._before, talk.ids, who, lang)
        if talk.flight is None:
            yield _ended(turns)
            return
        asked = talk.flight.request.messages[-1]
        turns += _asked(asked, lang)
        busy = gr.update(submit_btn=False, stop_btn=True, interactive=False)
        yield [turns, gr.skip(), gr.skip(), busy]
        growing = reply(self.flights, talk.flight, who, lang)
        full = [block(t("answer_goes_on", lang), t("watching_full", lang))], None
        answered: list[Turn] = []
        async for answered, call in self.seats.seated(who, growing, full):
            if call is None:
                yield [[*turns, *answered], gr.skip(), gr.skip(), gr.skip()]
        turns += answered
        if self.talks.of(who) is talk:
            self.talks.note(who, call_ids(turns))
        yield _ended(turns)

    def _before(self, ids: tuple[str, ...], who: str, lang: Lang) -> list[Turn]:
        calls = [call for call in map(self.find, ids) if call is not None and call.user == who]
        return [
            turn
            for call in calls
            for turn in (*_asked(call.messages[-1], lang), *finished(call, lang))
        ]


def _asked(asked: Message, lang: Lang) -> list[Turn]:
    question = {"role": "user", "content": [{"type": "text", "text": asked.content}]}
    return [question, *attached(asked, lang)]


def _ended(turns: list[Turn]) -> list[Any]:
    free = gr.update(
        submit_btn=True, stop_btn=False, interactive=True, placeholder=word("chat_placeholder")
    )
    return [turns, turns, gradio_details.selection(turns), free]
