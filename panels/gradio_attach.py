"""Beside Gradio's message box: a picture for the next question, and picture or voice to text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from backends import Catalogue, Input
from panels.gradio_events import QUEUED, QUIET
from panels.gradio_own import NameList
from panels.gradio_page import word
from panels.gradio_picture import picture_box
from panels.gradio_reading import Read, Reading, landed
from panels.models import readers
from panels.recognise import usual


@dataclass(slots=True)
class Attach:
    """The widgets. What is read lands in the message box."""

    catalogue: Catalogue
    # Whether this place takes files at all.
    files: bool = True
    picture: Any = field(init=False)
    recording: Any = field(init=False)
    file: Any = field(init=False)
    buttons: dict[Input, Any] = field(default_factory=dict)
    readers: dict[Input, Any] = field(default_factory=dict)
    stop: Any = field(init=False)
    said: Any = field(init=False)
    heard: Any = field(init=False)

    def draw(self) -> None:
        """Draw the section, closed."""
        with gr.Accordion(word("attach"), open=False, elem_id="attach", visible=self.files):
            with gr.Row():
                self.said = gr.Markdown(visible=False, elem_id="recognised", elem_classes="quiet")
                self.stop = gr.Button(
                    word("stop"), size="sm", visible=False, elem_id="stop-reading", scale=0
                )
            with gr.Row():
                with gr.Column(min_width=280):
                    self.picture = picture_box()
                    gr.Markdown(word("picture_help"), elem_classes="quiet")
                    self._draw_reader("image")
                    self._draw_button("image", "read_picture")
                with gr.Column(min_width=280):
                    self._draw_recording()
        self.heard = gr.State("")

    def _draw_recording(self) -> None:
        self.recording = gr.Audio(
            label=word("recording"),
            sources=["microphone", "upload"],
            type="filepath",
            editable=False,
            buttons=[],
            elem_id="recording",
        )
        gr.Markdown(word("recording_help"), elem_classes="quiet")
        self._draw_reader("audio")
        with gr.Row():
            self._draw_button("audio", "transcribe")
            # The player above can only take what a browser can play.
            self.file = gr.UploadButton(
                word("transcribe_pcm"), file_types=[".pcm"], size="sm", min_width=90, elem_id="pcm"
            )

    def _draw_reader(self, kind: Input) -> None:
        names = readers(self.catalogue, kind, "en")
        self.readers[kind] = NameList(
            names,
            value=usual([name for _, name in names], "en") if names else None,
            label=word("reader"),
            show_label=False,
            container=False,
            visible=len(names) > 1,
            elem_id=f"reader-{kind}",
            elem_classes="small-list",
        )

    def _draw_button(self, kind: Input, verb: str) -> None:
        self.buttons[kind] = gr.Button(
            word(verb),
            size="sm",
            interactive=False,
            visible=bool(readers(self.catalogue, kind, "en")),
            min_width=90,
            elem_id=verb.replace("_", "-"),
        )

    def wire(self, demo: gr.Blocks, language: Any, box: Any, reading: Reading) -> None:
        """Connect the buttons with the readers, and what they read with the message box."""
        sources: dict[Input, Any] = {"image": self.picture, "audio": self.recording}
        for kind, source in sources.items():
            button = self.buttons[kind]
            source.change(lambda path: gr.update(interactive=bool(path)), source, button, **QUIET)
            chosen = [language, self.readers[kind]]
            language.change(reading.offered(kind), language, self.readers[kind], **QUIET)
            self._wire_reading(button.click, [source, *chosen], box, reading(kind), button)
        chosen = [language, self.readers["audio"]]
        self._wire_reading(self.file.upload, [self.file, *chosen], box, reading("audio"), self.file)
        self.stop.click(reading.end, None, None, **QUIET)
        demo.unload(reading.end)

    def _wire_reading(
        self, trigger: Any, inputs: list[Any], box: Any, read: Read, button: Any
    ) -> None:
        outputs = [self.said, self.stop, button, self.heard, self.picture]
        ended = trigger(read, inputs, outputs, **QUEUED)
        # What is in the box by now stays, also what was typed meanwhile.
        ended.then(landed, [box, self.heard], [box, self.heard], **QUIET)
