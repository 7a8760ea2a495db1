"""The function behind Gradio's chat: a question and the settings in, growing messages out."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import gradio as gr

from backends import Message
from panels import gradio_details
from panels.gradio_chat import Find, Flights, Start, Turn, conversation, internal_error, reply
from panels.gradio_page import word
from panels.gradio_sidebar import Sidebar
from panels.words import Lang

log = logging.getLogger("tunedesk.gradio")

Respond = Callable[..., AsyncIterator[tuple[list[Turn], Any, Any]]]


def responder(start: Start, find: Find, sidebar: Sidebar, flights: Flights) -> Respond:
    """The chat's function. It yields the messages, the list of answers, the state of the box."""
    busy = gr.update(submit_btn=False, stop_btn=True)
    # The chat takes the placeholder away for good with the first question.
    free = gr.update(submit_btn=True, stop_btn=False, placeholder=word("chat_placeholder"))

    async def respond(
        message: str,
        history: list[Turn],
        request: gr.Request,
        language: Lang,
        model: str,
        system: str,
        stream: bool,
        *settings: Any,
    ) -> AsyncIterator[tuple[list[Turn], Any, Any]]:
        """Ask a model and stream its answer. Of the settings, those with `send_` on are sent."""
        yield [], gr.skip(), busy
        turns: list[Turn] = []
        try:
            past = await asyncio.to_thread(conversation, history, find, visitor(request))
            wanted = sidebar.request(
                (*past, Message("user", message)), visitor(request), model, system, stream, settings
            )
            async for turns, call in reply(start, flights, wanted, language):
                if call is None:
                    yield turns, gr.skip(), gr.skip()
        except Exception:
            # What leaves this function disables the message box until the page is reloaded.
            log.exception("an answer could not be drawn")
            turns = [*turns, *internal_error(language)]
        asked = {"role": "user", "content": message}
        yield turns, gradio_details.selection([*history, asked, *turns]), free

    names = sidebar.panel.names
    return _named(respond, [*(f"send_{name}" for name in names), *names])


def visitor(request: gr.Request | None) -> str:
    """A random name for this browser tab, for the record."""
    return str(request.session_hash) if request is not None else ""


def _named(respond: Respond, settings: Sequence[str]) -> Respond:
    """The same function with its settings by name, for those who call it over the API."""
    signature = inspect.signature(respond)
    fixed = [
        parameter
        for parameter in signature.parameters.values()
        if parameter.kind is not parameter.VAR_POSITIONAL
    ]
    named = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in settings]
    vars(respond)["__signature__"] = signature.replace(parameters=[*fixed, *named])
    return respond
