"""The chat page in Gradio: answers, the message box, picture and voice, what will be sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from backends import ChatRequest, Client
from panels.gradio_attach import Attach
from panels.gradio_chat import Find, Turn, call_ids
from panels.gradio_details import selection
from panels.gradio_events import QUEUED, QUIET, visitor
from panels.gradio_flights import Flights
from panels.gradio_own import Chat, TextBox
from panels.gradio_page import LANGUAGE_JS, word
from panels.gradio_picture import put_back
from panels.gradio_preview import Preview
from panels.gradio_reading import Reading
from panels.gradio_respond import responder
from panels.gradio_return import Return
from panels.gradio_seats import Hall
from panels.gradio_sidebar import Sidebar
from panels.gradio_tab import Talks
from panels.gradio_talk import TalkBox
from panels.repeat import again


@dataclass(slots=True)
class ChatPage:
    """What the page is made of."""

    demo: gr.Blocks
    sidebar: Sidebar
    client: Client
    find: Find
    flights: Flights = field(default_factory=Flights)
    hall: Hall = field(default_factory=Hall)
    talks: Talks = field(default_factory=Talks)
    files: bool = True

    def draw(self, which: Any) -> gr.ChatInterface:
        """Draw and connect everything; `which` is the list of answers that the chat keeps."""
        attach = Attach(self.client.catalogue, self.files)
        # The chat names the picture, which is drawn below it.
        with gr.Column(scale=1) as above:
            pass
        attach.draw()
        with above:
            box = self._box()
            chat = self._chat(box, attach.picture, which)
        preview = Preview(self.sidebar, self.find)
        preview.draw()
        after = preview.wire(box, attach.picture, chat.chatbot_state)
        self.sidebar.wire(self.demo, after, self.last)
        reading = Reading(self.client.start, self.client.catalogue, self.flights, self.hall.asking)
        attach.wire(self.demo, self.sidebar.language, box, reading)
        self._forget(chat, which)
        return chat

    def last(self, who: str) -> ChatRequest | None:
        """How this tab's latest question was asked; None where it has asked none."""
        talk = self.talks.of(who)
        if talk.flight is not None:
            return talk.flight.request
        call = self.find(talk.ids[-1]) if talk.ids else None
        return again(call, who) if call is not None and call.user == who else None

    def come_back(self, chat: gr.ChatInterface, which: Any) -> None:
        """Show again what the tab showed before its page was loaded anew.

        The last of what is done on opening the page, since it lasts as long as an answer.
        """
        self.demo.load(
            Return(self.find, self.flights, self.talks, self.hall.watching).shown,
            self.sidebar.language,
            [chat.chatbot, chat.chatbot_state, which, chat.textbox],
            js=LANGUAGE_JS,
            concurrency_limit=None,
            **QUEUED,
        )

    def _forget(self, chat: gr.ChatInterface, which: Any) -> None:
        """What is taken back or cleared does not come back."""

        def left(history: list[Turn], request: gr.Request) -> Any:
            self.talks.note(visitor(request), call_ids(history))
            return selection(history)

        for event in (chat.chatbot.undo, chat.chatbot.clear):
            event(left, chat.chatbot, which, **QUIET)

    def _chat(self, box: Any, picture: Any, which: Any) -> gr.ChatInterface:
        return Chat(
            responder(
                self.client.start,
                self.find,
                self.sidebar.chat,
                self.flights,
                self.talks,
                self.hall.asking,
            ),
            textbox=box,
            editable=True,
            chatbot=self._answers(picture),
            additional_inputs=[*self.sidebar.chat.inputs, picture],
            additional_outputs=[which, box, picture],
            concurrency_limit=None,
            api_name="chat",
            show_progress="hidden",
        )

    def _answers(self, picture: Any) -> Any:
        shown = TalkBox(
            show_label=False,
            editable="user",
            buttons=["copy"],
            scale=1,
            height=None,
            elem_id="chat",
            placeholder=word("chat_empty_hint"),
            render=False,
        )

        def again(history: list[Turn], request: gr.Request) -> Any:
            return put_back(picture, history, self.find, visitor(request))

        # Before the chat's own listeners, which ask again: the question goes with its picture.
        for event in (shown.retry, shown.undo, shown.edit):
            event(again, shown, picture, **QUIET)
        return shown

    def _box(self) -> Any:
        box = TextBox(
            placeholder=word("chat_placeholder"),
            label=word("chat_placeholder"),
            show_label=False,
            submit_btn=True,
            stop_btn=True,
            max_lines=8,
            scale=7,
            autofocus=True,
            elem_id="question",
            render=False,
        )

        async def stop(request: gr.Request) -> None:
            await self.flights.stop(visitor(request))

        box.stop(stop, None, None, **QUIET)

        async def leave(request: gr.Request) -> None:
            await self.flights.leave(str(request.session_hash))

        self.demo.unload(leave)
        return box
