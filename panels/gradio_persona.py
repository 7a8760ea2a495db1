"""The persona in Gradio: a library to start from, and the text that is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from panels import personas
from panels.gradio_events import QUIET
from panels.gradio_own import NameList, TextBox
from panels.gradio_page import word
from panels.words import Lang, pick, t

# The choice for a text that is not of the library.
OWN = "own"


@dataclass(frozen=True, slots=True)
class Persona:
    """The widgets; only the text is sent."""

    library: Any
    text: Any

    def wire(self, language: Any) -> Any:
        """Connect the two; returns the event of a choice in the library."""
        self.text.input(lambda: OWN, None, self.library, trigger_mode="always_last", **QUIET)
        return self.library.input(_text, [language, self.library], self.text, **QUIET)


def persona_panel(prefix: str = "") -> Persona:
    """Draw the library and the text, without a persona."""
    library = NameList(
        persona_choices("en"),
        value=personas.PERSONAS[0].key,
        label=word("persona_library"),
        elem_id=f"{prefix}persona",
        elem_classes="small-list",
    )
    text = TextBox(
        "",
        label=word("persona_text"),
        lines=2,
        max_lines=8,
        placeholder=word("persona_placeholder"),
        elem_id=f"{prefix}system",
    )
    return Persona(library, text)


def persona_choices(lang: Lang) -> list[tuple[str, str]]:
    """The library as (title, key) pairs, and *my own*."""
    return [
        *((pick(persona.title, lang), persona.key) for persona in personas.PERSONAS),
        (t("persona_own", lang), OWN),
    ]


def _text(lang: Lang, key: str) -> Any:
    """The text of a persona of the library; one's own text stays."""
    return gr.skip() if key == OWN else pick(personas.persona(key).text, lang)
