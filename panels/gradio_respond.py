"""The function behind Gradio's chat: a question and the settings in, growing messages out."""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import gradio as gr

from backends import Call
from panels import gradio_details
from panels.gradio_aside import aside
from panels.gradio_chat import (
    Find,
    Start,
    Turn,
    attached,
    block,
    call_ids,
    conversation,
    internal_error,
    reply,
)
from panels.gradio_events import visitor
from panels.gradio_flights import Flights
from panels.gradio_page import word
from panels.gradio_picture import question
from panels.gradio_seats import Seats
from panels.gradio_settings import Settings
from panels.gradio_tab import Talks, tab
from panels.markdown import as_typed
from panels.words import Lang, t

log = logging.getLogger("tunedesk.gradio")

Respond = Callable[..., AsyncIterator[tuple[list[Turn], Any, Any, Any]]]


def responder(
    start: Start, find: Find, settings: Settings, flights: Flights, talks: Talks, seats: Seats
) -> Respond:
    """The chat's function.

    It yields the messages, the list of answers, the state of the message box and of the picture.
    """
    busy = gr.update(submit_btn=False, stop_btn=True)
    # The chat takes the placeholder away for good with the first question.
    free = gr.update(submit_btn=True, stop_btn=False, placeholder=word("chat_placeholder"))

    def unsent(language: Lang, why: str) -> tuple[list[Turn], Any, Any, Any]:
        """A question that was not sent, and why; the box takes another."""
        turns = [block(t("error_not_sent", language), t(why, language))]
        return turns, gr.skip(), free, gr.skip()

    async def answering(
        message: str,
        history: list[Turn],
        request: gr.Request,
        language: Lang,
        model: str,
        system: str,
        stream: bool,
        overflow: str,
        *arrived: Any,
    ) -> AsyncIterator[tuple[list[Turn], Any, Any, Any]]:
        """Ask a model and stream its answer. Of the settings, those with `send_` on are sent."""
        picture = arrived[-1] if arrived else None
        # An edited question comes as the page showed it.
        message = as_typed(message)
        who = visitor(request)
        if tab(request) and flights.busy(who):
            # A second page of this tab, or an old one: the answer there is the one that counts.
            yield unsent(language, "chat_busy")
            return
        turns: list[Turn] = []
        call: Call | None = None
        # The picture is taken once: another may be chosen while the answer comes.
        taken = None if picture else gr.skip()
        begun = False
        try:
            past = await aside(conversation, history, find, who)
            asked = await aside(question, message, picture)
            wanted = settings.request(
                (*past, asked), who, model, system, stream, overflow, arrived[:-1]
            )
            with_it = attached(asked, language)
            flight = start(wanted)
            talks.note(who, call_ids(history), flight)
            async for answered, call in reply(flights, flight, who, language):
                turns = [*with_it, *answered]
                if call is None and begun:
                    yield turns, gr.skip(), gr.skip(), gr.skip()
                elif call is None:
                    # Not before: of a call that nothing knows of yet, Stop would not be heard.
                    yield [], gr.skip(), busy, taken
                    begun = True
        except Exception as failed:
            # What leaves this function disables the message box until the page is reloaded.
            log.exception("an answer could not be drawn")
            turns = [*turns, *internal_error(language, failed)]
        said = {"role": "user", "content": message}
        # What was not sent waits for a model that takes it.
        waits = picture and call is not None and call.state == "refused"
        shown = [*history, said, *turns]
        talks.note(who, call_ids(shown))
        which = gradio_details.selection(shown)
        yield turns, which, free, picture if waits else gr.skip() if begun else taken

    @functools.wraps(answering)
    async def respond(
        message: str, history: list[Turn], request: gr.Request, language: Lang, *arrived: Any
    ) -> AsyncIterator[tuple[list[Turn], Any, Any, Any]]:
        growing = answering(message, history, request, language, *arrived)
        full = unsent(language, "answers_full")
        async for shown in seats.seated(visitor(request), growing, full):
            yield shown

    names = settings.panel.names
    return _named(respond, [*(f"send_{name}" for name in names), *names])


def _named(respond: Respond, settings: Sequence[str]) -> Respond:
    """The same function with its settings by name, for those who call it over the API."""
    signature = inspect.signature(respond)
    fixed = [
        parameter
        for parameter in signature.parameters.values()
        if parameter.kind is not parameter.VAR_POSITIONAL
    ]
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    named = [inspect.Parameter(name, kind) for name in settings]
    picture = inspect.Parameter("picture", kind, default=None)
    vars(respond)["__signature__"] = signature.replace(parameters=[*fixed, *named, picture])
    return respond
