"""A picture or a recording becomes text in Gradio: one call, followed, its text in the box."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from backends import Attachment, Call, Catalogue, Input
from panels import drain
from panels.excerpt import drawn
from panels.gradio_aside import aside
from panels.gradio_chat import Start
from panels.gradio_events import visitor
from panels.gradio_flights import Flights
from panels.gradio_picture import attachment
from panels.gradio_seats import Seats
from panels.models import readers
from panels.recognise import joined, outcome, recognised_text, recognition, usual
from panels.words import Lang, t

# The chat empties its box a moment after an answer has ended.
_BOX_SETTLES = 1.0

Read = Callable[..., AsyncIterator[list[Any]]]


@dataclass(slots=True)
class Reading:
    """Makes the calls and follows them; `answers` are the chat's own."""

    start: Start
    catalogue: Catalogue
    answers: Flights
    seats: Seats
    readings: Flights = field(default_factory=Flights)

    def __call__(self, kind: Input) -> Read:
        """The function behind a button: a file in, its text out.

        It yields what is said of it, the Stop button, the button itself, the text, the picture.
        """

        async def read(
            path: str | None, lang: Lang, reader: str | None, request: gr.Request
        ) -> AsyncIterator[list[Any]]:
            who = visitor(request)
            if not path or self.readings.busy(who):
                yield [gr.skip()] * 5
                return
            try:
                item = await aside(attachment, path)
            except OSError:
                yield _ended(t("error_internal", lang), "", gr.skip())
                return
            assert item is not None
            growing = self._read(item, self._reader(kind, reader, lang), who, lang)
            full = _ended(t("answers_full", lang), "", gr.skip())
            async for update in self.seats.seated(who, growing, full):
                yield update

        return read

    def offered(self, kind: Input) -> Callable[[Lang], Any]:
        """The readers of a kind in the reader's language, the usual one chosen."""

        def offer(lang: Lang) -> Any:
            names = readers(self.catalogue, kind, lang)
            chosen = usual([name for _, name in names], lang) if names else None
            return gr.update(choices=names, value=chosen)

        return offer

    async def end(self, request: gr.Request) -> None:
        """Stop this visitor's running call; what was read so far counts."""
        await self.readings.stop(visitor(request))

    def _reader(self, kind: Input, asked: str | None, lang: Lang) -> str:
        names = [name for _, name in readers(self.catalogue, kind, lang)]
        return asked if asked in names else usual(names, lang)

    async def _read(
        self, item: Attachment, reader: str, who: str, lang: Lang
    ) -> AsyncIterator[list[Any]]:
        flight = recognition(self.start, reader, item, who)
        self.readings.add(who, flight)
        try:
            async for snapshot in drain.asnapshots(flight):
                yield _growing(snapshot.text, lang)
        finally:
            self.readings.remove(who, flight)
        if self.answers.busy(who):
            while self.answers.busy(who):
                await asyncio.sleep(0.1)
            await asyncio.sleep(_BOX_SETTLES)
        yield _read_out(flight.result(0), item, lang)


def landed(typed: str | None, heard: str) -> list[Any]:
    """What was read stands in the message box after what was typed, to be edited and sent."""
    return [joined(typed or "", heard) if heard else gr.skip(), ""]


def _growing(text: str, lang: Lang) -> list[Any]:
    said = "\n\n".join(part for part in (t("recognising", lang), drawn(text)) if part)
    return [
        gr.update(value=said, visible=True),
        gr.update(visible=True),
        gr.update(interactive=False),
        gr.skip(),
        gr.skip(),
    ]


def _read_out(call: Call, item: Attachment, lang: Lang) -> list[Any]:
    text = recognised_text(call)
    # A picture whose text was read has served; a recording may be heard again.
    served = bool(text) and item.kind == "image"
    return _ended(outcome(call, lang)[0], text, None if served else gr.skip())


def _ended(said: str, text: str, picture: Any) -> list[Any]:
    return [
        gr.update(value=said, visible=True),
        gr.update(visible=False),
        gr.update(interactive=True),
        text,
        picture,
    ]
